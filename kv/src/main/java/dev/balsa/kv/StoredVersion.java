package dev.balsa.kv;

import dev.balsa.raft.Bytes;

/**
 * The stored form of one version of a key, the key itself aside. The revision stands first, so it
 * can be read alone. No bytes at all are a tombstone.
 *
 * <pre>
 * mod revision | mod − create | version | lease | value        numbers are varints
 * </pre>
 */
final class StoredVersion {
  /** The key was deleted. */
  static final Bytes TOMBSTONE = Bytes.EMPTY;

  private StoredVersion() {}

  static Bytes encode(KeyValue kv) {
    long age = kv.modRevision() - kv.createRevision();
    int size =
        ByteWriter.varintBytes(kv.modRevision())
            + ByteWriter.varintBytes(age)
            + ByteWriter.varintBytes(kv.version())
            + ByteWriter.varintBytes(kv.lease())
            + kv.value().length();
    ByteWriter out = new ByteWriter(size);
    out.varint(kv.modRevision());
    out.varint(age);
    out.varint(kv.version());
    out.varint(kv.lease());
    out.raw(kv.value());
    return out.finish();
  }

  static KeyValue decode(Bytes key, Bytes stored) {
    ByteReader in = new ByteReader(stored);
    long modRevision = in.varint();
    long createRevision = modRevision - in.varint();
    long version = in.varint();
    long lease = in.varint();
    return new KeyValue(key, in.rest(), createRevision, modRevision, version, lease);
  }

  static long modRevision(Bytes stored) {
    return new ByteReader(stored).varint();
  }

  static boolean isTombstone(Bytes stored) {
    return stored.isEmpty();
  }
}
