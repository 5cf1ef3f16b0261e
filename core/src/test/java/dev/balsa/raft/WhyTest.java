package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.NoCommit.Lack;
import dev.balsa.raft.NoLeader.Bar;
import dev.balsa.raft.NoLeader.Denier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What does not go on is told with its reason, in every case there is. */
class WhyTest {
  private static final long MILLISECOND = 1_000_000;
  private static final NodeId ONE = Group.id(1);
  private static final NodeId TWO = Group.id(2);
  private static final NodeId THREE = Group.id(3);

  /** Three nodes, of which node 1 leads and all have committed its first entry. */
  private static Group led() {
    return led(Group.preVoting(3));
  }

  private static Group led(Group group) {
    group.elect(1);
    group.beat(1, 2);
    return group;
  }

  /** Node 1 has its own vote, node 2 said no, node 3 nothing. */
  private static Why missing(boolean preVote, EntryId last, @Nullable Denied why) {
    List<Denier> denied = List.of(new Denier(TWO, why));
    return new NoLeader.VotesMissing(preVote, last, 1, 2, denied, List.of(THREE));
  }

  private static Denied behind(long term, long index) {
    return new Denied(Event.Denial.LOG_BEHIND, new EntryId(term, index), null);
  }

  private static void pass(Group group, long millis) {
    group.advance(millis * MILLISECOND);
    group.step(1, new Input.Unreachable(Group.id(9))); // time comes in with an input
  }

  @Test
  void whereAllGoesOnThereIsNothingToTell() {
    Group group = led();

    assertThat(group.status(1).why()).isEmpty();
    assertThat(group.status(2).why()).isEmpty();
    assertThat(group.status(3).why()).isEmpty();
  }

  @Test
  void noLeaderSinceTheElectionTimeoutRuns() {
    Group group = Group.preVoting(3);

    assertThat(group.status(1).why())
        .containsExactly(new NoLeader.ElectionDue(group.deadline(1) - group.now()));
  }

  @Test
  void noLeaderSinceTheOneThatIsFollowedSaysNothing() {
    Group group = led();
    group.isolate(1);

    group.advance(149 * MILLISECOND);
    group.read(2);
    List<Why> before = group.status(2).why();
    group.advance(MILLISECOND);
    group.read(2);

    assertThat(before).isEmpty();
    assertThat(group.status(2).why())
        .containsExactly(new NoLeader.LeaderSilent(ONE, 150 * MILLISECOND));
  }

  @Test
  void noLeaderSinceThisNodeWasToldOfNoGroup() {
    Group group = Group.of(3).join(4);

    assertThat(group.status(4).why())
        .containsExactly(new NoLeader.MayNotCampaign(Bar.UNKNOWN_GROUP));
  }

  @Test
  void noLeaderSinceThisNodeIsALearner() {
    Group group = led().join(4);
    group.change(1, new Change.Add(Group.id(4), Seat.LEARNER, Bytes.EMPTY));
    group.deliver();
    group.beat(1, 2);

    group.crash(4);

    assertThat(group.status(4).why()).containsExactly(new NoLeader.MayNotCampaign(Bar.LEARNER));
  }

  @Test
  void noLeaderSinceThisNodeIsNoMember() {
    Group group = led(Group.preVoting(4));
    group.change(1, new Change.Remove(Group.id(4)));
    group.deliver();
    group.beat(1, 2);

    group.receive(4, new Message.Vote(TWO, 7, new EntryId(6, 9), true));

    assertThat(group.status(4).why()).containsExactly(new NoLeader.MayNotCampaign(Bar.NO_MEMBER));
  }

  @Test
  void noLeaderSinceThisNodeHasAnotherDirectoryThanItsGroupKnows() {
    Group group = led(Group.preVoting(3).tracked());
    TestDisk copied = group.disk(3);
    Restored restored = copied.restored().withIncarnation(new IncarnationId(9));

    Raft raft = Raft.start(RaftConfig.of(THREE, 1), Membership.UNKNOWN, restored, copied, 0);

    assertThat(raft.status().why()).contains(new NoLeader.MayNotCampaign(Bar.DISK_LOST));
  }

  @Test
  void noLeaderSinceThisNodeLostEntries() {
    Group group = Group.of(3).log(1, 1, 1, 2, 2);
    group.disk(1).damage(1);

    assertThat(group.status(1).why())
        .containsExactly(new NoLeader.MayNotCampaign(Bar.ENTRIES_LOST));
  }

  @Test
  void noLeaderSinceThisNodeMakesASnapshotDurable() {
    Group group = Group.of(3);
    group.hold(3);
    SnapshotMeta snapshot =
        new SnapshotMeta(
            new EntryId(1, 3),
            new Membership(List.of(ONE, TWO, THREE)),
            4,
            Bytes.utf8("0123").hashCode());
    group.receive(3, new Message.SnapshotChunk(ONE, 1, snapshot, 0, Bytes.utf8("0123"), 1, 0));

    group.receive(3, new Message.Vote(TWO, 7, EntryId.ZERO, true));

    assertThat(group.status(3).why()).containsExactly(new NoLeader.MayNotCampaign(Bar.INSTALLING));
  }

