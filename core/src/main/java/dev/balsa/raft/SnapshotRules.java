package dev.balsa.raft;

/**
 * How much of the log stays behind a snapshot, and how fast one travels.
 *
 * @param tailEntries how many entries before the latest snapshot's last one stay in the log, for
 *     followers that are a little late; from 0
 * @param inflightBytesMax how many bytes of a snapshot may be on their way to one follower, so that
 *     what is sent after them, heartbeats above all, waits for no more than these; positive
 * @param chunkBytesMax the bound of one message, positive
 * @param bytesPerSecondMax how fast all snapshots together leave this node, positive
 */
public record SnapshotRules(
    long tailEntries, long inflightBytesMax, int chunkBytesMax, long bytesPerSecondMax) {
  /** 5,000 entries (as etcd keeps), 1 MiB on its way in chunks of 256 KiB, 128 MiB a second. */
  public static final SnapshotRules DEFAULT =
      new SnapshotRules(5_000, 1 << 20, 256 << 10, 128L << 20);

  public SnapshotRules {
    Require.argument(tailEntries >= 0, "tailEntries is %s, must not be negative", tailEntries);
    positive("inflightBytesMax", inflightBytesMax);
    positive("chunkBytesMax", chunkBytesMax);
    positive("bytesPerSecondMax", bytesPerSecondMax);
  }

  private static void positive(String name, long value) {
    Require.argument(value > 0, "%s is %s, must be positive", name, value);
  }
}
