package dev.balsa.kv;

import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;

/**
 * The numbers that describe a whole store. They are written in the batch that holds the data they
 * describe, so a crash cannot part them.
 */
final class StoreState {
  static final Bytes KEY = Bytes.utf8("state");
  private static final int FORMAT = 2;

  // compactRevision ≤ revision
  /** The newest revision; 1 while nothing was written. */
  long revision = 1;

  /** The last compacted revision, −1 before the first compaction. */
  long compactRevision = -1;

  /** The last entry whose command is in the data. */
  EntryId applied = EntryId.ZERO;

  /** How many keys exist. */
  long keys;

  /** Keys and values of LIVE, HISTORY, CHANGES, LEASES and ATTACHED. */
  long bytes;

  /** Over all changes so far, in order; compaction does not touch it. */
  StateHash hash = new StateHash(0);

  /** What {@code store} holds, or the state of an empty store. */
  static StoreState read(OrderedStore store) {
    Bytes encoded = store.get(Space.META, KEY);
    return encoded == null ? new StoreState() : decode(encoded);
  }

  /**
   * Reads what {@link #encode} has written.
   *
   * @throws MalformedBytesException if that was of another format
   */
  static StoreState decode(Bytes encoded) {
    ByteReader in = new ByteReader(encoded);
    int format = in.u8();
    if (format != FORMAT) {
      throw in.malformed("has store format %s, this build reads %s", format, FORMAT);
    }
    StoreState state = new StoreState();
    state.revision = in.varint();
    state.compactRevision = in.varint() - 1;
    state.applied = new EntryId(in.varint(), in.varint());
    state.keys = in.varint();
    state.bytes = in.varint();
    state.hash = new StateHash(in.varint());
    in.expectEnd();
    return state;
  }

  void write(OrderedStore store) {
    store.put(Space.META, KEY, encode());
  }

  Bytes encode() {
    ByteWriter out = new ByteWriter(48);
    out.u8(FORMAT);
    out.varint(revision);
    out.varint(compactRevision + 1);
    out.varint(applied.term());
    out.varint(applied.index());
    out.varint(keys);
    out.varint(bytes);
    out.varint(hash.value());
    return out.finish();
  }
}
