package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever happens is told, with its numbers, in the order in which it happens. */
class EventsTest {
  private static final long MILLISECOND = 1_000_000;
  private static final NodeId ONE = Group.id(1);
  private static final NodeId TWO = Group.id(2);
  private static final NodeId THREE = Group.id(3);
  private static final EntryId FIRST = new EntryId(1, 1);

  private static Group led() {
    Group group = Group.of(3);
    group.elect(1);
    return group;
  }

  /** What a node has told since it had told {@code before} events, but for its timeouts. */
  private static List<Event> since(Group group, int node, int before) {
    List<Event> events = group.events(node);
    return events.subList(before, events.size()).stream()
        .filter(event -> !(event instanceof Event.ElectionTimeoutDrawn))
        .toList();
  }

  @Test
  void anElectionIsToldFromItsTimeoutToTheFirstCommit() {
    Group group = Group.preVoting(3);
    group.isolate(3);

    group.elect(1);

    assertThat(since(group, 1, 0))
        .containsExactly(
            new Event.ElectionTimedOut(0),
            new Event.PreVoteStarted(0, EntryId.ZERO),
            new Event.PreVoteReceived(ONE, 1, 2),
            new Event.PreVoteReceived(TWO, 2, 2),
            new Event.TermAdvanced(0, 1),
            new Event.ElectionStarted(1, EntryId.ZERO),
            new Event.VoteReceived(ONE, 1, 2),
            new Event.VoteReceived(TWO, 2, 2),
            new Event.BecameLeader(1, EntryId.ZERO),
            new Event.LeaderChanged(1, ONE),
            new Event.Appended(EntryId.ZERO, FIRST),
            new Event.ConfigurationTaken(FIRST, group.membership(1)),
            new Event.ProgressChanged(TWO, true),
            new Event.CommitAdvanced(0, 1));
    assertThat(since(group, 2, 0))
        .containsExactly(
            new Event.PreVoteGranted(ONE, 0),
            new Event.TermAdvanced(0, 1),
            new Event.VoteGranted(ONE, 1),
            new Event.LeaderChanged(1, ONE),
            new Event.Appended(EntryId.ZERO, FIRST),
            new Event.ConfigurationTaken(FIRST, group.membership(1)));
  }

  @Test
  void aVoteThatComesTwiceCountsOnce() {
    Group group = Group.of(5);
    group.wake(1);
    int before = group.events(1).size();

    group.receive(1, new Message.VoteReply(TWO, 1, true));
    group.receive(1, new Message.VoteReply(TWO, 1, true));

    assertThat(since(group, 1, before)).containsExactly(new Event.VoteReceived(TWO, 2, 3));
    assertThat(group.status(1).role()).isEqualTo(Status.RoleName.CANDIDATE);
  }

  @Test
  void aLeaderThatIsDeposedTellsWhom() {
    Group group = led();
    int before = group.events(1).size();

    group.receive(1, new Message.VoteReply(TWO, 4, false));

    assertThat(since(group, 1, before))
        .containsExactly(
            new Event.TermAdvanced(1, 4),
            new Event.LeaderChanged(1, null),
            new Event.SteppedDown(1, Event.StepDown.HIGHER_TERM));
  }

  @Test
  void aFollowersTimeoutTellsThatItsLeaderIsKnownNoMore() {
    Group group = led();
    group.isolate(1);
    int before = group.events(2).size();

    group.wake(2);

    assertThat(since(group, 2, before))
        .startsWith(
            new Event.ElectionTimedOut(1),
            new Event.LeaderChanged(1, null),
            new Event.TermAdvanced(1, 2),
            new Event.ElectionStarted(2, FIRST));
  }

  @Test
  void whoAsksWhetherItWouldWinTellsThatItsLeaderIsKnownNoMore() {
    Group group = Group.preVoting(3);
    group.elect(1);
    group.isolate(1);
    int before = group.events(2).size();

    group.wake(2);

    assertThat(since(group, 2, before))
        .startsWith(
            new Event.ElectionTimedOut(1),
            new Event.LeaderChanged(1, null),
            new Event.PreVoteStarted(1, FIRST));
  }

