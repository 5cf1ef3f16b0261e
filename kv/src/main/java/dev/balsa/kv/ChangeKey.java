package dev.balsa.kv;

import dev.balsa.raft.Bytes;

/** The key of a change in {@link OrderedStore.Space#CHANGES}: ordered as the changes happened. */
record ChangeKey(long revision, int place) {
  /** Before every change of {@code revision}. */
  static Bytes first(long revision) {
    return new ChangeKey(revision, 0).encode();
  }

  Bytes encode() {
    ByteWriter out = new ByteWriter(16);
    out.u64(revision);
    out.u64(place);
    return out.finish();
  }

  static ChangeKey decode(Bytes encoded) {
    ByteReader in = new ByteReader(encoded);
    ChangeKey key = new ChangeKey(in.u64(), Math.toIntExact(in.u64()));
    in.expectEnd();
    return key;
  }
}
