package dev.balsa.raft.trace;

import dev.balsa.raft.Event;
import dev.balsa.raft.Event.StepDown;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.TransferFailure;

/** What a core said, as a trace keeps it; a new case of {@link Event} must fail to compile here. */
final class Events {
  private static final StepDown[] STEP_DOWNS = StepDown.values();
  private static final TransferFailure[] FAILURES = TransferFailure.values();

  private Events() {}

  static void write(TraceOut out, Event event) {
    switch (event) {
      case Event.ElectionTimeoutDrawn it -> {
        out.code(0);
        out.count(it.nanos());
      }
      case Event.ElectionTimedOut it -> {
        out.code(1);
        out.term(it.term());
      }
      case Event.PreVoteStarted it -> {
        out.code(2);
        out.term(it.term());
        Values.write(out, it.last());
      }
      case Event.PreVoteGranted it -> {
        out.code(3);
        out.node(it.candidate());
        out.term(it.term());
      }
      case Event.PreVoteDenied it -> {
        out.code(4);
        out.node(it.candidate());
        out.term(it.term());
        Values.write(out, it.reason());
      }
      case Event.PreVoteReceived it -> {
        out.code(5);
        out.node(it.voter());
        out.count(it.votes());
        out.count(it.needed());
      }
      case Event.ElectionStarted it -> {
        out.code(6);
        out.term(it.term());
        Values.write(out, it.last());
      }
      case Event.TermAdvanced it -> {
        out.code(7);
        out.term(it.from());
        out.term(it.to());
      }
      case Event.VoteGranted it -> {
        out.code(8);
        out.node(it.candidate());
        out.term(it.term());
      }
      case Event.VoteDenied it -> {
        out.code(9);
        out.node(it.candidate());
        out.term(it.term());
        Values.write(out, it.reason());
      }
      case Event.VoteReceived it -> {
        out.code(10);
        out.node(it.voter());
        out.count(it.votes());
        out.count(it.needed());
      }
      case Event.BecameLeader it -> {
        out.code(11);
        out.term(it.term());
        Values.write(out, it.last());
      }
      case Event.SteppedDown it -> {
        out.code(12);
        out.term(it.term());
        out.oneOf(STEP_DOWNS, it.reason());
      }
      case Event.LeaderChanged it -> {
        out.code(13);
        out.term(it.term());
        out.node(it.leader());
      }
      case Event.TransferStarted it -> {
        out.code(14);
        out.node(it.target());
        out.term(it.term());
      }
      case Event.TransferTold it -> {
        out.code(15);
        out.node(it.target());
        out.term(it.term());
      }
      case Event.TransferFailed it -> {
        out.code(16);
        out.node(it.target());
        out.oneOf(FAILURES, it.reason());
      }
      case Event.ToldToCampaign it -> {
        out.code(17);
        out.node(it.leader());
        out.term(it.term());
      }
      case Event.Appended it -> {
        out.code(18);
        Values.write(out, it.prev());
        Values.write(out, it.last());
      }
      case Event.Truncated it -> {
        out.code(19);
        out.index(it.fromIndex());
        out.index(it.toIndex());
      }
      case Event.AppendRejected it -> {
        out.code(20);
        out.node(it.leader());
        Values.write(out, it.prev());
        Values.write(out, it.hint());
      }
      case Event.Backtracked it -> {
        out.code(21);
        out.node(it.peer());
        out.index(it.from());
        out.index(it.to());
      }
      case Event.CommitAdvanced it -> {
        out.code(22);
        out.index(it.from());
        out.index(it.to());
      }
      case Event.CommitWithheld it -> {
        out.code(23);
        out.index(it.index());
        out.term(it.entryTerm());
        out.term(it.currentTerm());
      }
      case Event.ProgressChanged it -> {
        out.code(24);
        out.node(it.peer());
        out.flag(it.pipelined());
      }
      case Event.SleepChanged it -> {
        out.code(25);
        out.flag(it.asleep());
      }
      case Event.StaleMessage it -> {
        out.code(26);
        out.node(it.from());
        out.term(it.term());
        out.term(it.currentTerm());
      }
      case Event.ProposalRefused it -> {
        out.code(27);
        Messages.write(out, it.reason());
      }
      case Event.ReadsConfirmed it -> {
        out.code(28);
        out.serial(it.round());
        out.count(it.reads());
        out.index(it.index());
      }
      case Event.ConfigurationTaken it -> {
        out.code(29);
        Values.write(out, it.at());
        Values.write(out, it.membership());
      }
      case Event.ConfigurationRolledBack it -> {
        out.code(30);
        Values.write(out, it.at());
        Values.write(out, it.membership());
      }
      case Event.ChangeBegun it -> {
        out.code(31);
        Values.writeChanges(out, it.changes());
        out.flag(it.joint());
      }
      case Event.ChangeRefused it -> {
        out.code(32);
        Values.writeChanges(out, it.changes());
        Messages.write(out, it.reason());
      }
      case Event.JointLeft it -> {
        out.code(33);
        Values.write(out, it.joint());
      }
      case Event.LearnerPromoted it -> {
        out.code(34);
        out.node(it.learner());
        out.index(it.match());
      }
      case Event.DiskLost it -> {
        out.code(35);
        out.node(it.member());
        out.fixed(it.named().value());
        out.fixed(it.speaking().value());
      }
      case Event.QuorumLost it -> {
        out.code(36);
        Values.writeNodes(out, it.lost());
        Values.write(out, it.membership());
      }
      case Event.PromiseIgnored it -> {
        out.code(37);
        out.node(it.from());
        Values.write(out, it.speaking());
      }
      case Event.Readmitted it -> {
        out.code(38);
        out.node(it.member());
        out.fixed(it.incarnation().value());
      }
      case Event.SnapshotTaken it -> {
        out.code(39);
        Values.write(out, it.last());
      }
      case Event.LogCompacted it -> {
        out.code(40);
        Values.write(out, it.from());
        Values.write(out, it.to());
      }
      case Event.SnapshotOffered it -> {
        out.code(41);
        out.node(it.peer());
        Values.write(out, it.last());
      }
      case Event.SnapshotSkipped it -> {
        out.code(42);
        out.node(it.from());
        Values.write(out, it.last());
        out.index(it.commit());
      }
      case Event.SnapshotDamaged it -> {
        out.code(43);
        Values.write(out, it.last());
      }
      case Event.SnapshotInstalled it -> {
        out.code(44);
        Values.write(out, it.before());
        Values.write(out, it.last());
      }
      case Event.EntriesLost it -> {
        out.code(45);
        Values.write(out, it.last());
        Values.write(out, it.end());
      }
      case Event.EntriesRegained it -> {
        out.code(46);
        Values.write(out, it.end());
        Values.write(out, it.last());
      }
      case Event.PeerLostEntries it -> {
        out.code(47);
        out.node(it.peer());
        out.index(it.match());
        out.index(it.agreed());
      }
      case Event.DenialReceived it -> {
        out.code(48);
        out.node(it.voter());
        out.term(it.term());
        Values.write(out, it.denied());
      }
    }
  }

