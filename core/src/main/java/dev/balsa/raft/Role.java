package dev.balsa.raft;

import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a node is at the moment, with what only that role knows (paper §5.1). */
sealed interface Role {
  /** Adds what decides how a node in this role goes on. */
  void describe(Fingerprint print, NodeState state);

  /** Whether the group is silent here, so that no timer of this role runs. */
  default boolean isAsleep() {
    return false;
  }

  /** Answers leaders and candidates; passes its clients' requests on. */
  final class Follower implements Role {
    /** The leader of this term once it was heard, or null. Set once in a term. */
    @Nullable NodeId leader;

    /** When that leader was heard last. */
    long heard;

    /** Up to where this log is known to agree with the leader's. */
    long agreed;

    boolean asleep;

    @Override
    public boolean isAsleep() {
      return asleep;
    }

    @Override
    public void describe(Fingerprint print, NodeState state) {
      print.add(0).add(leader).add(agreed);
      long span = state.config.electionTimeoutMaxNanos();
      print.past(leader == null ? state.now() : heard, state.now(), span);
    }
  }

  /** Hears no leader, and asks whether it would win the next term (thesis §9.6). */
  final class PreCandidate implements Role {
    /** Who would vote for this node; itself first. */
    final TreeSet<NodeId> votes = new TreeSet<>();

    /** Who would not vote for this node, with the reason, which only people are told. */
    final TreeMap<NodeId, NoLeader.Denier> deniers = new TreeMap<>();

    /** The question that counts; answers to earlier ones do not. */
    final long round;

    PreCandidate(long round) {
      this.round = round;
    }

    @Override
    public void describe(Fingerprint print, NodeState state) {
      print.add(1).add(round).add(!deniers.isEmpty()).add(votes.size());
      votes.forEach(print::add);
    }
  }

  /** Asks for votes in its term. */
  final class Candidate implements Role {
    /** Who voted for this node; itself once that is durable. */
    final TreeSet<NodeId> votes = new TreeSet<>();

    /** Who answered that it does not, and why; told to people, and nothing else depends on it. */
    final TreeMap<NodeId, NoLeader.Denier> deniers = new TreeMap<>();

    /** The write that makes this node's vote for itself durable. */
    final long voteSequence;

    Candidate(long voteSequence) {
      this.voteSequence = voteSequence;
    }

    @Override
    public void describe(Fingerprint print, NodeState state) {
      print.add(2).add(state.outbox.nextSequence() - voteSequence).add(votes.size());
      votes.forEach(print::add);
    }
  }

  /**
   * A learner's race with the log's end (thesis §4.2.1): one that reaches {@code target} within an
   * election timeout delays no commit for longer than that as a voter.
   */
  record Round(long target, long begunNanos) {}

  /** Replicates its log to all others. */
  final class Leader implements Role {
    final TreeMap<NodeId, Progress> peers = new TreeMap<>();

    /** How learners that join catch up. */
    final TreeMap<NodeId, Round> rounds = new TreeMap<>();

    /** The latest configuration whose commit this leader has acted upon. */
    EntryId settled = EntryId.ZERO;

    /** The index of the first entry of its term, the no-op; reads and commits wait for it. */
    final long termStart;

    /** When to speak to all peers again. */
    long heartbeatDeadline;

    boolean asleep;

    /** When to look whether a quorum still answers. */
    long quorumDeadline;

    /** Whom the leadership is being handed to, or null. Lives and dies with this leadership. */
    @Nullable NodeId transferee;

    /**
     * Whether an order to take over was given: a late copy of it may still move the leadership,
     * whatever those who heard this leader would promise it.
     */
    boolean ordered;

    /** When to tell the commit index to those who have not learned it by other messages. */
    long noticeDeadline = Long.MAX_VALUE;

    Leader(long termStart) {
      this.termStart = termStart;
    }

    @Override
    public boolean isAsleep() {
      return asleep;
    }

    @Override
    public void describe(Fingerprint print, NodeState state) {
      long now = state.now();
      long span = state.config.electionTimeoutMaxNanos();
      print.add(3).add(termStart).add(transferee).add(ordered);
      print.deadline(heartbeatDeadline, now).deadline(quorumDeadline, now);
      print.deadline(noticeDeadline, now).add(settled).add(rounds.size());
      rounds.forEach(
          (node, round) -> print.add(node).add(round.target()).past(round.begunNanos(), now, span));
      peers.forEach((peer, progress) -> progress.describe(print.add(peer), now, span));
    }
  }
}
