package dev.balsa.raft;

import dev.balsa.raft.Ready.ReadOutcome;
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

  // round counts from 0 in each term; open ⇔ running is not empty
  private long round;
  private long runningIndex;
  private List<Pending> running = List.of();
  private List<Pending> waiting = new ArrayList<>();

  private record Pending(NodeId origin, long read) {}

  Reads(NodeState state, Heartbeats heartbeats) {
    this.state = state;
    this.outbox = state.outbox;
    this.heartbeats = heartbeats;
  }

  /** The number that goes out with every Append. */
  long round() {
    return round;
  }

  void lead() {
    round = 0;
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
    waiting.add(new Pending(origin, read));
    openRound(leader);
  }

  /** A commit may be the first of the term, which reads wait for. */
  void committed(Role.Leader leader) {
    openRound(leader);
  }

  private void openRound(Role.Leader leader) {
    if (waiting.isEmpty() || !running.isEmpty() || state.commit() < leader.termStart) {
      return;
    }
    running = waiting;
    waiting = new ArrayList<>();
    runningIndex = state.commit();
    round++;
    leader.peers.forEach((peer, progress) -> heartbeats.speak(peer, progress, round));
    confirm(leader);
  }

  /** A follower answered an Append of {@code ackedRound} in this term. */
  void acked(Role.Leader leader, Progress progress, long ackedRound) {
    progress.ackedRound = Math.max(progress.ackedRound, ackedRound);
    confirm(leader);
  }

  private void confirm(Role.Leader leader) {
    if (running.isEmpty()) {
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
    if (confirmed < round) {
      return;
    }
    outbox.event(new Event.ReadsConfirmed(round, running.size(), runningIndex));
    List<Pending> served = running;
    running = List.of();
    served.forEach(pending -> answerConfirmed(pending, runningIndex));
    openRound(leader);
  }

  private void answerConfirmed(Pending pending, long index) {
    if (pending.origin().equals(state.self())) {
      outbox.read(new ReadOutcome.Confirmed(pending.read(), index));
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
}
