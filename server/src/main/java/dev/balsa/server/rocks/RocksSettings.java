package dev.balsa.server.rocks;

/**
 * How much memory beside the heap a {@link RocksStore} takes.
 *
 * @param writeBufferBytes how much is gathered in memory before a file is written, positive; twice
 *     as much again may wait to be written
 * @param cacheBytes how much of the files' blocks and indexes stays in memory, positive
 */
public record RocksSettings(long writeBufferBytes, long cacheBytes) {
  /** 32 MiB, and 64 MiB of cache. */
  public static final RocksSettings DEFAULT = new RocksSettings(32L << 20, 64L << 20);

  /** Refuses what is not positive. */
  public RocksSettings {
    if (writeBufferBytes <= 0 || cacheBytes <= 0) {
      throw new IllegalArgumentException(
          "write buffer of %d and cache of %d bytes must both be positive"
              .formatted(writeBufferBytes, cacheBytes));
    }
  }
}