  @Test
  void aMessageOfAnEarlierTermIsToldAsOne() {
    Group group = Group.of(3).logAt(1, 5, 1);

    group.receive(1, new Message.VoteReply(TWO, 4, true));

    assertThat(since(group, 1, 0)).containsExactly(new Event.StaleMessage(TWO, 4, 5));
  }

  @Test
  void aBrokenConnectionLeadsBackToProbingFromWhatIsKnown() {
    Group group = led();
    group.propose(1, "a");
    group.dropAll();
    int before = group.events(1).size();

    group.step(1, new Input.Unreachable(TWO));

    assertThat(since(group, 1, before)).containsExactly(new Event.ProgressChanged(TWO, false));
    assertThat(group.status(1).followers())
        .containsExactly(
            new Status.Follower(TWO, 1, 2, false, false),
            new Status.Follower(THREE, 1, 3, true, false));
    group.step(1, new Input.Unreachable(TWO));
    assertThat(since(group, 1, before)).as("once").hasSize(1);
  }

  @Test
  void aRejectionLeadsBackToProbingAndTheNextAnswerToThePipeline() {
    Group group = led();
    group.propose(1, "a");
    group.deliver();
    group.propose(1, "b");
    group.dropAll();
    int before = group.events(1).size();

    group.propose(1, "c");
    group.deliver();

    assertThat(since(group, 1, before))
        .containsSubsequence(
            new Event.ProgressChanged(TWO, false),
            new Event.Backtracked(TWO, 5, 3),
            new Event.ProgressChanged(TWO, true));
    assertThat(group.terms(2)).hasSize(4);
  }

  @Test
  void entriesThatGiveWayAreTold() {
    Group group = Group.of(3).logAt(1, 2, 1, 1, 1);
    Entry other = new Entry(new EntryId(2, 2), new Payload.NoOp());

    group.receive(1, new Message.Append(TWO, 2, new LogSlice(FIRST, List.of(other)), 0, 0));

    assertThat(since(group, 1, 0))
        .containsExactly(
            new Event.LeaderChanged(2, TWO),
            new Event.Truncated(2, 3),
            new Event.Appended(FIRST, other.id()));
  }

  @Test
  void whatIsRefusedIsTold() {
    Group group = Group.of(3);
    group.propose(1, "a");
    group.elect(1);
    group.change(1, new Change.Remove(Group.id(9)));
    group.transfer(1, 1);

    assertThat(group.events(1))
        .contains(
            new Event.ProposalRefused(Refusal.NO_LEADER),
            new Event.ChangeRefused(
                List.of(new Change.Remove(Group.id(9))), Refusal.UNKNOWN_MEMBER),
            new Event.TransferFailed(ONE, TransferFailure.ALREADY_LEADER));
  }

  @Test
  void aChangeThatBeginsIsToldWithItsPhases() {
    Group group = led();
    Change.Add learner = new Change.Add(Group.id(4), Seat.LEARNER, Bytes.EMPTY);

    group.change(1, learner);

    assertThat(group.events(1)).contains(new Event.ChangeBegun(List.of(learner), false));
  }

  @Test
  void aCommandPassedOnToALeaderThatTakesNoneIsToldThere() {
    Group group = led();
    group.isolate(3);
    group.propose(1, "a");
    group.dropAll();
    group.transfer(1, 2);

    group.receive(1, new Message.Forward(TWO, 1, 5, List.of(Bytes.utf8("b"))));

    assertThat(group.events(1)).contains(new Event.ProposalRefused(Refusal.TRANSFERRING));
  }

