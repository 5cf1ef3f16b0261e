package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.raft.Ready.SnapshotWork;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A snapshot travels at its pace, is sent again where it was lost, and is one after the other. */
class SnapshotShippingTest {
  private static final long MILLISECOND = 1_000_000;
  private static final NodeId ONE = Group.id(1);
  private static final NodeId THREE = Group.id(3);
  private static final int CHECKSUM = Bytes.utf8("0123").hashCode();
  private static final Membership MEMBERS = new Membership(List.of(ONE, Group.id(2), THREE));

  /** Node 1 leads and has cut its log; node 3 has heard of nothing, and now begins to hear. */
  private static Group cut(SnapshotRules rules) {
    Group group = Group.of(3).tune(config -> config.withSnapshots(rules));
    group.isolate(3);
    group.elect(1);
    group.propose(1, "a");
    group.deliver();
    group.snapshot(1, 1_000);
    group.heal();
    return group;
  }

  private static Stream<Message.SnapshotChunk> data(Stream<Ready.Outgoing> messages) {
    return messages
        .map(Ready.Outgoing::message)
        .filter(Message.SnapshotChunk.class::isInstance)
        .map(Message.SnapshotChunk.class::cast)
        .filter(chunk -> !chunk.data().isEmpty());
  }

  private static void untilDataIsOnItsWay(Group group) {
    while (data(group.queue().stream()).findAny().isEmpty()) {
      if (group.queue().isEmpty()) {
        group.wake(1);
      } else {
        group.deliverOne();
      }
    }
  }

  private static List<EntryId> offered(Group group) {
    return group.events(1).stream()
        .filter(Event.SnapshotOffered.class::isInstance)
        .map(event -> ((Event.SnapshotOffered) event).last())
        .toList();
  }

  @Test
  void aNodeTellsWhereItsLogBeginsAndUpToWhereItsSnapshotStandsForIt() {
    Group whole = Group.of(3);
    whole.elect(1);

    Group cut = cut(new SnapshotRules(1, 1_000, 100, 1_000));

    assertThat(whole.status(1).base()).isEqualTo(EntryId.ZERO);
    assertThat(whole.status(1).snapshot()).isEqualTo(EntryId.ZERO);
    assertThat(cut.status(1).snapshot()).isEqualTo(cut.status(1).last());
    assertThat(cut.status(1).base().index()).isEqualTo(cut.status(1).snapshot().index() - 1);
    assertThat(cut.status(1).base().term()).isPositive();
  }

  @Test
  void chunksLeaveNoFasterThanThePace() {
    Group group = cut(new SnapshotRules(0, 1_000, 100, 1_000));
    untilDataIsOnItsWay(group);
    final long sent = group.now();
    final long first = data(group.queue().stream()).count();
    group.dropAll();

    group.advance(100 * MILLISECOND - 1);
    Ready early = group.step(1, new Input.Wake());
    long deadline = group.deadline(1);
    group.advance(1);
    Ready due = group.step(1, new Input.Wake());

    assertThat(first).isEqualTo(1);
    assertThat(data(early.sendNow().stream())).isEmpty();
    assertThat(deadline).isEqualTo(sent + 100 * MILLISECOND);
    assertThat(data(due.sendNow().stream()).map(Message.SnapshotChunk::offset))
        .containsExactly(100L);
  }

  @Test
  void noMoreBytesAreOnTheirWayThanTheWindowHoldsAndAPersonSeesHowManyArrived() {
    Group group = cut(new SnapshotRules(0, 300, 100, 1L << 40));
    untilDataIsOnItsWay(group);
    List<Long> sent = data(group.queue().stream()).map(Message.SnapshotChunk::offset).toList();

    for (int i = 0; i < sent.size(); i++) {
      group.deliverOne(); // the chunks
    }
    group.deliverOne(); // the first answer
    List<Why> why = group.status(1).why();

    assertThat(sent).containsExactly(0L, 100L, 200L);
    assertThat(why)
        .filteredOn(FollowerPaused.TakesSnapshot.class::isInstance)
        .extracting(it -> ((FollowerPaused.TakesSnapshot) it).bytes())
        .containsExactly(100L);
    assertThat(data(group.queue().stream()).map(Message.SnapshotChunk::offset))
        .containsExactly(300L);
  }

  @Test
  void whatWasLostIsSentAgainOnceNothingHasMovedForTheLeastElectionTimeout() {
    Group group = cut(new SnapshotRules(0, 300, 100, 1L << 40));
    untilDataIsOnItsWay(group);
    final long sent = group.now();
    group.dropAll();

    while (data(group.queue().stream()).findAny().isEmpty()) {
      group.deliver(1);
      if (group.queue().isEmpty()) {
        group.wake(1);
      }
    }
    long again = group.now();
    group.beat(1, 10);

    assertThat(again - sent).isEqualTo(150 * MILLISECOND);
    assertThat(group.status(3).commit()).isEqualTo(2);
  }

