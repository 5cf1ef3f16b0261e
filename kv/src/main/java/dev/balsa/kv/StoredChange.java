package dev.balsa.kv;

import dev.balsa.raft.Bytes;

/**
 * What is stored in {@link OrderedStore.Space#CHANGES} of one change: with it a compaction knows what
 * to remove without a look elsewhere.
 *
 * <pre>
 * superseded revision · 2 + delete, varint | key
 * </pre>
 *
 * @param superseded the revision of the version that this one took the place of, 0 for none
 */
record StoredChange(Bytes key, long superseded, boolean isDelete) {

  Bytes encode() {
    long head = 2 * superseded + (isDelete ? 1 : 0);
    ByteWriter out = new ByteWriter(ByteWriter.varintBytes(head) + key.length());
    out.varint(head);
    out.raw(key);
    return out.finish();
  }

  static StoredChange decode(Bytes stored) {
    ByteReader in = new ByteReader(stored);
    long head = in.varint();
    return new StoredChange(in.rest(), head >>> 1, (head & 1) != 0);
  }
}
