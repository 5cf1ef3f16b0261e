package dev.balsa.node;

/**
 * When a node takes a snapshot of its state machine: when one of these is reached since the latest,
 * but by count or size no sooner than the log has grown by half the size of that snapshot, so that
 * writing snapshots takes at most twice the bytes that writing the log does (thesis §5.1.2).
 *
 * @param entries applied entries, positive
 * @param bytes of applied entries, positive
 * @param nanos time, if anything was applied; positive
 */
public record SnapshotTriggers(long entries, long bytes, long nanos) {
  /** 10,000 entries (as etcd), 64 MiB, half an hour. */
  public static final SnapshotTriggers DEFAULT =
      new SnapshotTriggers(10_000, 64L << 20, 1_800_000_000_000L);

  /** Refuses what is not positive. */
  public SnapshotTriggers {
    positive("entries", entries);
    positive("bytes", bytes);
    positive("nanos", nanos);
  }

  private static void positive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(
          "%s between snapshots is %d, must be positive".formatted(name, value));
    }
  }

  /** The same with another count. */
  public SnapshotTriggers withEntries(long count) {
    return new SnapshotTriggers(count, bytes, nanos);
  }
}