  @Test
  void eachAttemptHasAHigherNumberThanThoseBefore() {
    Group group = cut(new SnapshotRules(0, 300, 100, 1L << 40));
    untilDataIsOnItsWay(group);
    group.dropAll();

    group.step(1, new Input.Unreachable(THREE));
    group.step(1, new Input.Unreachable(THREE));
    Ready beat = group.wake(1);

    assertThat(beat.sendNow())
        .filteredOn(outgoing -> outgoing.to().equals(THREE))
        .extracting(outgoing -> ((Message.SnapshotChunk) outgoing.message()).attempt())
        .containsExactly(3L);
  }

  @Test
  void whoSaysNothingForTenElectionTimeoutsGetsTheLatestSnapshotInstead() {
    Group group = cut(new SnapshotRules(0, 300, 100, 1L << 40));
    untilDataIsOnItsWay(group);
    long heard = group.now();
    group.isolate(3);
    group.propose(1, "b");
    group.deliver();
    SnapshotMeta latest = group.snapshot(1, 1_000);
    EntryId kept = group.disk(1).base();

    group.run(heard + 2_999 * MILLISECOND - group.now());
    List<EntryId> before = offered(group);
    group.run(MILLISECOND);

    assertThat(kept).as("what follows the snapshot on its way").isEqualTo(new EntryId(1, 2));
    assertThat(before).containsExactly(new EntryId(1, 2));
    assertThat(offered(group)).containsExactly(new EntryId(1, 2), latest.last());
    assertThat(group.disk(1).base()).isEqualTo(latest.last());
  }

  @Test
  void whileOneSnapshotIsMadeDurableNoOtherIsTaken() {
    Group group = Group.of(3);
    group.hold(3);
    SnapshotMeta first = new SnapshotMeta(new EntryId(1, 3), MEMBERS, 4, CHECKSUM);
    SnapshotMeta other = new SnapshotMeta(new EntryId(1, 5), MEMBERS, 4, CHECKSUM);
    group.receive(3, chunk(first, 1));

    Ready answered = group.receive(3, chunk(other, 2));
    group.step(3, new Input.SnapshotReceived(first));

    assertThat(answered.snapshots()).isEmpty();
    assertThat(answered.sendDurable())
        .containsExactly(new Ready.Outgoing(ONE, new Message.SnapshotAck(THREE, 1, 0, 2, 0)));
    assertThat(group.snapshotWork(3))
        .containsExactly(
            new SnapshotWork.Store(first, 0, Bytes.utf8("0123")),
            new SnapshotWork.Install(first),
            new SnapshotWork.Release(first.last(), first.last()));
  }

  private static Message chunk(SnapshotMeta snapshot, long attempt) {
    return new Message.SnapshotChunk(ONE, 1, snapshot, 0, Bytes.utf8("0123"), attempt, 0);
  }

  @Test
  void aSnapshotThatIsToldAgainIsNoNews() {
    Group group = Group.of(1).rules(1, 100, 100);
    group.elect(1);
    group.propose(1, "a", "b");
    SnapshotMeta taken = group.snapshot(1, 10);
    int before = group.events(1).size();

    group.step(1, new Input.SnapshotTaken(taken));
    group.step(
        1, new Input.SnapshotTaken(SnapshotMeta.kept(new EntryId(1, 3), taken.membership())));

    assertThat(group.events(1)).hasSize(before);
  }

  @Test
  void hearingOfASnapshotPutsTheElectionOff() {
    Group group = Group.of(3);
    group.advance(group.deadline(3) - 1);

    group.receive(3, chunk(new SnapshotMeta(new EntryId(1, 3), MEMBERS, 9, CHECKSUM), 1));

    assertThat(group.deadline(3)).isGreaterThanOrEqualTo(group.now() + 150 * MILLISECOND);
  }

  @Test
  void anotherSnapshotBeginsAtItsFirstByte() {
    Group group = Group.of(3);
    SnapshotMeta first = new SnapshotMeta(new EntryId(1, 3), MEMBERS, 9, CHECKSUM);
    SnapshotMeta other = new SnapshotMeta(new EntryId(1, 5), MEMBERS, 9, CHECKSUM);
    group.receive(3, chunk(first, 1));

    Ready taken = group.receive(3, chunk(other, 2));

    assertThat(taken.snapshots())
        .containsExactly(new SnapshotWork.Store(other, 0, Bytes.utf8("0123")));
  }

  @Test
  void moreThanTheSnapshotsBytesAreNotTaken() {
    Group group = Group.of(3);

    Ready answered =
        group.receive(3, chunk(new SnapshotMeta(new EntryId(1, 3), MEMBERS, 3, CHECKSUM), 1));

    assertThat(answered.snapshots()).isEmpty();
    assertThat(answered.sendDurable())
        .containsExactly(new Ready.Outgoing(ONE, new Message.SnapshotAck(THREE, 1, 0, 1, 0)));
  }

