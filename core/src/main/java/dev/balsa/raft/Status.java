package dev.balsa.raft;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A picture of a node's core at one moment, safe to hand to other threads.
 *
 * @param role what the node is
 * @param leader the leader of {@code term} as far as this node knows, or null
 * @param base the entry before the first one of its log; {@link EntryId#ZERO} if all are there
 * @param snapshot the last entry that its latest durable snapshot stands for, not before {@code
 *     base}; {@link EntryId#ZERO} if there is none
 * @param last the end of its log
 * @param commit the commit index it knows
 * @param durable up to where its own log is forced
 * @param followers replication to each peer, in id order; empty unless leader
 * @param why what does not go on and why, in the order of {@link Why.Question}; empty if all does
 * @param leaseUntil when the lease by which it may answer reads alone ends unless it is renewed, in
 *     the core's own time in nanoseconds ({@link LeaseRules}); {@link #NO_LEASE} if it has none,
 *     and a time that is past if it has ended
 */
public record Status(
    NodeId self,
    RoleName role,
    long term,
    @Nullable NodeId leader,
    EntryId base,
    EntryId snapshot,
    EntryId last,
    long commit,
    long durable,
    List<Follower> followers,
    List<Why> why,
    long leaseUntil) {
  /** Ended before any time. */
  public static final long NO_LEASE = Long.MIN_VALUE;

  /** The three roles of the paper (§5.1), and the thesis's one who asks before it campaigns. */
  public enum RoleName {
    FOLLOWER,
    /** Hears no leader and no quorum that would vote for it (thesis §9.6). */
    PRE_CANDIDATE,
    CANDIDATE,
    LEADER
  }

  /**
   * How far a peer is.
   *
   * @param match the last index known to be durable there
   * @param next the next index to send
   * @param pipelined whether messages are sent without waiting for answers
   * @param snapshot whether it is sent a snapshot, since it lacks entries that the log no longer
   *     has
   */
  public record Follower(NodeId node, long match, long next, boolean pipelined, boolean snapshot) {}
}