  @Test
  void aSnapshotAndWhatItIsGoodForAreTold() {
    Group group = Group.of(1).rules(1, 100, 100);
    group.elect(1);
    group.propose(1, "a", "b");
    int before = group.events(1).size();

    SnapshotMeta taken = group.snapshot(1, 10);
    group.step(1, new Input.SnapshotRejected(taken));

    assertThat(since(group, 1, before))
        .containsExactly(
            new Event.SnapshotTaken(new EntryId(1, 3)),
            new Event.LogCompacted(EntryId.ZERO, new EntryId(1, 2)),
            new Event.SnapshotDamaged(new EntryId(1, 3)));
  }

  @Test
  void anInstalledSnapshotBringsItsConfiguration() {
    Group group = Group.of(3);
    Membership four = new Membership(List.of(ONE, TWO, THREE, Group.id(4)));
    SnapshotMeta snapshot = new SnapshotMeta(new EntryId(1, 9), four, 10, 7);
    group.receive(1, new Message.VoteReply(TWO, 1, false));
    group.disk(1).save(new TestDisk.Snapshot(snapshot, Bytes.copyOf(new byte[10])));
    int before = group.events(1).size();

    group.step(1, new Input.SnapshotReceived(snapshot));

    assertThat(since(group, 1, before))
        .containsExactly(
            new Event.SnapshotInstalled(EntryId.ZERO, new EntryId(1, 9)),
            new Event.ConfigurationTaken(new EntryId(1, 9), four),
            new Event.CommitAdvanced(0, 9));
    assertThat(group.membership(1)).isEqualTo(four);
  }

  /** Node 1 leads, has heard of nobody for a while, and node 2 comes back with another disk. */
  private static Group estranged() {
    Group group = Group.preVoting(3).tracked();
    group.elect(1);
    group.beat(1, 4);
    group.isolate(2, 3);
    group.advance(160 * MILLISECOND);
    group.step(1, new Input.Greeted(TWO, new IncarnationId(7)));
    return group;
  }

  @Test
  void aMemberWithAnotherDirectoryIsToldAndWhatItAnswersIsIgnored() {
    Group group = estranged();
    int before = group.events(1).size();

    group.receive(1, new Message.AppendAck(TWO, 1, 1, 0));
    group.receive(1, new Message.AppendReject(TWO, 1, 1, EntryId.ZERO, 0));
    group.receive(1, new Message.SnapshotAck(TWO, 1, 0, 1, 0));

    Event ignored = new Event.PromiseIgnored(TWO, new IncarnationId(7));
    assertThat(group.events(1))
        .contains(new Event.DiskLost(TWO, new IncarnationId(200), new IncarnationId(7)));
    assertThat(since(group, 1, before)).containsExactly(ignored, ignored, ignored);
    assertThat(group.status(1).followers().getFirst())
        .isEqualTo(new Status.Follower(TWO, 0, 2, false, false));
  }

  @Test
  void whatAMemberWithoutANameHoldsIsForgottenWithItsDisk() {
    Group group = Group.preVoting(3).tracked();
    group.elect(1);
    group.beat(1, 4);
    group.isolate(2, 3);
    group.change(1, new Change.Add(Group.id(4), Seat.LEARNER, Bytes.EMPTY));
    group.step(1, new Input.Greeted(Group.id(4), new IncarnationId(7)));
    group.receive(1, new Message.AppendAck(Group.id(4), 1, 2, 0));
    long before = group.status(1).followers().getLast().match();

    group.step(1, new Input.Greeted(Group.id(4), new IncarnationId(8)));

    assertThat(before).isEqualTo(2);
    assertThat(group.status(1).followers().getLast().match()).isZero();
  }

  @Test
  void whoIsSentASnapshotIsToldAsSuch() {
    Group group = Group.of(3).rules(0, 300, 100);
    group.isolate(3);
    group.elect(1);
    group.propose(1, "a");
    group.deliver();
    group.snapshot(1, 1_000);

    group.beat(1, 2); // tells the commit, then sends the lost probe again

    assertThat(group.status(1).followers())
        .containsExactly(
            new Status.Follower(TWO, 2, 3, true, false),
            new Status.Follower(THREE, 0, 1, false, true));
    assertThat(group.events(1)).contains(new Event.SnapshotOffered(THREE, new EntryId(1, 2)));
  }

