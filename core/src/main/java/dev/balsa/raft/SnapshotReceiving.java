package dev.balsa.raft;

import org.jspecify.annotations.Nullable;

/**
 * The follower's side of snapshots (paper §7, figure 13): takes chunks in order, and once the host
 * has all of them durable replaces what it has.
 */
final class SnapshotReceiving {
  private final NodeState state;
  private final Outbox outbox;
  private final Following following;

  // The snapshot being received, and its first bytes that the host has been given.
  private @Nullable SnapshotMeta incoming;
  private long held;

  SnapshotReceiving(NodeState state, Following following) {
    this.state = state;
    this.outbox = state.outbox;
    this.following = following;
  }

  /** The leader of the current term sends a part of a snapshot, or asks how much is here. */
  void onChunk(Message.SnapshotChunk chunk) {
    state.follow(chunk.from());
    state.drawElectionTimeout();
    SnapshotMeta snapshot = chunk.snapshot();
    if (isHere(snapshot)) {
      outbox.event(new Event.SnapshotSkipped(chunk.from(), snapshot.last(), state.commit()));
      answerHeld(chunk.from(), chunk.round());
      return;
    }
    if (state.installing() && !snapshot.equals(incoming)) {
      answer(chunk, 0); // one after the other
      return;
    }
    if (!snapshot.equals(incoming)) {
      incoming = snapshot;
      held = 0;
    }
    take(snapshot, chunk);
    answer(chunk, held);
  }

  /**
   * Whether the log holds the snapshot's last entry, so that the snapshot adds nothing: what it
   * stands for is then committed here too, and the entries after it stay (paper §7).
   */
  private boolean isHere(SnapshotMeta snapshot) {
    if (snapshot.index() < state.log.base().index()) {
      return true;
    }
    if (state.log.contains(snapshot.last())) {
      following.agree(snapshot.index());
      following.learnCommit(snapshot.index());
      return true;
    }
    Require.invariant(
        snapshot.index() > state.commit(),
        "snapshot at %s conflicts with a log committed up to %s, which ends at %s",
        snapshot.last(),
        state.commit(),
        state.log.last());
    return false;
  }

  /** Takes what continues the bytes held; anything else came twice, too late or too early. */
  private void take(SnapshotMeta snapshot, Message.SnapshotChunk chunk) {
    long end = chunk.offset() + chunk.data().length();
    if (chunk.offset() > held || end <= held || end > snapshot.bytes()) {
      return;
    }
    Bytes data = chunk.data().slice((int) (held - chunk.offset()), chunk.data().length());
    outbox.snapshot(new Ready.SnapshotWork.Store(snapshot, held, data));
    held = end;
    if (held == snapshot.bytes()) {
      state.setInstalling(true);
    }
  }

  private void answer(Message.SnapshotChunk chunk, long offset) {
    outbox.sendDurable(
        chunk.from(),
        new Message.SnapshotAck(
            state.self(), state.term(), offset, chunk.attempt(), chunk.round()));
  }

  /** Everything committed here is in the leader's log (Leader Completeness, paper §5.4.3). */
  private void answerHeld(NodeId leader, long round) {
    outbox.sendDurable(
        leader, new Message.AppendAck(state.self(), state.term(), state.commit(), round));
  }

  /**
   * A leader of an earlier term learns the current one, and steps down. It may be leader again when
   * the answer arrives: read rounds and attempts of an earlier term must mean nothing then.
   */
  void onStaleChunk(Message.SnapshotChunk chunk) {
    outbox.sendDurable(chunk.from(), new Message.SnapshotAck(state.self(), state.term(), 0, 0, 0));
  }

  /** The host has verified the whole snapshot and made it durable. */
  void received(SnapshotMeta snapshot) {
    forget();
    if (isHere(snapshot)) {
      // The log overtook it. Not all of it need be applied yet, so nothing is cut.
      outbox.event(new Event.SnapshotSkipped(state.self(), snapshot.last(), state.commit()));
      return;
    }
    state.install(snapshot);
    following.agree(snapshot.index());
    NodeId leader = state.leader();
    if (leader != null && !leader.equals(state.self())) {
      answerHeld(leader, 0);
    }
  }

  /** The host found the bytes damaged: they are asked for again. */
  void rejected(SnapshotMeta snapshot) {
    outbox.event(new Event.SnapshotDamaged(snapshot.last()));
    forget();
  }

  private void forget() {
    state.setInstalling(false);
    incoming = null;
    held = 0;
  }

  void describe(Fingerprint print) {
    print.add(incoming != null).add(held);
    if (incoming != null) {
      incoming.describe(print);
    }
  }
}
