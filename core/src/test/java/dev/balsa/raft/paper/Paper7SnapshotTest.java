package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.Group;
import dev.balsa.raft.Input;
import dev.balsa.raft.InvariantViolation;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Ready.SnapshotWork;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.Status.RoleName;
import dev.balsa.raft.TestDisk;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Log compaction: the log is cut behind a snapshot, which is sent to whoever needs what is gone.
 */
class Paper7SnapshotTest {
  private static final Membership THREE =
      new Membership(List.of(new NodeId(1), new NodeId(2), new NodeId(3)));

  /** Node 1 leads and has cut its log; node 3 has heard of nothing. */
  private static Group cut(long tail) {
    Group group = Group.of(3).rules(tail, 300, 100);
    group.isolate(3);
    group.elect(1);
    for (int i = 0; i < 20; i++) {
      group.propose(1, "c" + i);
      group.deliver();
    }
    group.snapshot(1, 1_000);
    return group;
  }

  private static void beat(Group group, int times) {
    for (int i = 0; i < times; i++) {
      group.wake(1);
      group.deliver();
    }
  }

  @Test
  @Paper({"§7", "thesis §5.1"})
  void theLogIsCutBehindASnapshotAndItsTailStays() {
    Group group = cut(5);

    assertThat(group.disk(1).base()).isEqualTo(new EntryId(1, 16));
    assertThat(group.disk(1).log()).hasSize(5);
    assertThat(group.snapshotWork(1))
        .containsExactly(new SnapshotWork.Release(new EntryId(1, 16), new EntryId(1, 21)));
  }

  @Test
  @Paper({"§7", "thesis §5.1.1"})
  void nothingIsCutBeforeTheHostSaysThatASnapshotIsDurable() {
    Group group = Group.of(1).rules(0, 100, 100);
    group.elect(1);
    group.propose(1, "a", "b");

    assertThat(group.disk(1).log()).hasSize(3);
    assertThat(group.snapshotWork(1)).isEmpty();
  }

  @Test
  @Paper({"§7", "thesis §5.1"})
  void aFollowerThatNeedsWhatIsGoneGetsTheSnapshotAndThenEntries() {
    Group group = cut(0);
    group.heal();

    beat(group, 10);
    group.propose(1, "next");
    beat(group, 2);

    assertThat(group.events(3))
        .contains(new Event.SnapshotInstalled(EntryId.ZERO, new EntryId(1, 21)));
    assertThat(group.disk(3).base()).isEqualTo(new EntryId(1, 21));
    assertThat(group.status(3).commit()).isEqualTo(22);
    assertThat(group.applied(3)).containsExactly("next");
    assertThat(group.status(1).followers()).allMatch(follower -> follower.pipelined());
  }

  @Test
  @Paper({"§7", "thesis §5.2"})
  void whereTheMachineKeepsItsStateASnapshotIsWrittenOnceAFollowerNeedsIt() {
    Group group = Group.of(3).rules(1, 300, 100);
    group.isolate(3);
    group.elect(1);
    group.propose(1, "a", "b");
    group.deliver();
    SnapshotMeta kept = SnapshotMeta.kept(new EntryId(1, 3), THREE);
    group.disk(1).save(new TestDisk.Snapshot(kept, Bytes.EMPTY));
    group.step(1, new Input.SnapshotTaken(kept));
    assertThat(group.disk(1).log()).hasSize(1);
    assertThat(group.snapshotWork(1)).doesNotContain(new SnapshotWork.Write());

    group.heal();
    beat(group, 5);
    assertThat(group.snapshotWork(1)).contains(new SnapshotWork.Write());
    assertThat(group.status(3).leader()).isEqualTo(new NodeId(1));
    assertThat(group.status(3).commit()).isZero();

    group.snapshot(1, 1_000);
    beat(group, 10);
    assertThat(group.events(3))
        .contains(new Event.SnapshotInstalled(EntryId.ZERO, new EntryId(1, 3)));
    assertThat(group.status(1).followers()).allMatch(follower -> follower.pipelined());
  }