  static Event read(TraceIn in) {
    int code = in.code();
    return switch (code) {
      case 0 -> new Event.ElectionTimeoutDrawn(in.count());
      case 1 -> new Event.ElectionTimedOut(in.term());
      case 2 -> new Event.PreVoteStarted(in.term(), Values.id(in));
      case 3 -> new Event.PreVoteGranted(in.node(), in.term());
      case 4 -> new Event.PreVoteDenied(in.node(), in.term(), Values.denial(in));
      case 5 ->
          new Event.PreVoteReceived(
              in.node(),
              in.count(Integer.MAX_VALUE, "votes"),
              in.count(Integer.MAX_VALUE, "votes"));
      case 6 -> new Event.ElectionStarted(in.term(), Values.id(in));
      case 7 -> new Event.TermAdvanced(in.term(), in.term());
      case 8 -> new Event.VoteGranted(in.node(), in.term());
      case 9 -> new Event.VoteDenied(in.node(), in.term(), Values.denial(in));
      case 10 ->
          new Event.VoteReceived(
              in.node(),
              in.count(Integer.MAX_VALUE, "votes"),
              in.count(Integer.MAX_VALUE, "votes"));
      case 11 -> new Event.BecameLeader(in.term(), Values.id(in));
      case 12 -> new Event.SteppedDown(in.term(), in.oneOf(STEP_DOWNS, "reason"));
      case 13 -> new Event.LeaderChanged(in.term(), in.nodeOrNone());
      case 14 -> new Event.TransferStarted(in.node(), in.term());
      case 15 -> new Event.TransferTold(in.node(), in.term());
      case 16 -> new Event.TransferFailed(in.node(), in.oneOf(FAILURES, "failure"));
      case 17 -> new Event.ToldToCampaign(in.node(), in.term());
      case 18 -> new Event.Appended(Values.id(in), Values.id(in));
      case 19 -> new Event.Truncated(in.index(), in.index());
      case 20 -> new Event.AppendRejected(in.node(), Values.id(in), Values.id(in));
      case 21 -> new Event.Backtracked(in.node(), in.index(), in.index());
      case 22 -> new Event.CommitAdvanced(in.index(), in.index());
      case 23 -> new Event.CommitWithheld(in.index(), in.term(), in.term());
      case 24 -> new Event.ProgressChanged(in.node(), in.flag());
      case 25 -> new Event.SleepChanged(in.flag());
      case 26 -> new Event.StaleMessage(in.node(), in.term(), in.term());
      case 27 -> new Event.ProposalRefused(Messages.refusal(in));
      case 28 ->
          new Event.ReadsConfirmed(in.serial(), in.count(Integer.MAX_VALUE, "votes"), in.index());
      case 29 -> new Event.ConfigurationTaken(Values.id(in), Values.membership(in));
      case 30 -> new Event.ConfigurationRolledBack(Values.id(in), Values.membership(in));
      case 31 -> new Event.ChangeBegun(Values.changes(in), in.flag());
      case 32 -> new Event.ChangeRefused(Values.changes(in), Messages.refusal(in));
      case 33 -> new Event.JointLeft(Values.id(in));
      case 34 -> new Event.LearnerPromoted(in.node(), in.index());
      case 35 ->
          new Event.DiskLost(
              in.node(), new IncarnationId(in.fixed()), new IncarnationId(in.fixed()));
      case 36 -> new Event.QuorumLost(Values.nodes(in), Values.membership(in));
      case 37 -> new Event.PromiseIgnored(in.node(), Values.incarnation(in));
      case 38 -> new Event.Readmitted(in.node(), new IncarnationId(in.fixed()));
      case 39 -> new Event.SnapshotTaken(Values.id(in));
      case 40 -> new Event.LogCompacted(Values.id(in), Values.id(in));
      case 41 -> new Event.SnapshotOffered(in.node(), Values.id(in));
      case 42 -> new Event.SnapshotSkipped(in.node(), Values.id(in), in.index());
      case 43 -> new Event.SnapshotDamaged(Values.id(in));
      case 44 -> new Event.SnapshotInstalled(Values.id(in), Values.id(in));
      case 45 -> new Event.EntriesLost(Values.id(in), Values.id(in));
      case 46 -> new Event.EntriesRegained(Values.id(in), Values.id(in));
      case 47 -> new Event.PeerLostEntries(in.node(), in.index(), in.index());
      case 48 -> new Event.DenialReceived(in.node(), in.term(), Values.denied(in));
      default -> throw new TraceException("has the unknown event %s", code);
    };
  }
}