  @Test
  void whoHasInstalledASnapshotTellsItsLeaderAndMayCampaign() {
    Group group = Group.of(3);
    group.hold(3);
    SnapshotMeta snapshot = new SnapshotMeta(new EntryId(1, 3), MEMBERS, 4, CHECKSUM);
    group.receive(3, chunk(snapshot, 1));

    Ready installed = group.step(3, new Input.SnapshotReceived(snapshot));
    group.release(3);
    group.wake(3);

    assertThat(installed.sendDurable())
        .containsExactly(new Ready.Outgoing(ONE, new Message.AppendAck(THREE, 1, 3, 0)));
    assertThat(group.status(3).role()).isEqualTo(Status.RoleName.CANDIDATE);
  }

  @Test
  void aSnapshotThatTheLogOvertookIsNotInstalled() {
    Group group = Group.of(3);
    group.hold(3);
    SnapshotMeta snapshot = new SnapshotMeta(new EntryId(1, 2), MEMBERS, 4, CHECKSUM);
    group.receive(3, chunk(snapshot, 1));
    group.receive(3, new Message.Append(ONE, 1, TestDisk.slice(1, 1, 1), 0, 0));

    Ready received = group.step(3, new Input.SnapshotReceived(snapshot));

    assertThat(received.snapshots()).isEmpty();
    assertThat(received.events()).contains(new Event.SnapshotSkipped(THREE, new EntryId(1, 2), 2));
    assertThat(group.status(3).last()).isEqualTo(new EntryId(1, 3));
  }

  @Test
  void aLateAnswerOfWhoIsSentASnapshotDoesNotEndThat() {
    Group group = cut(new SnapshotRules(0, 300, 100, 1L << 40));
    untilDataIsOnItsWay(group);
    List<Status.Follower> before = group.status(1).followers();

    group.receive(1, new Message.AppendAck(THREE, 1, 0, 0));

    assertThat(before.getLast().snapshot()).isTrue();
    assertThat(group.status(1).followers()).isEqualTo(before);
    assertThat(offered(group)).as("once").hasSize(1);
  }

  @Test
  void whoseWindowIsFullWhenTheLogIsCutGetsTheSnapshot() {
    Group group =
        Group.of(3)
            .tune(
                config ->
                    config
                        .withWindow(1 << 20, 1, 1 << 20)
                        .withSnapshots(new SnapshotRules(0, 300, 100, 1L << 40)));
    group.elect(1);
    group.beat(1, 1);
    group.isolate(3);
    group.propose(1, "a");
    group.deliver();
    group.propose(1, "b");
    group.deliver();
    group.beat(1, 1); // tells of the commit
    SnapshotMeta latest = group.snapshot(1, 1_000);

    group.wake(1);

    assertThat(offered(group)).containsExactly(latest.last());
  }

  @Test
  void theHostIsToldWhatItMayDeleteWheneverThatChangesAndThenOnly() {
    Group group = Group.of(1).rules(10, 100, 100);
    group.elect(1);
    group.propose(1, "a", "b");
    group.snapshot(1, 10);
    group.propose(1, "c");
    group.snapshot(1, 10);

    assertThat(group.snapshotWork(1))
        .containsExactly(
            new SnapshotWork.Release(EntryId.ZERO, new EntryId(1, 3)),
            new SnapshotWork.Release(EntryId.ZERO, new EntryId(1, 4)));
  }

  @Test
  void whatWeighsOnTheHostIsCutThoughTheSnapshotStaysTheSame() {
    Group group = Group.of(1).rules(10, 100, 100);
    group.elect(1);
    group.propose(1, "a", "b");
    EntryId latest = group.snapshot(1, 10).last();

    group.disk(1).burden(2);
    group.step(1, new Input.Wake());
    EntryId base = group.disk(1).base();
    group.disk(1).burden(9);
    group.step(1, new Input.Wake());

    assertThat(base).isEqualTo(new EntryId(1, 2));
    assertThat(group.snapshotWork(1))
        .containsExactly(
            new SnapshotWork.Release(EntryId.ZERO, latest),
            new SnapshotWork.Release(base, latest),
            new SnapshotWork.Release(latest, latest));
  }

  @Test
  void aSnapshotOfWhatTheLogDoesNotHoldStopsTheNode() {
    Group group = Group.of(3);
    SnapshotMeta snapshot = new SnapshotMeta(new EntryId(1, 9), MEMBERS, 4, CHECKSUM);

    assertThatThrownBy(() -> group.step(1, new Input.SnapshotTaken(snapshot)))
        .isInstanceOf(InvariantViolation.class)
        .hasMessage("snapshot at 1/9 of a log that ends at 0/0");
  }
}
