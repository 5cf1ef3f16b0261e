package dev.balsa.raft;

import java.util.List;

/** What a leader says to a follower when it has no entry for it. */
final class Heartbeats {
  private final NodeState state;
  private final SnapshotSending sending;

  Heartbeats(NodeState state, SnapshotSending sending) {
    this.state = state;
    this.sending = sending;
  }

  /**
   * Tells the commit index and the read round, as far as the follower can use them: one that gets a
   * snapshot is asked how much of it it has.
   */
  void speak(NodeId peer, Progress progress, long round) {
    Shipment shipment = progress.shipment();
    if (shipment != null) {
      sending.speak(peer, progress, shipment, round);
    } else if (progress.next() <= state.log.base().index()) {
      sending.begin(peer, progress, round);
    } else {
      EntryId prev = state.log.idAt(progress.next() - 1);
      progress.toldCommit = state.commit();
      state.outbox.sendNow(
          peer,
          new Message.Append(
              state.self(), state.term(), new LogSlice(prev, List.of()), state.commit(), round));
    }
  }
}