  @Test
  void noLeaderSinceOneDeniesItsPreVoteAndOneIsSilent() {
    Group group = Group.preVoting(3).logAt(1, 1).log(2, 1, 1);
    group.isolate(3);

    group.elect(1);

    assertThat(group.status(1).why()).containsExactly(missing(true, EntryId.ZERO, behind(1, 2)));
  }

  @Test
  void noLeaderSinceOneDeniesItsVoteAndOneIsSilent() {
    Group group = Group.of(3).logAt(1, 2).logAt(2, 2, 1, 1);
    group.isolate(3);

    group.elect(1);

    assertThat(group.status(1).why()).containsExactly(missing(false, EntryId.ZERO, behind(1, 2)));
  }

  @Test
  void noLeaderSinceItsOwnVoteIsNotDurable() {
    Group group = Group.of(3);
    group.hold(1);

    group.elect(1);

    assertThat(group.status(1).why()).containsExactly(new NoLeader.OwnVoteNotDurable(1));
  }

  @Test
  void noLeaderSinceTooManyVotersLostTheirDisks() {
    Group group = led(Group.preVoting(3).tracked());
    group.wipe(2);
    group.wipe(3);

    group.run(1000 * MILLISECOND);

    assertThat(group.status(1).why())
        .as("one was taken back as a learner, which left two voters")
        .contains(new NoLeader.VotersLost(List.of(THREE), 1, 2));
  }

  @Test
  void nothingCommitsSinceOwnDiskAndAnotherAreSlow() {
    Group group = led();
    group.hold(1);
    group.isolate(3);
    group.hold(2);
    group.propose(1, "x");
    group.deliver();
    pass(group, 49);
    List<Why> before = group.status(1).why();

    pass(group, 1);

    List<Lack> lacking =
        List.of(
            new Lack(ONE, Hold.OWN_DISK), new Lack(TWO, Hold.BEHIND), new Lack(THREE, Hold.BEHIND));
    assertThat(before).isEmpty();
    assertThat(group.status(1).why())
        .containsExactly(new NoCommit.TooFewHold(2, false, 50 * MILLISECOND, 0, 2, lacking));
  }

  @Test
  void nothingCommitsSinceAMajorityIsSilent() {
    Group group = led();
    group.isolate(2, 3);
    group.propose(1, "x");

    pass(group, 150);

    List<Lack> lacking = List.of(new Lack(TWO, Hold.SILENT), new Lack(THREE, Hold.SILENT));
    assertThat(group.status(1).why())
        .containsExactly(
            new NoCommit.TooFewHold(2, false, 150 * MILLISECOND, 1, 2, lacking),
            new FollowerPaused.Held(TWO, Hold.SILENT, 1, 2, 150 * MILLISECOND),
            new FollowerPaused.Held(THREE, Hold.SILENT, 1, 2, 150 * MILLISECOND));
  }

  @Test
  void nothingCommitsSinceTheFirstEntryOfTheTermDoesNot() {
    Group group = Group.preVoting(3).log(1, 1, 1).log(2, 1, 1).log(3, 1, 1);
    group.wake(1);
    group.deliverUntilLeads(1);
    group.dropAll();
    group.read(1);

    pass(group, 50);

    List<Lack> lacking = List.of(new Lack(TWO, Hold.PROBED), new Lack(THREE, Hold.PROBED));
    assertThat(group.status(1).why())
        .containsExactly(
            new NoCommit.TooFewHold(3, true, 50 * MILLISECOND, 1, 2, lacking),
            new FollowerPaused.Held(TWO, Hold.PROBED, 0, 3, 50 * MILLISECOND),
            new FollowerPaused.Held(THREE, Hold.PROBED, 0, 3, 50 * MILLISECOND),
            new ReadsWait.TermNotOpen(1, 50 * MILLISECOND));
  }

  @Test
  void commandsAreRefusedSinceTheLeadershipIsHandedOver() {
    Group group = led();
    group.propose(1, "x");

    group.transfer(1, 2);

    assertThat(group.status(1).why()).containsExactly(new NoCommands.HandingOver(TWO));
  }

  @Test
  void commandsAreRefusedSinceAsManyBytesAsMayBeAreUncommitted() {
    Group group = led(Group.preVoting(3).tune(config -> config.withMemory(20, 1 << 20)));
    long bytes = 1 + Entry.OVERHEAD_BYTES;

    group.propose(1, "x");

    assertThat(group.status(1).why()).containsExactly(new NoCommands.UncommittedFull(bytes, 20));
    group.propose(1, "y");
    assertThat(group.proposals(1))
        .contains(new Ready.ProposalOutcome.Refused(2, Refusal.UNCOMMITTED_BYTES));
  }