  @Test
  @Paper({"§7", "thesis §5.2"})
  void whatAMachineThatKeepsItsStateHasAppliedCountsAsCommitted() {
    Group group = Group.of(3).rules(10, 300, 100);
    group.elect(1);
    group.propose(1, "a", "b");
    group.deliver();
    group.crash(1);
    assertThat(group.status(1).commit()).isZero();

    group.step(1, new Input.SnapshotTaken(SnapshotMeta.kept(new EntryId(1, 2), THREE)));

    assertThat(group.status(1).commit()).isEqualTo(2);
    assertThat(group.events(1)).contains(new Event.CommitAdvanced(0, 2));
  }

  @Test
  @Paper({"§7", "thesis §5.1.2"})
  void aFollowerThatIsALittleLateIsServedFromTheTail() {
    Group group = Group.of(3).rules(10, 300, 100);
    group.elect(1);
    group.propose(1, "a", "b", "c", "d");
    group.deliver();
    group.wake(1);
    group.deliver();
    group.isolate(3);
    group.propose(1, "e", "f", "g");
    group.deliver();
    group.snapshot(1, 10);
    group.heal();

    beat(group, 3);

    assertThat(group.applied(3)).containsExactly("a", "b", "c", "d", "e", "f", "g");
    assertThat(group.events(1)).noneMatch(Event.SnapshotOffered.class::isInstance);
  }

  @Test
  @Paper({"§7", "thesis §5.1"})
  void whatTheFollowerHasBeyondOrAgainstTheSnapshotIsDiscarded() {
    Group group = Group.of(3).rules(0, 1_000, 1_000);
    group.logAt(1, 3, 1, 1, 3, 3).logAt(2, 3, 1, 1, 3, 3).logAt(3, 3, 1, 1, 2, 2, 2, 2, 2);
    group.isolate(3);
    group.elect(1);
    group.wake(1);
    group.deliver();
    group.snapshot(1, 50);
    group.heal();

    beat(group, 10);

    assertThat(group.disk(3).base()).isEqualTo(new EntryId(4, 5));
    assertThat(group.disk(3).last()).isEqualTo(new EntryId(4, 5));
    assertThat(group.status(3).commit()).isEqualTo(5);
  }

  @Test
  @Paper({"§7", "thesis §5.1"})
  void entriesBehindASnapshotThatTheLogAgreesWithAreRetained() {
    Group group = Group.of(3).logAt(3, 1, 1, 1, 1, 1, 1);
    SnapshotMeta snapshot = new SnapshotMeta(new EntryId(1, 3), THREE, 10, 7);

    group.receive(3, chunk(1, snapshot, 0, "0123456789"));

    assertThat(group.disk(3).log()).hasSize(5);
    assertThat(group.status(3).commit()).isEqualTo(3);
    assertThat(group.queue().getLast().message())
        .isEqualTo(new Message.AppendAck(Group.id(3), 1, 3, 0));
  }

