package dev.balsa.web;

import dev.balsa.raft.Change;
import dev.balsa.raft.Denied;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.Event.Denial;
import dev.balsa.raft.Event.StepDown;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Refusal;
import dev.balsa.raft.TransferFailure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The core's events as JSON members, for the page's own runs and for a server's live view alike; a
 * new case of {@link Event} must fail to compile here.
 */
public final class EventJson {
  private EventJson() {}

  /** Writes the name and the components of {@code event} into an open object. */
  public static void write(Json json, Event event) {
    json.field("name", event.getClass().getSimpleName());
    switch (event) {
      case Event.ElectionTimeoutDrawn(long nanos) -> json.field("nanos", nanos);
      case Event.ElectionTimedOut(long term) -> json.field("term", term);
      case Event.PreVoteStarted(long term, EntryId last) ->
          json.field("term", term).field("last", last.toString());
      case Event.PreVoteGranted(NodeId candidate, long term) -> vote(json, candidate, term);
      case Event.PreVoteDenied(NodeId candidate, long term, Denial reason) ->
          vote(json, candidate, term).field("reason", reason.name());
      case Event.PreVoteReceived(NodeId voter, int votes, int needed) ->
          tally(json, voter, votes, needed);
      case Event.ElectionStarted(long term, EntryId last) ->
          json.field("term", term).field("last", last.toString());
      case Event.TermAdvanced(long from, long to) -> json.field("from", from).field("to", to);
      case Event.VoteGranted(NodeId candidate, long term) -> vote(json, candidate, term);
      case Event.VoteDenied(NodeId candidate, long term, Denial reason) ->
          vote(json, candidate, term).field("reason", reason.name());
      case Event.VoteReceived(NodeId voter, int votes, int needed) ->
          tally(json, voter, votes, needed);
      case Event.DenialReceived(NodeId voter, long term, Denied denied) ->
          json.field("voter", voter).field("term", term).field("reason", denied.reason().name());
      case Event.BecameLeader(long term, EntryId last) ->
          json.field("term", term).field("last", last.toString());
      case Event.SteppedDown(long term, StepDown reason) ->
          json.field("term", term).field("reason", reason.name());
      case Event.LeaderChanged(long term, @Nullable NodeId leader) ->
          json.field("term", term).field("leader", leader);
      case Event.TransferStarted(NodeId target, long term) ->
          json.field("target", target).field("term", term);
      case Event.TransferTold(NodeId target, long term) ->
          json.field("target", target).field("term", term);
      case Event.TransferFailed(NodeId target, TransferFailure reason) ->
          json.field("target", target).field("reason", reason.name());
      case Event.ToldToCampaign(NodeId leader, long term) ->
          json.field("leader", leader).field("term", term);
      case Event.Appended(EntryId prev, EntryId last) ->
          json.field("prev", prev.toString()).field("last", last.toString());
      case Event.Truncated(long from, long to) -> json.field("from", from).field("to", to);
      case Event.AppendRejected(NodeId leader, EntryId prev, EntryId hint) ->
          json.field("leader", leader)
              .field("prev", prev.toString())
              .field("hint", hint.toString());
      case Event.Backtracked(NodeId peer, long from, long to) ->
          json.field("peer", peer).field("from", from).field("to", to);
      case Event.CommitAdvanced(long from, long to) -> json.field("from", from).field("to", to);
      case Event.CommitWithheld(long index, long entryTerm, long currentTerm) ->
          json.field("index", index).field("entryTerm", entryTerm).field("term", currentTerm);
      case Event.ProgressChanged(NodeId peer, boolean pipelined) ->
          json.field("peer", peer).field("pipelined", pipelined);
      case Event.SleepChanged(boolean asleep) -> json.field("asleep", asleep);
      case Event.StaleMessage(NodeId from, long term, long currentTerm) ->
          json.field("from", from).field("term", term).field("current", currentTerm);
      case Event.ConfigurationTaken(EntryId at, Membership membership) ->
          json.field("at", at.toString()).field("members", membership.toString());
      case Event.ConfigurationRolledBack(EntryId at, Membership membership) ->
          json.field("at", at.toString()).field("members", membership.toString());
      case Event.ChangeBegun(List<Change> changes, boolean joint) ->
          json.field("changes", words(changes)).field("joint", joint);
      case Event.ChangeRefused(List<Change> changes, Refusal reason) ->
          json.field("changes", words(changes)).field("reason", reason.name());
      case Event.JointLeft(EntryId joint) -> json.field("joint", joint.toString());
      case Event.LearnerPromoted(NodeId learner, long match) ->
          json.field("learner", learner).field("match", match);
      case Event.SnapshotTaken(EntryId last) -> json.field("last", last.toString());
      case Event.LogCompacted(EntryId from, EntryId to) ->
          json.field("from", from.toString()).field("to", to.toString());
      case Event.SnapshotOffered(NodeId peer, EntryId last) ->
          json.field("peer", peer).field("last", last.toString());
      case Event.SnapshotSkipped(NodeId from, EntryId last, long commit) ->
          json.field("from", from).field("last", last.toString()).field("commit", commit);
      case Event.SnapshotDamaged(EntryId last) -> json.field("last", last.toString());
      case Event.SnapshotInstalled(EntryId before, EntryId last) ->
          json.field("before", before.toString()).field("last", last.toString());
      case Event.DiskLost(NodeId member, IncarnationId named, IncarnationId speaking) ->
          json.field("member", member)
              .field("named", named.toString())
              .field("speaking", speaking.toString());
      case Event.QuorumLost(List<NodeId> lost, Membership membership) ->
          json.field("lost", lost.toString()).field("members", membership.toString());
      case Event.PromiseIgnored(NodeId from, @Nullable IncarnationId speaking) ->
          json.field("from", from);
      case Event.Readmitted(NodeId member, IncarnationId incarnation) ->
          json.field("member", member).field("incarnation", incarnation.toString());
      case Event.EntriesLost(EntryId last, EntryId end) ->
          json.field("last", last.toString()).field("end", end.toString());
      case Event.EntriesRegained(EntryId end, EntryId last) ->
          json.field("end", end.toString()).field("last", last.toString());
      case Event.PeerLostEntries(NodeId peer, long match, long agreed) ->
          json.field("peer", peer).field("match", match).field("agreed", agreed);
      case Event.ProposalRefused(Refusal reason) -> json.field("reason", reason.name());
      case Event.ReadsConfirmed(long round, int reads, long index) ->
          json.field("round", round).field("reads", reads).field("index", index);
    }
  }

