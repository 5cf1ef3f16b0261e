package dev.balsa.raft;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened in the core and why. The single source for logs, metrics, the page, recorded traces
 * and assertions in tests.
 */
public sealed interface Event {
  /** An election timeout was drawn; this node acts if nothing is heard for so long. */
  record ElectionTimeoutDrawn(long nanos) implements Event {}

  /** Nothing was heard from a leader for a whole election timeout (paper §5.2). */
  record ElectionTimedOut(long term) implements Event {}

  /** This node asks whether it would be voted for in the term after {@code term} (thesis §9.6). */
  record PreVoteStarted(long term, EntryId last) implements Event {}

  /** This node would vote for {@code candidate} in the term after {@code term}. */
  record PreVoteGranted(NodeId candidate, long term) implements Event {}

  /** This node would not vote for {@code candidate}. */
  record PreVoteDenied(NodeId candidate, long term, Denial reason) implements Event {}

  /** A peer would vote for this node; {@code votes} of {@code needed} are there. */
  record PreVoteReceived(NodeId voter, int votes, int needed) implements Event {}

  /** This node asks for votes in {@code term}. */
  record ElectionStarted(long term, EntryId last) implements Event {}

  /** A higher term was met and adopted (paper §5.1). */
  record TermAdvanced(long from, long to) implements Event {}

  /** This node voted for {@code candidate}. */
  record VoteGranted(NodeId candidate, long term) implements Event {}

  /** This node did not vote for {@code candidate}. */
  record VoteDenied(NodeId candidate, long term, Denial reason) implements Event {}

  /** A vote for this node was counted; {@code votes} of {@code needed} are there. */
  record VoteReceived(NodeId voter, int votes, int needed) implements Event {}

  /** A peer denied its vote to this node, or would in the term after {@code term}. */
  record DenialReceived(NodeId voter, long term, Denied denied) implements Event {}

  /** This node leads {@code term}. */
  record BecameLeader(long term, EntryId last) implements Event {}

  /** This node no longer leads or campaigns. */
  record SteppedDown(long term, StepDown reason) implements Event {}

  /** The leader of {@code term} is known now, or no longer. */
  record LeaderChanged(long term, @Nullable NodeId leader) implements Event {}

  /** The leader of {@code term} begins to hand over to {@code target} (thesis §3.10). */
  record TransferStarted(NodeId target, long term) implements Event {}

  /** The target's log is complete: it is told to campaign, or once more. */
  record TransferTold(NodeId target, long term) implements Event {}

  /** The leadership did not move to {@code target}; a leader that still leads takes proposals. */
  record TransferFailed(NodeId target, TransferFailure reason) implements Event {}

  /** The leader's own order, to campaign at once, arrived here. */
  record ToldToCampaign(NodeId leader, long term) implements Event {}

  /** Entries were added after {@code prev}. */
  record Appended(EntryId prev, EntryId last) implements Event {}

  /** Entries that no quorum holds gave way to the leader's (paper §5.3). */
  record Truncated(long fromIndex, long toIndex) implements Event {}

  /** The follower lacks the entry before those sent. */
  record AppendRejected(NodeId leader, EntryId prev, EntryId hint) implements Event {}

  /** The leader goes back to the place where {@code peer} may agree. */
  record Backtracked(NodeId peer, long from, long to) implements Event {}

  /** Entries up to {@code to} are committed. */
  record CommitAdvanced(long from, long to) implements Event {}

  /** Entries reach a majority, but none is of the leader's own term yet (paper §5.4.2). */
  record CommitWithheld(long index, long entryTerm, long currentTerm) implements Event {}

  /** Replication to {@code peer} goes from one known place at a time, or by a pipeline. */
  record ProgressChanged(NodeId peer, boolean pipelined) implements Event {}

  /** The group falls silent here, with nothing to do, or does no longer. */
  record SleepChanged(boolean asleep) implements Event {}

  /** A message of an earlier term changed nothing (paper §5.1). */
  record StaleMessage(NodeId from, long term, long currentTerm) implements Event {}

  /** A proposal was not taken. */
  record ProposalRefused(Refusal reason) implements Event {}

