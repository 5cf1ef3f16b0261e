package dev.balsa.raft;

/**
 * Lets go of what snapshots stand for (paper §7). The host says when a snapshot is durable; a tail
 * of entries before it stays for followers that are a little late, and what follows a snapshot that
 * is on its way to a follower stays until it has arrived: else it would be out of date on arrival,
 * and so would the next.
 */
final class Compaction {
  private final NodeState state;
  private EntryId released;
  private EntryId oldest;

  Compaction(NodeState state) {
    this.state = state;
    this.released = state.log.base();
    this.oldest = oldestInUse();
  }

  /** The host has a snapshot durable that this node took or was sent. */
  void taken(SnapshotMeta snapshot) {
    SnapshotMeta latest = state.snapshot();
    if (latest != null && snapshot.index() <= latest.index() && !isWrittenNow(latest, snapshot)) {
      return;
    }
    Require.invariant(
        state.log.contains(snapshot.last()),
        "snapshot at %s of a log that ends at %s",
        snapshot.last(),
        state.log.last());
    state.advanceCommit(snapshot.index()); // a state machine that kept its state knows more
    state.snapshotTaken(snapshot);
  }

  /** Whether it is the latest one, of which there were no bytes before. */
  private static boolean isWrittenNow(SnapshotMeta latest, SnapshotMeta snapshot) {
    return snapshot.last().equals(latest.last()) && snapshot.isWritten() && !latest.isWritten();
  }

  /** Cuts the log, and tells the host what it may delete. */
  void afterStep() {
    SnapshotMeta latest = state.snapshot();
    if (latest == null) {
      return;
    }
    EntryId inUse = oldestInUse();
    long behindTail = latest.index() - state.config.snapshots().tailEntries();
    long to = Math.min(Math.max(behindTail, state.stored.burden()), inUse.index());
    if (to > state.log.base().index()) {
      state.compact(to);
    }
    if (!state.log.base().equals(released) || !inUse.equals(oldest)) {
      released = state.log.base();
      oldest = inUse;
      state.outbox.snapshot(new Ready.SnapshotWork.Release(released, oldest));
    }
  }

  private EntryId oldestInUse() {
    SnapshotMeta latest = state.snapshot();
    if (latest == null) {
      return EntryId.ZERO;
    }
    EntryId inUse = latest.last();
    if (state.role() instanceof Role.Leader leader) {
      for (Progress progress : leader.peers.values()) {
        Shipment shipment = progress.shipment();
        if (shipment != null && shipment.snapshot.index() < inUse.index()) {
          inUse = shipment.snapshot.last();
        }
      }
    }
    return inUse;
  }

  void describe(Fingerprint print) {
    print.add(released).add(oldest);
  }
}
