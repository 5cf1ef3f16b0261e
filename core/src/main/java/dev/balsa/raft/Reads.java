package dev.balsa.raft;

import dev.balsa.raft.Ready.ReadOutcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Linearizable reads by ReadIndex (thesis §6.4), on the leader's side.
 *
 * <p>A leader may serve a read at commit index i once it knows that it still led <em>after</em> the
 * read arrived. It opens a round: a number that goes out with every Append and comes back with
 * every answer. When a majority has answered with this round or a later one, no other leader can
 * have committed anything before the round began. Rounds only grow within a term, and answers carry
 * the term, so an answer to an earlier round is never taken for a later one. Reads that arrive
 * while a round is open wait for the next: one round serves them all.
 *
 * <p>Before an entry of its own term is committed a leader does not know what is (paper §8), so
 * reads wait for that too.
 */
final class Reads {
  private final NodeState state;
  private final Outbox outbox;
  private final Heartbeats heartbeats;

  // round counts from 0 in each term; one that reads wait for is open ⇔ running is not empty
  private long round;
  private long runningRound; // ≤ round
  private long runningIndex;
  private long runningSince;
  private List<Pending> running = List.of();
  private List<Pending> waiting = new ArrayList<>();

  // With leases, when rounds without an answer of a quorum were sent, and when the latest with one.
  private final ArrayDeque<Sent> sent = new ArrayDeque<>();
  private long leaseFrom = Status.NO_LEASE;

  private record Pending(NodeId origin, long read, long asked) {}

  private record Sent(long round, long at) {}

  Reads(NodeState state, Heartbeats heartbeats) {
    this.state = state;
    this.outbox = state.outbox;
    this.heartbeats = heartbeats;
  }

  /** The number that goes out with every Append. */
  long round() {
    return round;
  }

  /** How many reads have no answer yet. */
  int open() {
    return running.size() + waiting.size();
  }

  /** When the oldest of them was asked; there must be one. */
  long oldest() {
    return (running.isEmpty() ? waiting : running).getFirst().asked();
  }

  void lead() {
    round = 0;
    sent.clear();
    leaseFrom = Status.NO_LEASE;
    running = List.of();
    waiting = new ArrayList<>();
  }

  /** The reads of a leader that stepped down are refused; another can answer them. */
  void stepDown() {
    running.forEach(pending -> answerRefused(pending));
    waiting.forEach(pending -> answerRefused(pending));
    running = List.of();
    waiting = new ArrayList<>();
  }

  void ask(Role.Leader leader, NodeId origin, long read) {
    waiting.add(new Pending(origin, read, state.now()));
    openRound(leader);
  }

  /** The leader speaks to all; with leases, what they answer tells when they heard it. */
  void heartbeat(Role.Leader leader) {
    if (state.config.lease().enabled()) {
      nextRound();
      confirm(leader);
    }
  }

  /** Whether nobody else can lead at this moment, by the clocks. */
  boolean holdsLease(Role.Leader leader) {
    return state.now() < leaseUntil(leader);
  }

  /**
   * Until when nobody else can lead, by the clocks; {@link Status#NO_LEASE} if nothing tells. The
   * lease counts from when the round left that a quorum has answered: each of them heard it later,
   * and votes for nobody within the least election timeout after (thesis §6.4.1). Only an order of
   * this leader's own could make them.
   */
  long leaseUntil(Role.Leader leader) {
    LeaseRules rules = state.config.lease();
    boolean may =
        rules.enabled()
            && state.commit() >= leader.termStart
            && leader.transferee == null
            && !leader.ordered
            && leaseFrom != Status.NO_LEASE;
    return may ? leaseFrom + rules.nanos(state.config.electionTimeoutMinNanos()) : Status.NO_LEASE;
  }

  /**
   * A commit may be the first of the term, which reads wait for, or that of a membership for which
   * the answers that are there suffice: those who left need not answer.
   */
  void committed(Role.Leader leader) {
    confirm(leader);
    openRound(leader);
  }

  private void openRound(Role.Leader leader) {
    if (waiting.isEmpty() || !running.isEmpty() || state.commit() < leader.termStart) {
      return;
    }
    running = waiting;
    waiting = new ArrayList<>();
    runningIndex = state.commit();
    runningSince = state.now();
    nextRound();
    runningRound = round;
    leader.peers.forEach((peer, progress) -> heartbeats.speak(peer, progress, round));
    confirm(leader);
  }

  private void nextRound() {
    round++;
    if (state.config.lease().enabled()) {
      sent.add(new Sent(round, state.now()));
    }
  }

  /** A follower answered an Append of {@code ackedRound} in this term. */
  void acked(Role.Leader leader, Progress progress, long ackedRound) {
    progress.ackedRound = Math.max(progress.ackedRound, ackedRound);
    confirm(leader);
  }

  private void confirm(Role.Leader leader) {
    if (running.isEmpty() && sent.isEmpty()) {
      return;
    }
    long confirmed =
        state
            .quorum()
            .reached(
                node -> {
                  Progress progress = leader.peers.get(node);
                  return progress == null ? round : progress.ackedRound;
                });
    while (!sent.isEmpty() && sent.getFirst().round() <= confirmed) {
      leaseFrom = sent.removeFirst().at();
    }
    if (running.isEmpty() || confirmed < runningRound) {
      return;
    }
    state.freshness.learn(runningIndex, runningSince);
    outbox.event(new Event.ReadsConfirmed(runningRound, running.size(), runningIndex));
    List<Pending> served = running;
    running = List.of();
    served.forEach(pending -> answerConfirmed(pending, runningIndex));
    openRound(leader);
  }

  private void answerConfirmed(Pending pending, long index) {
    if (pending.origin().equals(state.self())) {
      ReadBasis basis = new ReadBasis(ReadBasis.Path.READ_INDEX, pending.asked());
      outbox.read(new ReadOutcome.Confirmed(pending.read(), index, basis));
    } else {
      outbox.sendNow(
          pending.origin(),
          new Message.ReadIndexReply(state.self(), state.term(), pending.read(), index));
    }
  }

  private void answerRefused(Pending pending) {
    if (pending.origin().equals(state.self())) {
      outbox.read(new ReadOutcome.Refused(pending.read(), Refusal.LEADER_CHANGED));
    } else {
      outbox.sendNow(
          pending.origin(),
          new Message.ReadIndexRefused(
              state.self(), state.term(), pending.read(), Refusal.LEADER_CHANGED));
    }
  }

  void describe(Fingerprint print) {
    print.add(round).add(runningIndex).add(running.size()).add(waiting.size());
    running.forEach(pending -> print.add(pending.origin()).add(pending.read()));
    waiting.forEach(pending -> print.add(pending.origin()).add(pending.read()));
  }
}