  /** Reads of a round were confirmed by a quorum (thesis §6.4). */
  record ReadsConfirmed(long round, int reads, long index) implements Event {}

  /** The configuration at {@code at} is in force here, committed or not (thesis §4.1). */
  record ConfigurationTaken(EntryId at, Membership membership) implements Event {}

  /** Its entry gave way to a leader's, so the one at {@code at} is in force again. */
  record ConfigurationRolledBack(EntryId at, Membership membership) implements Event {}

  /** The leader begins a change; {@code joint} if two majorities must agree in between. */
  record ChangeBegun(List<Change> changes, boolean joint) implements Event {}

  /** The leader does not make a change. */
  record ChangeRefused(List<Change> changes, Refusal reason) implements Event {}

  /** The joint phase begun at {@code joint} is committed; the leader ends it. */
  record JointLeft(EntryId joint) implements Event {}

  /** A learner has caught up and the leader makes it a voter. */
  record LearnerPromoted(NodeId learner, long match) implements Event {}

  /**
   * A member speaks with another data directory than the membership names: it lost what it had
   * promised, so its votes and acknowledgements do not count.
   */
  record DiskLost(NodeId member, IncarnationId named, IncarnationId speaking) implements Event {}

  /** So many voters lost their disks that the others cannot decide; only an operator can help. */
  record QuorumLost(List<NodeId> lost, Membership membership) implements Event {}

  /** A vote or an acknowledgement of a member whose directory is not the one named. */
  record PromiseIgnored(NodeId from, @Nullable IncarnationId speaking) implements Event {}

  /** The leader takes a member that lost its disk back as a learner, to be promoted. */
  record Readmitted(NodeId member, IncarnationId incarnation) implements Event {}

  /** A snapshot that stands for all entries up to {@code last} is durable here. */
  record SnapshotTaken(EntryId last) implements Event {}

  /** Entries up to {@code to} left the log; a snapshot stands for them. */
  record LogCompacted(EntryId from, EntryId to) implements Event {}

  /** {@code peer} needs entries that are no longer in the log, and gets a snapshot instead. */
  record SnapshotOffered(NodeId peer, EntryId last) implements Event {}

  /** A snapshot, offered by {@code from} or just complete here, holds nothing new. */
  record SnapshotSkipped(NodeId from, EntryId last, long commit) implements Event {}

  /** A snapshot arrived damaged, and is asked for again. */
  record SnapshotDamaged(EntryId last) implements Event {}

  /** A snapshot replaced the log and the state, which ended at {@code before}. */
  record SnapshotInstalled(EntryId before, EntryId last) implements Event {}

  /**
   * Damage took the entries after {@code last}, up to {@code end}: this node waits for a leader to
   * send them, and till then does not campaign and votes only for whoever holds them.
   */
  record EntriesLost(EntryId last, EntryId end) implements Event {}

  /** The log reaches as far again as before the damage; this node takes part like any other. */
  record EntriesRegained(EntryId end, EntryId last) implements Event {}

  /** A follower lost entries that it had acknowledged; they no longer count, and are sent again. */
  record PeerLostEntries(NodeId peer, long match, long agreed) implements Event {}

  /** Why a vote was denied. */
  enum Denial {
    /** The vote of this term went to another node (paper §5.2). */
    ALREADY_VOTED,
    /** The candidate's log is behind ours (paper §5.4.1). */
    LOG_BEHIND,
    /** The candidate's log is behind what this node promised and lost to damage. */
    BEHIND_LOST_ENTRIES,
    /** The candidate's term is over. */
    STALE_TERM,
    /**
     * This node leads with a live quorum, or heard its leader within the least election timeout
     * (thesis §4.2.3).
     */
    LEADER_ALIVE
  }

  /** Why a leader or candidate became a follower. */
  enum StepDown {
    HIGHER_TERM,
    /** No quorum answered for the longest election timeout (thesis §6.2). */
    QUORUM_SILENT,
    /** The node itself did nothing for the longest election timeout: a pause, or a hung force. */
    STOOD_STILL,
    /** Another node leads the term this one campaigned in (paper §5.2). */
    LEADER_FOUND,
    /** The configuration that takes this leader's vote is committed (thesis §4.2.2). */
    REMOVED
  }
}