  private static Json vote(Json json, NodeId candidate, long term) {
    return json.field("candidate", candidate).field("term", term);
  }

  private static void tally(Json json, NodeId voter, int votes, int needed) {
    json.field("voter", voter).field("votes", votes).field("needed", needed);
  }

  /** Changes as pairs of words, such as {@code add 4 promote 5}. */
  static String words(List<Change> changes) {
    return String.join(
        " ", changes.stream().map(it -> Action.Members.verb(it) + " " + it.node()).toList());
  }

  /**
   * Whether a person who looks for what matters wants to stop here: a role, a term's end, a commit,
   * a cut log, a refusal.
   */
  static boolean isInteresting(Event event) {
    return switch (event) {
      case Event.ElectionTimedOut e -> true;
      case Event.ElectionStarted e -> true;
      case Event.BecameLeader e -> true;
      case Event.SteppedDown e -> true;
      case Event.VoteDenied e -> true;
      case Event.PreVoteDenied e -> true;
      case Event.Truncated e -> true;
      case Event.AppendRejected e -> true;
      case Event.CommitWithheld e -> true;
      case Event.CommitAdvanced e -> true;
      case Event.TransferStarted e -> true;
      case Event.TransferFailed e -> true;
      case Event.ToldToCampaign e -> true;
      case Event.ProposalRefused e -> true;
      case Event.ConfigurationTaken e -> true;
      case Event.ConfigurationRolledBack e -> true;
      case Event.ChangeBegun e -> true;
      case Event.ChangeRefused e -> true;
      case Event.LearnerPromoted e -> true;
      case Event.SnapshotTaken e -> true;
      case Event.SnapshotOffered e -> true;
      case Event.SnapshotDamaged e -> true;
      case Event.SnapshotInstalled e -> true;
      case Event.DiskLost e -> true;
      case Event.QuorumLost e -> true;
      case Event.Readmitted e -> true;
      case Event.EntriesLost e -> true;
      case Event.EntriesRegained e -> true;
      case Event.PeerLostEntries e -> true;
      case Event.PromiseIgnored e -> false;
      case Event.JointLeft e -> false;
      case Event.LogCompacted e -> false;
      case Event.SnapshotSkipped e -> false;
      case Event.ElectionTimeoutDrawn e -> false;
      case Event.PreVoteStarted e -> false;
      case Event.PreVoteGranted e -> false;
      case Event.PreVoteReceived e -> false;
      case Event.TermAdvanced e -> false;
      case Event.VoteGranted e -> false;
      case Event.VoteReceived e -> false;
      case Event.DenialReceived e -> false;
      case Event.LeaderChanged e -> false;
      case Event.TransferTold e -> false;
      case Event.Appended e -> false;
      case Event.Backtracked e -> false;
      case Event.ProgressChanged e -> false;
      case Event.SleepChanged e -> false;
      case Event.StaleMessage e -> false;
      case Event.ReadsConfirmed e -> false;
    };
  }
}
