package dev.balsa.raft;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a peer may say. Every case carries the sender's term, judged first by {@link Raft} (paper
 * §5.1). The group, the cluster and the incarnation travel in the host's envelope, since they say
 * whether a message belongs here at all.
 */
public sealed interface Message {
  NodeId from();

  /** The sender's current term. */
  long term();

  /**
   * A node that hears no leader asks whether it would get a vote in the next term (thesis §9.6). It
   * stays in its own term, which is what the message carries: to ask changes nothing durable.
   *
   * @param round names the question; the answer repeats it
   */
  record PreVote(NodeId from, long term, EntryId last, long round) implements Message {}

  /**
   * The answer to {@link PreVote}: a forecast, not a promise.
   *
   * @param denied as in {@link VoteReply}
   */
  record PreVoteReply(NodeId from, long term, boolean granted, @Nullable Denied denied, long round)
      implements Message {
    public PreVoteReply {
      Require.argument(!granted || denied == null, "a vote is granted, yet denied: %s", denied);
    }

    /** An answer that gives no reason. */
    public PreVoteReply(NodeId from, long term, boolean granted, long round) {
      this(from, term, granted, null, round);
    }
  }

  /**
   * Candidate asks for a vote; {@code last} is how logs are compared (paper §5.2, §5.4.1).
   *
   * @param transfer whether the leader itself told the candidate to take over (thesis §3.10): it is
   *     then no reason to deny that the leader is alive
   */
  record Vote(NodeId from, long term, EntryId last, boolean transfer) implements Message {
    /** The request of a candidate that heard no leader. */
    public Vote(NodeId from, long term, EntryId last) {
      this(from, term, last, false);
    }
  }

  /**
   * The answer to {@link Vote}.
   *
   * @param denied why it is not granted; null if it is, or if the voter gives no reason
   */
  record VoteReply(NodeId from, long term, boolean granted, @Nullable Denied denied)
      implements Message {
    public VoteReply {
      Require.argument(!granted || denied == null, "a vote is granted, yet denied: %s", denied);
    }

    /** An answer that gives no reason. */
    public VoteReply(NodeId from, long term, boolean granted) {
      this(from, term, granted, null);
    }
  }

  /**
   * Leader replicates, or says with an empty slice that it lives (paper §5.3).
   *
   * @param slice entries and the id before them, which the follower must hold
   * @param commit the leader's commit index
   * @param round the leader's latest read round; echoed by every answer, so that reads of rounds up
   *     to it are confirmed (thesis §6.4). Counts from 0 in each term.
   */
  record Append(NodeId from, long term, LogSlice slice, long commit, long round)
      implements Message {}

  /**
   * Follower holds, durably, the leader's log up to {@code match}.
   *
   * @param match the last index that the answered request covered, not the follower's last
   */
  record AppendAck(NodeId from, long term, long match, long round) implements Message {}

  /**
   * Follower does not hold the entry before the slice.
   *
   * @param rejected the index of {@code slice.prev} that did not match
   * @param hint the follower's last entry at or before it whose term does not exceed the leader's
   *     there: the leader skips whole terms with it (paper §5.3, end)
   * @param lost whether damage took entries that the follower may have acknowledged before, so that
   *     the leader must not count on those acknowledgements
   */
  record AppendReject(NodeId from, long term, long rejected, EntryId hint, long round, boolean lost)
      implements Message {
    /** Of a follower that lost nothing. */
    public AppendReject(NodeId from, long term, long rejected, EntryId hint, long round) {
      this(from, term, rejected, hint, round, false);
    }
  }

  /**
   * Leader sends a part of a snapshot to a follower whose next entry is no longer in the log (paper
   * §7), or says with an empty one that it lives and asks how much the follower holds.
   *
   * @param offset where in the snapshot {@code data} begins, in bytes
   * @param attempt repeated by the answer, so that late answers count for nothing
   * @param round as in {@link Append}
   */
  record SnapshotChunk(
      NodeId from,
      long term,
      SnapshotMeta snapshot,
      long offset,
      Bytes data,
      long attempt,
      long round)
      implements Message {}

  /**
   * Follower holds the first {@code offset} bytes of the snapshot it was sent; not yet durably.
   * When all of it is installed, an {@link AppendAck} says so.
   */
  record SnapshotAck(NodeId from, long term, long offset, long attempt, long round)
      implements Message {}

  /**
   * Leader tells the follower it hands over to: campaign now, your log is complete (thesis §3.10).
   */
  record TimeoutNow(NodeId from, long term) implements Message {}

  /**
   * Leader asks a peer to fall silent with it, since its log ends at {@code last} and all of it is
   * committed; the peer that does answers with the same.
   *
   * @param round names the question; the answer repeats it
   * @param answer whether this is the answer
   */
  record Quiet(NodeId from, long term, EntryId last, long round, boolean answer)
      implements Message {}

  /** Follower passes commands of its clients to the leader; must not arrive twice. */
  record Forward(NodeId from, long term, long proposal, List<Bytes> commands) implements Message {
    public Forward {
      commands = List.copyOf(commands);
    }
  }

  /** Follower passes on what its clients want changed; as {@link Forward} in all else. */
  record ForwardChange(NodeId from, long term, long proposal, List<Change> changes)
      implements Message {
    public ForwardChange {
      changes = List.copyOf(changes);
      Require.argument(
          Change.areOfDifferentNodes(changes), "changes %s name a node twice", changes);
    }
  }

  /**
   * Leader appended the forwarded commands, the first one at {@code first}. Sent before the entries
   * themselves; on a transport that keeps order the origin learns the place before it applies.
   */
  record Forwarded(NodeId from, long term, long proposal, EntryId first) implements Message {}

  /** The forwarded commands were not appended. */
  record ForwardRefused(NodeId from, long term, long proposal, Refusal reason) implements Message {}

  /** Follower asks up to where it must have applied to read linearizably (thesis §6.4). */
  record ReadIndex(NodeId from, long term, long read) implements Message {}

  /** The sender was the leader after the question was asked, and {@code index} was committed. */
  record ReadIndexReply(NodeId from, long term, long read, long index) implements Message {}

  /** The read was not confirmed. */
  record ReadIndexRefused(NodeId from, long term, long read, Refusal reason) implements Message {}
}
