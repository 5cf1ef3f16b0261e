package dev.balsa.kv;

import org.jspecify.annotations.Nullable;

/**
 * One change of one key, as a watcher sees it.
 *
 * @param kv the record after the change; of a deleted key only the key and the deleting revision,
 *     the other numbers are 0
 * @param isDelete whether the key was deleted rather than written
 * @param prev the record before the change; null if it was not asked for, if there was none, or if
 *     it has been compacted
 */
public record Change(KeyValue kv, boolean isDelete, @Nullable KeyValue prev) {
  /** The revision that made it. */
  public long revision() {
    return kv.modRevision();
  }

  /** About how many bytes it has. */
  public long bytes() {
    return bytes(kv) + (prev == null ? 0 : bytes(prev));
  }

  private static long bytes(KeyValue kv) {
    return kv.key().length() + (long) kv.value().length();
  }
}
