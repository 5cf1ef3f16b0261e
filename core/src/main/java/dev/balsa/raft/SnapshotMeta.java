package dev.balsa.raft;

/**
 * What a snapshot is, beside its bytes: they hold the state after {@code last} and stand for every
 * entry up to there (paper §7).
 *
 * @param last the last entry whose effect is in it
 * @param membership the membership in effect there
 * @param bytes how many bytes it has; 0 if the state machine keeps that state by itself and nobody
 *     wrote it down ({@link StateMachine.Capture#keep}), so that it cannot be sent
 * @param checksum over all of its bytes, as its host computes it; two snapshots equal in all parts
 *     are the same bytes, so a transfer may go on under another leader
 */
public record SnapshotMeta(EntryId last, Membership membership, long bytes, int checksum) {
  public SnapshotMeta {
    Require.argument(last.index() > 0, "a snapshot of nothing, at %s", last);
    Require.argument(bytes >= 0, "snapshot at %s has %s bytes", last, bytes);
  }

  /** The state that a state machine keeps by itself. */
  public static SnapshotMeta kept(EntryId last, Membership membership) {
    return new SnapshotMeta(last, membership, 0, 0);
  }

  /** Whether there are bytes to send. */
  public boolean isWritten() {
    return bytes > 0;
  }

  long index() {
    return last.index();
  }

  void describe(Fingerprint print) {
    membership.describe(print.add(last).add(bytes).add(checksum));
  }
}
