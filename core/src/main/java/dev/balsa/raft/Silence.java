package dev.balsa.raft;

import java.util.TreeSet;

/**
 * Lets a group that has nothing to do fall silent: no messages, no timers, on any node, until
 * something happens. The leader asks all its peers instead of a heartbeat; each that has all
 * entries stops its election timer and says so; when all have said so the leader stops, too. If one
 * does not answer within a heartbeat's time the next heartbeat wakes the others.
 *
 * <pre>
 *   leader   ── Quiet(last, round) ──►  peers      has the log up to last, all committed: timers off
 *            ◄── Quiet(last, round) ──             all have answered: timers off
 * </pre>
 *
 * <p>Any input but a timer's wakes a node; a leader that wakes speaks at once, which wakes the
 * others. Safety never rests on timers here, so all this is about being alive: a sleeping node is
 * woken by its host when the connection to its leader, or to one of the leader's peers, is gone
 * ({@link Input.Unreachable}). A sleeping follower does not count as one that hears a leader, so it
 * denies nobody its vote. Leases do rest on timers: with them nobody sleeps.
 */
final class Silence {
  private final NodeState state;
  private final Liveness liveness;

  // Of a leader.
  private final TreeSet<NodeId> asleep = new TreeSet<>(); // who answered the latest question
  private long round; // of the latest question; answers to earlier ones do not count
  private boolean asking;
  private long busyUntil; // the last time that something was done

  Silence(NodeState state, Liveness liveness) {
    this.state = state;
    this.liveness = liveness;
    this.round = 0;
  }

  /** Something is about to happen: a sleeping node wakes for it, a leader that asks goes on. */
  void before(Input input) {
    if (!isNews(input)) {
      return;
    }
    switch (state.role()) {
      case Role.Follower follower -> {
        if (follower.asleep) {
          follower.asleep = false;
          state.drawElectionTimeout();
          state.outbox.event(new Event.SleepChanged(false));
        }
      }
      case Role.PreCandidate preCandidate -> {}
      case Role.Candidate candidate -> {}
      case Role.Leader leader -> {
        if (leader.asleep) {
          leader.asleep = false;
          liveness.lead(leader);
          leader.heartbeatDeadline = state.now();
          state.outbox.event(new Event.SleepChanged(false));
        }
        goOn(leader);
      }
    }
  }

  /** Some may sleep by now: they are spoken to at once. */
  private void goOn(Role.Leader leader) {
    busyUntil = state.now();
    if (asking) {
      asking = false;
      leader.heartbeatDeadline = state.now();
    }
  }

  private boolean isNews(Input input) {
    return switch (input) {
      case Input.Wake wake -> false;
      case Input.Persisted persisted -> false;
      case Input.SnapshotTaken taken -> false;
      case Input.Receive(Message message) -> isNews(message);
      case Input.Greeted(NodeId peer, var incarnation) -> concerns(peer);
      case Input.Unreachable(NodeId peer) -> concerns(peer);
      case Input.Propose propose -> true;
      case Input.Reconfigure reconfigure -> true;
      case Input.Read read -> true;
      case Input.Transfer transfer -> true;
      case Input.SnapshotReceived received -> true;
      case Input.SnapshotRejected rejected -> true;
    };
  }

  /** What answers a heartbeat is none; it could not come while a leader sleeps but late. */
  private boolean isNews(Message message) {
    boolean answer = message instanceof Message.Quiet || message instanceof Message.AppendAck;
    return !answer || message.term() > state.term();
  }

  private boolean concerns(NodeId peer) {
    return state.role() instanceof Role.Leader leader
        ? leader.peers.containsKey(peer)
        : peer.equals(state.leader());
  }

  /** Another leads, or nobody: what was asked before is of no account. */
  void leaderChanged() {
    asking = false;
    busyUntil = state.now();
  }

  /**
   * A heartbeat is due: asks the peers to sleep instead, if there has been nothing to do for long
   * enough; says whether it did. A question that was not answered by all is given up.
   */
  boolean asksInstead(Role.Leader leader, boolean reads) {
    if (state.now() < leader.heartbeatDeadline) {
      return false;
    }
    if (asking) {
      goOn(leader);
      return false;
    }
    if (reads || !isSettled(leader)) {
      return false;
    }
    asking = true;
    asleep.clear();
    round++;
    leader.heartbeatDeadline = Math.addExact(state.now(), state.config.heartbeatNanos());
    leader.peers.keySet().forEach(this::say);
    return true;
  }

  private void say(NodeId peer) {
    state.outbox.sendDurable(
        peer, new Message.Quiet(state.self(), state.term(), state.log.last(), round, false));
  }

  /** Whether every peer has everything and nobody waits for anything. */
  private boolean isSettled(Role.Leader leader) {
    if (!state.config.mayRest() || state.now() - busyUntil < state.config.restAfterNanos()) {
      return false;
    }
    long last = state.log.lastIndex();
    return state.commit() == last
        && state.durable() == last
        && leader.transferee == null
        && leader.rounds.isEmpty()
        && leader.noticeDeadline == Long.MAX_VALUE
        && !state.membership().isJoint()
        && !leader.peers.isEmpty()
        && leader.peers.values().stream()
            .allMatch(
                peer ->
                    peer.isPipelined()
                        && peer.shipment() == null
                        && peer.match() == last
                        && peer.toldCommit == last);
  }

  /** A leader's question, or a peer's answer to it, which counts for nobody but that leader. */
  void onQuiet(Message.Quiet message, boolean clientsWait) {
    if (!message.answer()) {
      obey(message, clientsWait);
    } else if (state.role() instanceof Role.Leader leader) {
      boolean counts =
          asking && message.round() == round && message.last().equals(state.log.last());
      if (counts && leader.peers.containsKey(message.from())) {
        asleep.add(message.from());
        if (asleep.containsAll(leader.peers.keySet())) {
          rest(leader);
        }
      }
    }
  }

  private void rest(Role.Leader leader) {
    asking = false;
    leader.asleep = true;
    leader.heartbeatDeadline = Long.MAX_VALUE;
    leader.quorumDeadline = Long.MAX_VALUE;
    state.outbox.event(new Event.SleepChanged(true));
  }

  private void obey(Message.Quiet question, boolean clientsWait) {
    state.follow(question.from());
    state.drawElectionTimeout();
    boolean settled =
        state.config.mayRest()
            && !clientsWait
            && state.promises.lost() == null
            && state.log.last().equals(question.last())
            && state.commit() == state.log.lastIndex();
    if (settled && state.role() instanceof Role.Follower follower) {
      if (!follower.asleep) {
        follower.asleep = true;
        state.outbox.event(new Event.SleepChanged(true));
      }
      state.outbox.sendDurable(
          question.from(),
          new Message.Quiet(state.self(), state.term(), state.log.last(), question.round(), true));
    }
  }

  void describe(Fingerprint print) {
    if (state.config.mayRest()) {
      print.add(state.role().isAsleep()).add(asking).add(round);
      asleep.forEach(print::add);
      print.past(busyUntil, state.now(), state.config.restAfterNanos());
    }
  }
}
