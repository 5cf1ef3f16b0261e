package dev.balsa.server.cli;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The keys a command speaks of, in the form that requests carry them.
 *
 * @param key the first key
 * @param end the first key after the span; empty for the one key, a single zero byte for all after
 */
record KeySpan(ByteString key, ByteString end) {
  private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);

  /**
   * Reads a command's key arguments.
   *
   * @throws BadUsage if they contradict each other
   */
  static KeySpan of(String key, @Nullable String end, boolean prefix, boolean fromKey) {
    if (prefix && fromKey) {
      throw new BadUsage("`--prefix` and `--from-key` cannot be set at the same time, choose one");
    }
    if (end != null && (prefix || fromKey)) {
      throw new BadUsage(
          "too many arguments, only accept one argument when `--prefix` or `--from-key` is set");
    }
    ByteString first = Argument.bytes(key);
    if ((prefix || fromKey) && first.isEmpty()) {
      return new KeySpan(ZERO, ZERO);
    }
    if (fromKey) {
      return new KeySpan(first, ZERO);
    }
    if (prefix) {
      return new KeySpan(first, afterPrefix(first));
    }
    return new KeySpan(first, end == null ? ByteString.EMPTY : Argument.bytes(end));
  }

  /**
   * Reads the range of a permission: as of keys, but that no key at all is the smallest one.
   *
   * @throws BadUsage if the arguments contradict each other
   */
  static KeySpan ofPermission(String key, @Nullable String end, boolean prefix, boolean fromKey) {
    KeySpan span = of(key, end, prefix, fromKey);
    return span.key().isEmpty() ? new KeySpan(ZERO, span.end()) : span;
  }

  boolean hasNoEnd() {
    return end.equals(ZERO);
  }

  /** The first key that no longer begins with {@code prefix}: its last byte that can, grows. */
  static ByteString afterPrefix(ByteString prefix) {
    for (int at = prefix.size() - 1; at >= 0; at--) {
      if (prefix.byteAt(at) != (byte) 0xff) {
        byte[] end = prefix.substring(0, at + 1).toByteArray();
        end[at]++;
        return ByteString.copyFrom(end);
      }
    }
    return ZERO;
  }
}
