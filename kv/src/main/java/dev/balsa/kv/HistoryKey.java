package dev.balsa.kv;

import dev.balsa.raft.Bytes;

/**
 * The key of a version in {@link OrderedStore.Space#HISTORY}: ordered by the user's key, then by
 * revision.
 *
 * <pre>
 * user key, each 00 as 00 FF | 00 01 | revision, 8 bytes, most significant first
 * </pre>
 *
 * <p>The escape keeps the order of keys of which one begins with the other.
 */
final class HistoryKey {
  private static final int ESCAPE = 0x00;
  private static final int ESCAPED_ZERO = 0xff;
  private static final int END = 0x01;
  private static final int REVISION_BYTES = 8;

  private HistoryKey() {}

  static Bytes of(Bytes key, long revision) {
    ByteWriter out = escaped(key);
    out.u64(revision);
    return out.finish();
  }

  /** Not after any version of {@code key}, and after every version of a smaller key. */
  static Bytes first(Bytes key) {
    return escaped(key).finish();
  }

  static long revision(Bytes historyKey) {
    int end = historyKey.length();
    return new ByteReader(historyKey.slice(end - REVISION_BYTES, end)).u64();
  }

  /** The user's key in it. */
  static Bytes userKey(Bytes historyKey) {
    int end = historyKey.length() - REVISION_BYTES - 2;
    ByteWriter key = new ByteWriter(end);
    for (int i = 0; i < end; i++) {
      int b = historyKey.at(i) & 0xff;
      key.u8(b);
      if (b == ESCAPE) {
        i++; // over the FF
      }
    }
    return key.finish();
  }

  private static ByteWriter escaped(Bytes key) {
    ByteWriter out = new ByteWriter(key.length() + 2 + REVISION_BYTES);
    for (int i = 0; i < key.length(); i++) {
      int b = key.at(i);
      out.u8(b);
      if (b == ESCAPE) {
        out.u8(ESCAPED_ZERO);
      }
    }
    out.u8(ESCAPE);
    out.u8(END);
    return out;
  }
}
