package dev.balsa.server.rocks;

/**
 * How much memory beside the heap a {@link RocksStore} takes.
 *
 * @param writeBufferBytes how much is gathered in memory before a file is written, positive; twice
 *     as much again may wait to be written
 * @param cacheBytes how much of the files' blocks and indexes stays in memory, positive
 */
public record RocksSettings(long writeBufferBytes, long cacheBytes) {
  /** How many write buffers there are at most, the one that is filled among them. */
  static final int BUFFERS = 3;

  /** 32 MiB, and 64 MiB of cache. */
  public static final RocksSettings DEFAULT = new RocksSettings(32L << 20, 64L << 20);

  /** How many bytes may have to be written before a command is refused for want of space. */
  public long flushBytes() {
    return Math.multiplyExact(BUFFERS, writeBufferBytes);
  }

  /** Refuses what is not positive. */
  public RocksSettings {
    if (writeBufferBytes <= 0 || cacheBytes <= 0) {
      throw new IllegalArgumentException(
          "write buffer of %d and cache of %d bytes must both be positive"
              .formatted(writeBufferBytes, cacheBytes));
    }
  }
}
