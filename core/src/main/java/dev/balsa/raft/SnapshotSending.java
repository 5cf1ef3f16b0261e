package dev.balsa.raft;

import java.util.Map;

/**
 * The leader's side of snapshots: a follower whose next entry is no longer in the log gets the
 * latest snapshot instead (paper §7), in chunks, each answered by how much the follower holds.
 *
 * <p>If the latest is kept by the state machine alone, the host is asked to write one; until it
 * has, the follower is asked how much it holds of the one that has no bytes, which keeps it calm.
 *
 * <p>The bytes on their way are bounded for each follower, and a pace bounds all of them together;
 * an empty chunk takes the place of a heartbeat.
 */
final class SnapshotSending {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /**
   * A follower that says nothing for so many of the longest election timeouts gets the latest
   * snapshot when it comes back: until then the entries after the one on its way stay in the log.
   */
  private static final int PATIENCE_TIMEOUTS = 10;

  private final NodeState state;
  private final Outbox outbox;
  private final SnapshotRules rules;
  private long attempts;
  private long quietUntil = Long.MIN_VALUE; // the pace lets nothing leave before

  SnapshotSending(NodeState state) {
    this.state = state;
    this.outbox = state.outbox;
    this.rules = state.config.snapshots();
  }

  /** Begins to send the latest snapshot. */
  void begin(NodeId peer, Progress progress, long round) {
    SnapshotMeta snapshot = state.snapshot();
    if (snapshot == null) {
      throw new InvariantViolation("log begins after %s without a snapshot", state.log.base());
    }
    progress.ship(new Shipment(snapshot, ++attempts, state.now()));
    if (snapshot.isWritten()) {
      outbox.event(new Event.SnapshotOffered(peer, snapshot.last()));
    } else {
      outbox.snapshot(new Ready.SnapshotWork.Write());
    }
    ask(peer, progress, round);
  }

  /** The latest snapshot has bytes, so that whoever waits for some gets it. */
  void written(Role.Leader leader, long round) {
    leader.peers.forEach(
        (peer, progress) -> {
          Shipment shipment = progress.shipment();
          if (shipment != null && !shipment.snapshot.isWritten()) {
            begin(peer, progress, round);
          }
        });
  }

  /** Says that the leader lives, and asks how much the follower holds. */
  void speak(NodeId peer, Progress progress, Shipment shipment, long round) {
    long patience = Math.multiplyExact(PATIENCE_TIMEOUTS, state.config.electionTimeoutMaxNanos());
    if (state.now() - shipment.heardAt() >= patience
        && !shipment.snapshot.equals(state.snapshot())) {
      begin(peer, progress, round);
      return;
    }
    if (state.now() - shipment.movedAt() >= state.config.electionTimeoutMinNanos()) {
      restart(shipment);
    }
    ask(peer, progress, round);
  }

  /** What was on its way may be lost. */
  void restart(Shipment shipment) {
    shipment.restart(++attempts, state.now());
  }

  private void ask(NodeId peer, Progress progress, long round) {
    Shipment shipment = progress.shipment();
    if (shipment != null) {
      send(peer, shipment, 0, Bytes.EMPTY, round);
    }
  }

  private void send(NodeId peer, Shipment shipment, long offset, Bytes data, long round) {
    outbox.sendNow(
        peer,
        new Message.SnapshotChunk(
            state.self(),
            state.term(),
            shipment.snapshot,
            offset,
            data,
            shipment.attempt(),
            round));
  }

  /** The follower told how much it holds. */
  void onAck(Progress progress, Message.SnapshotAck ack, long round) {
    Shipment shipment = progress.shipment();
    if (shipment != null && ack.attempt() == shipment.attempt()) {
      shipment.held(ack.offset(), state.now());
      stream(ack.from(), shipment, round);
    }
  }

  private void stream(NodeId peer, Shipment shipment, long round) {
    while (shipment.hasRoom(rules.inflightBytesMax()) && state.now() >= quietUntil) {
      Bytes data =
          state.stored.readSnapshot(shipment.snapshot, shipment.sent(), rules.chunkBytesMax());
      Require.invariant(
          !data.isEmpty() && data.length() <= shipment.snapshot.bytes() - shipment.sent(),
          "%s bytes read at %s of %s",
          data.length(),
          shipment.sent(),
          shipment.snapshot);
      send(peer, shipment, shipment.sent(), data, round);
      shipment.sentMore(data.length());
      long nanos = (long) ((double) data.length() * NANOS_PER_SECOND / rules.bytesPerSecondMax());
      quietUntil = Math.addExact(state.now(), nanos);
    }
  }

  /** When {@link #wake} has something to send. */
  long deadline(Role.Leader leader) {
    for (Progress progress : leader.peers.values()) {
      Shipment shipment = progress.shipment();
      if (shipment != null && shipment.hasRoom(rules.inflightBytesMax())) {
        return quietUntil;
      }
    }
    return Long.MAX_VALUE;
  }

  /** Sends on where the pace had stopped it. */
  void wake(Role.Leader leader, long round) {
    for (Map.Entry<NodeId, Progress> peer : leader.peers.entrySet()) {
      Shipment shipment = peer.getValue().shipment();
      if (shipment != null) {
        stream(peer.getKey(), shipment, round);
      }
    }
  }

  void describe(Fingerprint print) {
    print.add(attempts).deadline(quietUntil, state.now());
  }
}