  @Test
  void aFollowerIsPausedSinceItsWindowIsFull() {
    Group group = led(Group.preVoting(3).tune(config -> config.withWindow(1 << 20, 1, 1 << 20)));

    group.propose(1, "x");

    assertThat(group.status(1).why())
        .containsExactly(
            new FollowerPaused.Held(TWO, Hold.WINDOW_FULL, 1, 2, 0),
            new FollowerPaused.Held(THREE, Hold.WINDOW_FULL, 1, 2, 0));
  }

  @Test
  void aFollowerIsPausedSinceItLostItsDiskAndTheOthersAreTooFewToTakeItBack() {
    Group group = led(Group.preVoting(3).tracked());
    group.isolate(3);
    group.run(160 * MILLISECOND);
    group.wipe(2);

    group.beat(1, 1);

    assertThat(group.status(1).why())
        .anyMatch(
            why ->
                why instanceof FollowerPaused.Held held
                    && held.follower().equals(TWO)
                    && held.hold() == Hold.DISK_LOST);
  }

  @Test
  void aFollowerThatNeverAnsweredIsPaused() {
    Group group = led();

    group.change(1, new Change.Add(Group.id(4), Seat.LEARNER, Bytes.EMPTY));
    group.deliver();

    assertThat(group.status(1).why())
        .containsExactly(new FollowerPaused.Held(Group.id(4), Hold.SILENT, 0, 2, Why.UNKNOWN));
  }

  @Test
  void aFollowerIsPausedSinceItTakesASnapshot() {
    Group group = Group.of(3).rules(0, 100, 50);
    group.isolate(3);
    led(group);
    group.propose(1, "a", "b", "c");
    group.deliver();
    SnapshotMeta snapshot = group.snapshot(1, 1_000);
    group.heal();
    group.beat(1, 1);
    group.wake(1);

    group.deliver(3);

    assertThat(group.status(1).why())
        .anyMatch(
            why ->
                why instanceof FollowerPaused.TakesSnapshot taking
                    && taking.follower().equals(THREE)
                    && taking.snapshot().equals(snapshot.last())
                    && taking.bytesMax() == snapshot.bytes());
  }

  @Test
  void readsWaitSinceNoMajorityConfirmsTheLeader() {
    Group group = led();
    group.isolate(2, 3);
    group.read(1);
    group.read(1);

    pass(group, 60);

    assertThat(group.status(1).why())
        .containsExactly(new ReadsWait.Unconfirmed(2, 60 * MILLISECOND, List.of(TWO, THREE)));
  }

  @Test
  void readsWaitSinceTheLeaderHasNotAnswered() {
    Group group = led();
    group.read(2);

    group.advance(60 * MILLISECOND);
    group.read(2);

    assertThat(group.status(2).why())
        .containsExactly(new ReadsWait.PassedOn(2, 60 * MILLISECOND, ONE));
  }

  @Test
  void everyReasonHasAQuestionATextAndARemedy() {
    List<Why> all = new ArrayList<>();
    for (Bar bar : Bar.values()) {
      all.add(new NoLeader.MayNotCampaign(bar));
    }
    for (Hold hold : Hold.values()) {
      all.add(new FollowerPaused.Held(TWO, hold, 1, 2, Why.UNKNOWN));
      all.add(new NoCommit.TooFewHold(2, false, 1, 1, 2, List.of(new Lack(TWO, hold))));
    }
    all.add(new NoLeader.ElectionDue(1));
    all.add(new NoLeader.LeaderSilent(ONE, 1));
    all.add(missing(true, EntryId.ZERO, null));
    for (Event.Denial denial : Event.Denial.values()) {
      all.add(missing(false, EntryId.ZERO, new Denied(denial, new EntryId(1, 2), null)));
    }
    all.add(new NoLeader.OwnVoteNotDurable(3));
    all.add(new NoLeader.VotersLost(List.of(TWO), 1, 2));
    all.add(new NoCommit.ForceHangs(1));
    all.add(new NoCommands.HandingOver(TWO));
    all.add(new NoCommands.UncommittedFull(2, 1));
    all.add(new FollowerPaused.TakesSnapshot(TWO, new EntryId(1, 1), 1, 2));
    all.add(new ReadsWait.TermNotOpen(1, 1));
    all.add(new ReadsWait.Unconfirmed(1, 1, List.of(TWO)));
    all.add(new ReadsWait.PassedOn(1, 1, ONE));
    all.add(new ReadsWait.NotApplied(1, 1, 1, 2));

    assertThat(all).allSatisfy(why -> assertThat(why.question()).isNotNull());
    assertThat(all.stream().map(Why::text)).doesNotHaveDuplicates().noneMatch(String::isBlank);
    assertThat(all.stream().map(Why::remedy)).noneMatch(String::isBlank);
    assertThat(all.stream().flatMap(w -> List.of(w.text(), w.remedy()).stream()))
        .noneMatch(text -> text.endsWith("."));
  }
}
