package dev.balsa.server.rocks;

/**
 * How much memory a {@link RocksStore} takes, nearly all of it beside the heap.
 *
 * @param writeBufferBytes how much of one kind of entries is gathered in memory before files are
 *     written, positive; there are three kinds, and as much again may wait to be written
 * @param cacheBytes how much of the files' blocks and indexes stays in memory, positive
 * @param recentBytes how much of the heap holds values that were written or read last, positive
 */
public record RocksSettings(long writeBufferBytes, long cacheBytes, int recentBytes) {
  /** How many write buffers there are at most, the one that is filled among them. */
  static final int BUFFERS = 2;

  private static final int RECENT_HEAP_PARTS = 16;

  /**
   * Buffers of 16 MiB, 64 MiB of cache, and a 16th of the heap for recent values, but at most 32
   * MiB.
   */
  public static final RocksSettings DEFAULT =
      new RocksSettings(
          16L << 20,
          64L << 20,
          (int) Math.min(32L << 20, Runtime.getRuntime().maxMemory() / RECENT_HEAP_PARTS));

  /** How many bytes may have to be written before a command is refused for want of space. */
  public long flushBytes() {
    return Math.multiplyExact(Families.COUNT * BUFFERS, writeBufferBytes);
  }

  /** Refuses what is not positive. */
  public RocksSettings {
    if (writeBufferBytes <= 0 || cacheBytes <= 0 || recentBytes <= 0) {
      throw new IllegalArgumentException(
          "write buffer of %d, cache of %d and recent values of %d bytes must all be positive"
              .formatted(writeBufferBytes, cacheBytes, recentBytes));
    }
  }
}
