package dev.balsa.kv;

import dev.balsa.raft.Bytes;

/** The key of a change in {@link OrderedStore.Space#CHANGES}: ordered as the changes happened. */
record ChangeKey(long revision, int place) {
  /** Before every change of {@code revision}. */
  static Bytes first(long revision) {
    return new ChangeKey(revision, 0).encode();
  }

  Bytes encode() {
    ByteWriter out = new ByteWriter(12);
    out.u64(revision);
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.u8(place >>> shift);
    }
    return out.finish();
  }

  static ChangeKey decode(Bytes encoded) {
    long revision = 0;
    for (int i = 0; i < 8; i++) {
      revision = (revision << 8) | (encoded.at(i) & 0xff);
    }
    int place = 0;
    for (int i = 8; i < 12; i++) {
      place = (place << 8) | (encoded.at(i) & 0xff);
    }
    return new ChangeKey(revision, place);
  }
}
