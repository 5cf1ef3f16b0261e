package dev.balsa.kv;

import dev.balsa.raft.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * What is stored in {@link OrderedStore.Space#CHANGES} of one change: with it a compaction knows
 * what to remove without a look elsewhere.
 *
 * <pre>
 * superseded revision · 2 + delete | its bytes, unless none | key        numbers are varints
 * </pre>
 *
 * @param superseded the revision of the version that this one took the place of, 0 for none
 * @param supersededBytes the length of that version's stored form
 */
record StoredChange(Bytes key, long superseded, long supersededBytes, boolean isDelete) {

  /** A change that took the place of {@code superseded}, in stored form; null for none. */
  static StoredChange of(Bytes key, @Nullable Bytes superseded, boolean isDelete) {
    return superseded == null
        ? new StoredChange(key, 0, 0, isDelete)
        : new StoredChange(
            key, StoredVersion.modRevision(superseded), superseded.length(), isDelete);
  }

  /** The same once that version is removed. */
  StoredChange alone() {
    return new StoredChange(key, 0, 0, isDelete);
  }

  Bytes encode() {
    long head = 2 * superseded + (isDelete ? 1 : 0);
    ByteWriter out = new ByteWriter(ByteWriter.varintBytes(head) + 5 + key.length());
    out.varint(head);
    if (superseded > 0) {
      out.varint(supersededBytes);
    }
    out.raw(key);
    return out.finish();
  }

  static StoredChange decode(Bytes stored) {
    ByteReader in = new ByteReader(stored);
    long head = in.varint();
    long superseded = head >>> 1;
    long bytes = superseded > 0 ? in.varint() : 0;
    return new StoredChange(in.rest(), superseded, bytes, (head & 1) != 0);
  }
}
