package dev.balsa.kv;

import dev.balsa.kv.OrderedStore.Cursor;
import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.raft.Bytes;
import java.util.List;
import java.util.TreeSet;

/**
 * The alarms in an {@link OrderedStore}, read once and kept at hand, since every command asks for
 * them.
 *
 * <pre>
 * META   "alarm" | type, u8 | member, 8 bytes        nothing
 * </pre>
 */
final class Alarms {
  private static final Bytes PREFIX = Bytes.utf8("alarm");
  private static final Bytes END = Bytes.utf8("alarn");

  // An alarm is stored by its type's place here, so the order never changes.
  static final List<Alarm.Type> TYPES = List.of(Alarm.Type.NOSPACE, Alarm.Type.CORRUPT);

  private final OrderedStore store;
  private final TreeSet<Alarm> raised = new TreeSet<>();

  Alarms(OrderedStore store) {
    this.store = store;
    try (Cursor cursor = store.ascend(Space.META, PREFIX, END)) {
      while (cursor.next()) {
        raised.add(decode(cursor.key()));
      }
    }
  }

  List<Alarm> all() {
    return List.copyOf(raised);
  }

  boolean has(Alarm alarm) {
    return raised.contains(alarm);
  }

  boolean has(Alarm.Type type) {
    for (Alarm alarm : raised) {
      if (alarm.type() == type) {
        return true;
      }
    }
    return false;
  }

  /** Raises {@code alarm}, or leaves it raised. */
  void raise(Alarm alarm) {
    if (raised.add(alarm)) {
      store.put(Space.META, encode(alarm), Bytes.EMPTY);
    }
  }

  /** Whether there was such an alarm to clear. */
  boolean clear(Alarm alarm) {
    if (!raised.remove(alarm)) {
      return false;
    }
    store.remove(Space.META, encode(alarm));
    return true;
  }

  private static Bytes encode(Alarm alarm) {
    ByteWriter out = new ByteWriter(PREFIX.length() + 9);
    out.raw(PREFIX);
    out.u8(TYPES.indexOf(alarm.type()));
    out.u64(alarm.member());
    return out.finish();
  }

  private static Alarm decode(Bytes key) {
    ByteReader in = new ByteReader(key.slice(PREFIX.length(), key.length()));
    Alarm.Type type = in.choice(TYPES);
    Alarm alarm = new Alarm(in.u64(), type);
    in.expectEnd();
    return alarm;
  }
}
