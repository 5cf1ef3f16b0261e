package dev.balsa.kv;

import dev.balsa.kv.OrderedStore.Cursor;
import dev.balsa.kv.OrderedStore.Frozen;
import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.StateMachine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole store as the parts of a snapshot: every space, the numbers that describe the store among
 * them. The first part is the format alone, {@code u8}; each further one is {@code u8} space, then
 * keys and values in order, each as a varint length and its bytes.
 */
final class KvSnapshot implements StateMachine.Capture {
  private static final int FORMAT = 1;
  private static final int PART_BYTES = 32 << 10;
  private static final List<Space> SPACES = List.of(Space.values());

  private final Frozen store;
  private final EntryId applied;

  /** The state in {@code store}, which {@code applied} was the last to change. */
  KvSnapshot(Frozen store, EntryId applied) {
    this.store = store;
    this.applied = applied;
  }

  @Override
  public @Nullable EntryId keep() {
    return store.keep() ? applied : null;
  }

  @Override
  public void writeTo(StateMachine.Sink sink) {
    ByteWriter format = new ByteWriter(1);
    format.u8(FORMAT);
    sink.write(format.finish());
    for (Space space : SPACES) {
      try (Cursor entries = store.ascend(space)) {
        write(space, entries, sink);
      }
    }
  }

  private static void write(Space space, Cursor entries, StateMachine.Sink sink) {
    boolean more = entries.next();
    while (more) {
      ByteWriter part = new ByteWriter(PART_BYTES + 512);
      part.u8(SPACES.indexOf(space));
      while (more && part.size() < PART_BYTES) {
        part.sized(entries.key());
        part.sized(entries.value());
        more = entries.next();
      }
      sink.write(part.finish());
    }
  }

  @Override
  public void close() {
    store.close();
  }

  /**
   * Replaces everything in {@code store}.
   *
   * @throws MalformedBytesException if the parts are of another format, or none of ours
   */
  static void restore(OrderedStore store, StateMachine.Source source) {
    Bytes first = source.read();
    ByteReader head = new ByteReader(first == null ? Bytes.EMPTY : first);
    int format = head.u8();
    if (format != FORMAT) {
      throw head.malformed("has snapshot format %s, this build reads %s", format, FORMAT);
    }
    head.expectEnd();
    store.clear();
    for (Bytes part = source.read(); part != null; part = source.read()) {
      read(store, new ByteReader(part));
    }
    store.commit();
  }

  private static void read(OrderedStore store, ByteReader part) {
    Space space = part.choice(SPACES);
    while (part.remaining() > 0) {
      // Copies, since a slice would keep the whole part in memory.
      Bytes key = own(part.sized());
      store.put(space, key, own(part.sized()));
    }
  }

  private static Bytes own(Bytes shared) {
    return Bytes.wrap(shared.toByteArray());
  }
}
