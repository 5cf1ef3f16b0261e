package dev.balsa.kv;

import dev.balsa.kv.OrderedStore.Cursor;
import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.raft.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The leases in an {@link OrderedStore}, and which keys are attached to each. An id is 8 bytes,
 * most significant first; a key follows the id of its lease.
 *
 * <pre>
 * LEASES     id        ttl seconds | remaining seconds        numbers are varints
 * ATTACHED   id, key   nothing
 * </pre>
 */
final class Leases {
  private static final int ID_BYTES = 8;

  private final OrderedStore store;
  private final StoreState state;

  Leases(OrderedStore store, StoreState state) {
    this.store = store;
    this.state = state;
  }

  boolean exist(long id) {
    return store.get(Space.LEASES, encode(id)) != null;
  }

  @Nullable Lease find(long id) {
    Bytes stored = store.get(Space.LEASES, encode(id));
    return stored == null ? null : decode(id, stored);
  }

  List<Lease> all() {
    List<Lease> leases = new ArrayList<>();
    try (Cursor cursor = store.ascend(Space.LEASES, Bytes.EMPTY, null)) {
      while (cursor.next()) {
        leases.add(decode(new ByteReader(cursor.key()).u64(), cursor.value()));
      }
    }
    return leases;
  }

  void put(Lease lease) {
    ByteWriter out = new ByteWriter(20);
    out.varint(lease.ttlSeconds());
    out.varint(lease.remainingSeconds());
    Bytes key = encode(lease.id());
    Bytes old = store.get(Space.LEASES, key);
    Bytes stored = out.finish();
    store.put(Space.LEASES, key, stored);
    state.bytes += stored.length() + (old == null ? ID_BYTES : -old.length());
  }

  /** Forgets a lease that no key is attached to any more. */
  void remove(long id) {
    Bytes key = encode(id);
    Bytes old = store.get(Space.LEASES, key);
    if (old != null) {
      store.remove(Space.LEASES, key);
      state.bytes -= ID_BYTES + old.length();
    }
  }

  /** A key that was attached to lease {@code from} now is to lease {@code to}; 0 is none. */
  void move(Bytes key, long from, long to) {
    if (from == to) {
      return;
    }
    if (from != 0) {
      store.remove(Space.ATTACHED, attachment(from, key));
      state.bytes -= ID_BYTES + key.length();
    }
    if (to != 0) {
      store.put(Space.ATTACHED, attachment(to, key), Bytes.EMPTY);
      state.bytes += ID_BYTES + key.length();
    }
  }

  /** The keys attached to a lease, in order. */
  List<Bytes> keys(long id) {
    List<Bytes> keys = new ArrayList<>();
    try (Cursor cursor = attachments(id)) {
      while (cursor.next()) {
        keys.add(cursor.key().slice(ID_BYTES, cursor.key().length()));
      }
    }
    return keys;
  }

  int keyCount(long id, int max) {
    int count = 0;
    try (Cursor cursor = attachments(id)) {
      while (count < max && cursor.next()) {
        count++;
      }
    }
    return count;
  }

  /** The id is followed by any key; ids are taken as unsigned, and −1 is the last one. */
  private Cursor attachments(long id) {
    return store.ascend(Space.ATTACHED, encode(id), id == -1 ? null : encode(id + 1));
  }

  private static Lease decode(long id, Bytes stored) {
    ByteReader in = new ByteReader(stored);
    Lease lease = new Lease(id, in.varint(), in.varint());
    in.expectEnd();
    return lease;
  }

  private static Bytes encode(long id) {
    ByteWriter out = new ByteWriter(ID_BYTES);
    out.u64(id);
    return out.finish();
  }

  private static Bytes attachment(long id, Bytes key) {
    ByteWriter out = new ByteWriter(ID_BYTES + key.length());
    out.u64(id);
    out.raw(key);
    return out.finish();
  }
}
