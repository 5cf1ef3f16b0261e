package dev.balsa.kv;

import dev.balsa.raft.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a request means, in etcd's encoding: an empty {@code end} is the single {@code key};
 * an end of one zero byte is all keys from {@code key} on; anything else is the half-open range
 * {@code [key, end)}, empty if the end is not greater. A key and an end of one zero byte each are
 * all keys.
 */
public record KeyRange(Bytes key, Bytes end) {
  /** Just {@code key}. */
  public static KeyRange single(Bytes key) {
    return new KeyRange(key, Bytes.EMPTY);
  }

  public boolean isSingle() {
    return end.isEmpty();
  }

  /** Whether the range has no upper bound. */
  public boolean isFromKey() {
    return end.length() == 1 && end.at(0) == 0;
  }

  public boolean contains(Bytes candidate) {
    if (isSingle()) {
      return candidate.equals(key);
    }
    return candidate.compareTo(key) >= 0 && (isFromKey() || candidate.compareTo(end) < 0);
  }

  /** The first key after the range; null if it has no upper bound. */
  @Nullable Bytes upper() {
    if (isSingle()) {
      ByteWriter next = new ByteWriter(key.length() + 1);
      next.raw(key);
      next.u8(0);
      return next.finish();
    }
    return isFromKey() ? null : end;
  }
}
