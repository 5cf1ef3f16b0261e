package dev.balsa.server.rocks;

import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.raft.Bytes;
import org.jspecify.annotations.Nullable;

/** A key as RocksDB has it: one byte for the space, then the key. */
final class StoredKey {
  private StoredKey() {}

  static byte[] of(Space space, Bytes key) {
    byte[] stored = new byte[1 + key.length()];
    stored[0] = (byte) space.ordinal();
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
    return to == null ? new byte[] {(byte) (space.ordinal() + 1)} : of(space, to);
  }

  static Bytes key(byte[] stored) {
    return Bytes.wrap(stored, 1, stored.length - 1);
  }
}
