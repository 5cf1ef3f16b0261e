package dev.balsa.node.wal;

/**
 * The sizes of a log, and of what must be free beside it.
 *
 * @param segmentBytes the size of a segment file, a multiple of 4096, at least 8192; a record that
 *     does not fit gets a segment of its own size
 * @param stagingBytes how much is gathered in memory before it is handed to the kernel, without a
 *     force; a multiple of 64, at least 4096
 * @param reserveBytes what others need on the same disk: while that and another segment are not
 *     free, the disk counts as full; from 0
 */
public record WalConfig(long segmentBytes, int stagingBytes, long reserveBytes) {
  /** Segments of 64 MiB, 1 MiB of staging. */
  public static final WalConfig DEFAULT = new WalConfig(64L << 20, 1 << 20);

  /** A log that has the disk to itself. */
  public WalConfig(long segmentBytes, int stagingBytes) {
    this(segmentBytes, stagingBytes, 0);
  }

  /** The same beside others that need {@code bytes}. */
  public WalConfig withReserve(long bytes) {
    return new WalConfig(segmentBytes, stagingBytes, bytes);
  }

  /** Validates the sizes. */
  public WalConfig {
    if (segmentBytes < 8192 || segmentBytes % 4096 != 0) {
      throw new IllegalArgumentException(
          "segmentBytes is %d, must be a multiple of 4096 from 8192".formatted(segmentBytes));
    }
    if (stagingBytes < 4096 || stagingBytes % 64 != 0) {
      throw new IllegalArgumentException(
          "stagingBytes is %d, must be a multiple of 64 from 4096".formatted(stagingBytes));
    }
    if (reserveBytes < 0) {
      throw new IllegalArgumentException(
          "reserveBytes is %d, must not be negative".formatted(reserveBytes));
    }
  }
}