  @Test
  @Paper("§7")
  void anOldOrRepeatedSnapshotIsAnsweredByTheCommitIndex() {
    Group group = cut(0);
    group.heal();
    beat(group, 10);
    group.dropAll();

    group.receive(3, chunk(1, new SnapshotMeta(new EntryId(1, 9), THREE, 10, 7), 0, "0123456789"));

    assertThat(group.queue().getLast().message())
        .isEqualTo(new Message.AppendAck(Group.id(3), 1, 21, 0));
    assertThat(group.events(3))
        .contains(new Event.SnapshotSkipped(Group.id(1), new EntryId(1, 9), 21));
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3})
  @Paper("§7")
  void aSnapshotAgainstWhatIsCommittedStopsTheNode(long index) {
    Group group = Group.of(3).logAt(3, 2, 1, 1, 1);
    group.receive(
        3, new Message.Append(Group.id(1), 2, new LogSlice(new EntryId(1, 3), List.of()), 3, 0));

    SnapshotMeta forged = new SnapshotMeta(new EntryId(2, index), THREE, 10, 7);

    assertThatThrownBy(() -> group.receive(3, chunk(2, forged, 0, "0123456789")))
        .isInstanceOf(InvariantViolation.class)
        .hasMessageContaining("conflicts");
  }

  @Test
  @Paper({"§7", "thesis §5.1"})
  void chunksAreTakenInOrderOnceAndAnsweredByHowMuchIsThere() {
    Group group = Group.of(3);
    SnapshotMeta snapshot = new SnapshotMeta(new EntryId(1, 3), THREE, 100, 7);

    group.receive(3, chunk(1, snapshot, 0, "0123"));
    group.receive(3, chunk(1, snapshot, 8, "89"));
    group.receive(3, chunk(1, snapshot, 0, "0123"));
    group.receive(3, chunk(1, snapshot, 2, "2345"));

    assertThat(group.snapshotWork(3))
        .containsExactly(
            new SnapshotWork.Store(snapshot, 0, Bytes.utf8("0123")),
            new SnapshotWork.Store(snapshot, 4, Bytes.utf8("45")));
    assertThat(group.queue().stream().map(out -> ((Message.SnapshotAck) out.message()).offset()))
        .containsExactly(4L, 4L, 4L, 6L);
  }

  @Test
  @Paper({"§7", "thesis §5.1.3"})
  void aTransferGoesOnWhereItStoodWhenTheConnectionBroke() {
    Group group = cut(0);
    group.heal();
    while (stored(group) == 0) {
      moveOn(group);
    }
    group.dropAll();
    assertThat(stored(group)).isLessThan(999);

    group.step(1, new Input.Unreachable(Group.id(3)));
    beat(group, 10);

    List<SnapshotWork.Store> parts = parts(group);
    assertThat(parts.stream().filter(part -> part.offset() == 0)).hasSize(1);
    assertThat(parts.stream().mapToLong(part -> part.data().length()).sum())
        .isEqualTo(parts.getFirst().snapshot().bytes());
    assertThat(group.status(3).commit()).isEqualTo(21);
  }

  private static void moveOn(Group group) {
    if (group.queue().isEmpty()) {
      group.wake(1);
    } else {
      group.deliverOne();
    }
  }

  private static List<SnapshotWork.Store> parts(Group group) {
    return group.snapshotWork(3).stream()
        .filter(SnapshotWork.Store.class::isInstance)
        .map(SnapshotWork.Store.class::cast)
        .toList();
  }

  private static long stored(Group group) {
    return parts(group).stream().mapToLong(part -> part.data().length()).sum();
  }

  @Test
  @Paper({"§7", "thesis §5.1.3"})
  void noMoreBytesAreOnTheirWayThanTheWindowAllows() {
    Group group = cut(0);
    group.heal();
    while (group.status(3).commit() < 21) {
      long flying =
          group.queue().stream()
              .filter(out -> out.message() instanceof Message.SnapshotChunk)
              .mapToLong(out -> ((Message.SnapshotChunk) out.message()).data().length())
              .sum();
      assertThat(flying).isLessThan(300 + 100);
      moveOn(group);
    }
  }

  @Test
  @Paper({"§7", "thesis §5.1.1"})
  void heartbeatsGoOnDuringATransferAndConfirmReads() {
    Group group = cut(0);
    group.heal();
    while (stored(group) == 0) {
      moveOn(group);
    }
    group.dropAll();
    group.isolate(2);

    group.read(1);
    group.deliver();

    assertThat(group.reads(1)).hasSize(1);
    assertThat(group.status(3).commit()).isLessThan(21);
  }

  @Test
  @Paper({"§7", "thesis §5.1.1"})
  void aNodeDoesNotCampaignWhileASnapshotIsBeingMadeDurable() {
    Group group = Group.of(3);
    group.hold(3);
    SnapshotMeta snapshot =
        new SnapshotMeta(new EntryId(1, 3), THREE, 4, Bytes.utf8("0123").hashCode());
    group.receive(3, chunk(1, snapshot, 0, "0123"));

    group.wake(3);

    assertThat(group.status(3).role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(group.deadline(3)).isGreaterThanOrEqualTo(group.now() + 150_000_000);
    group.step(3, new Input.SnapshotRejected(snapshot));
    group.wake(3);
    assertThat(group.status(3).role()).isNotEqualTo(RoleName.FOLLOWER);
  }

  @Test
  @Paper({"§7", "thesis §5.1"})
  void aRestartedNodeGoesOnFromItsSnapshot() {
    Group group = cut(2);
    group.crash(1);

    assertThat(group.status(1).commit()).isEqualTo(21);
    assertThat(group.status(1).last()).isEqualTo(new EntryId(1, 21));
    group.elect(1);
    group.wake(1);
    group.deliver();
    assertThat(group.status(1).commit()).isEqualTo(22);
  }

  @Test
  @Paper("§7")
  void aLateAppendFromBeforeTheCutIsAcknowledgedAndChangesNothing() {
    Group group = cut(0);
    group.snapshot(2, 10);
    assertThat(group.disk(2).base().index()).isPositive();
    LogSlice early = TestDisk.slice(1, 1);

    group.receive(2, new Message.Append(Group.id(1), 1, early, 2, 0));

    assertThat(group.queue().getLast().message())
        .isEqualTo(new Message.AppendAck(Group.id(2), 1, 2, 0));
    assertThat(group.events(2)).noneMatch(Event.Truncated.class::isInstance);
  }

  private static Message chunk(long term, SnapshotMeta snapshot, long offset, String data) {
    return new Message.SnapshotChunk(Group.id(1), term, snapshot, offset, Bytes.utf8(data), 1, 0);
  }

  /** Node 2 holds 21 entries, and the first of them only as a snapshot. */
  private static Group cutBehind() {
    Group group = cut(0);
    group.wake(1);
    group.deliver();
    group.snapshot(2, 10);
    return group;
  }

  private static LogSlice straddling(long term) {
    Entry held = new Entry(new EntryId(term, 21), new Payload.NoOp());
    Entry next = new Entry(new EntryId(term, 22), new Payload.NoOp());
    return new LogSlice(new EntryId(1, 20), List.of(held, next));
  }

  @Test
  @Paper("§7")
  void ofAnAppendThatBeginsBeforeTheCutTheRestIsTaken() {
    Group group = cutBehind();

    group.receive(2, new Message.Append(Group.id(1), 1, straddling(1), 21, 0));

    assertThat(group.disk(2).base()).isEqualTo(new EntryId(1, 21));
    assertThat(group.disk(2).last()).isEqualTo(new EntryId(1, 22));
    assertThat(group.queue().getLast().message())
        .isEqualTo(new Message.AppendAck(Group.id(2), 1, 22, 0));
  }

  @Test
  @Paper("§7")
  void anAppendAgainstTheSnapshotStopsTheNode() {
    Group group = cutBehind();
    Message forged = new Message.Append(Group.id(3), 2, straddling(2), 21, 0);

    assertThatThrownBy(() -> group.receive(2, forged))
        .isInstanceOf(InvariantViolation.class)
        .hasMessage("leader's entry 2/21 conflicts with the snapshot at 1/21");
  }

  @Test
  @Paper({"§7", "thesis §5.1"})
  void theMembershipInASnapshotDecidesWhoElects() {
    Group group = Group.of(3);
    Membership alone = new Membership(List.of(Group.id(3)));
    SnapshotMeta snapshot =
        new SnapshotMeta(new EntryId(1, 3), alone, 4, Bytes.utf8("0123").hashCode());

    group.receive(3, chunk(1, snapshot, 0, "0123"));
    group.wake(3);

    assertThat(group.status(3).role()).isEqualTo(RoleName.LEADER);
  }
}