  @Test
  void aQuestionThatComesTwiceIsAnsweredTwiceAndToldTwice() {
    Group group = Group.preVoting(3).logAt(1, 3, 1, 3);

    group.receive(1, new Message.PreVote(TWO, 3, new EntryId(1, 9), 5));
    group.receive(1, new Message.PreVote(TWO, 2, new EntryId(1, 9), 6));

    assertThat(since(group, 1, 0))
        .containsExactly(
            new Event.PreVoteDenied(TWO, 3, Event.Denial.LOG_BEHIND),
            new Event.StaleMessage(TWO, 2, 3),
            new Event.PreVoteDenied(TWO, 2, Event.Denial.STALE_TERM));
  }

  @Test
  void aCandidateOfAnEarlierTermIsDeniedByName() {
    Group group = Group.of(3).logAt(1, 3, 1, 3);

    group.receive(1, new Message.Vote(TWO, 2, new EntryId(1, 9)));

    assertThat(since(group, 1, 0))
        .containsExactly(
            new Event.StaleMessage(TWO, 2, 3),
            new Event.VoteDenied(TWO, 2, Event.Denial.STALE_TERM));
  }

  @Test
  void aLeaderThatTakesOverTellsTheCommitItFindsWithheld() {
    Group group = Group.of(3).log(1, 1, 1).log(2, 1, 1).log(3, 1, 1);
    group.wake(1);
    group.receive(1, new Message.VoteReply(TWO, 2, true));
    int before = group.events(1).size();

    group.receive(1, new Message.AppendAck(TWO, 2, 2, 0));

    assertThat(since(group, 1, before))
        .containsExactly(new Event.ProgressChanged(TWO, true), new Event.CommitWithheld(2, 1, 2));
    assertThat(group.now()).isLessThan(300 * MILLISECOND + 1);
  }

  @Test
  void aCandidateThatGivesUpTellsWhy() {
    Group group = Group.of(3);
    group.wake(1);
    group.wake(2);

    group.receive(1, new Message.VoteReply(THREE, 4, false));
    group.receive(2, new Message.Append(ONE, 1, new LogSlice(EntryId.ZERO, List.of()), 0, 0));

    assertThat(group.events(1)).contains(new Event.SteppedDown(1, Event.StepDown.HIGHER_TERM));
    assertThat(group.events(2)).contains(new Event.SteppedDown(1, Event.StepDown.LEADER_FOUND));
  }

  @Test
  void whoAsksForPreVotesAndGivesUpTellsWhy() {
    Group group = Group.preVoting(3);
    group.wake(1);

    group.receive(1, new Message.VoteReply(THREE, 4, false));

    assertThat(group.events(1)).contains(new Event.SteppedDown(0, Event.StepDown.HIGHER_TERM));
  }

  @Test
  void aPreVoteThatComesTwiceCountsOnce() {
    Group group = Group.preVoting(5);
    Ready asked = group.wake(1);
    long round = ((Message.PreVote) asked.sendDurable().getFirst().message()).round();
    int before = group.events(1).size();

    group.receive(1, new Message.PreVoteReply(TWO, 0, true, round));
    group.receive(1, new Message.PreVoteReply(TWO, 0, true, round));

    assertThat(since(group, 1, before)).containsExactly(new Event.PreVoteReceived(TWO, 2, 3));
  }

  @Test
  void anOrderToTakeOverIsTold() {
    Group group = led();
    group.isolate(3);

    group.transfer(1, 2);

    assertThat(group.events(1))
        .containsSubsequence(new Event.TransferStarted(TWO, 1), new Event.TransferTold(TWO, 1));
  }
}
