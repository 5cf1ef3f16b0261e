package dev.balsa.server.rocks;

import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.raft.Bytes;
import org.jspecify.annotations.Nullable;

/** A key as RocksDB has it: one byte for the space, then the key. */
final class StoredKey {
  private StoredKey() {}

  /** Stands on disk, so a space keeps its place. */
  private static byte place(Space space) {
    return switch (space) {
      case META -> 0;
      case LIVE -> 1;
      case HISTORY -> 2;
      case CHANGES -> 3;
      case LEASES -> 4;
      case ATTACHED -> 5;
      case BESIDE -> 6;
    };
  }

  static byte[] of(Space space, Bytes key) {
    byte[] stored = new byte[1 + key.length()];
    stored[0] = place(space);
    int[] at = {1};
    key.writeTo(
        (array, offset, length) -> {
          System.arraycopy(array, offset, stored, at[0], length);
          at[0] += length;
        });
    return stored;
  }

  /** Where a walk up to {@code to} ends; null is the end of the space. */
  static byte[] end(Space space, @Nullable Bytes to) {
    return to == null ? new byte[] {(byte) (place(space) + 1)} : of(space, to);
  }

  static Bytes key(byte[] stored) {
    return Bytes.wrap(stored, 1, stored.length - 1);
  }
}
