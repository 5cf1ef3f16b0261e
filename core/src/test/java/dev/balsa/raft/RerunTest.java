package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.raft.trace.Base;
import dev.balsa.raft.trace.Recorded;
import dev.balsa.raft.trace.Recorder;
import dev.balsa.raft.trace.Rerun;
import dev.balsa.raft.trace.Segment;
import dev.balsa.raft.trace.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A core that is told once more what a recording holds says, writes and becomes the same. */
class RerunTest {
  private static final long SECOND = 1_000_000_000;

  /** Three nodes, not started, and their recorders. */
  private static Group recorded(Group group, int... nodes) {
    for (int node : nodes) {
      group.host(node).recorder = new Recorder(64 << 20);
    }
    return group;
  }

  private static List<byte[]> segments(Group group, int node) {
    Recorder recorder = group.host(node).recorder;
    assertThat(recorder).isNotNull();
    return recorder.segments(Long.MIN_VALUE);
  }

  /** What happened on a node, step by step, each compared with what a core says that runs again. */
  private static List<Recorded.Step> rerun(Group group, int node) {
    Rerun rerun = new Rerun();
    List<Recorded.Step> steps = new ArrayList<>();
    for (byte[] bytes : segments(group, node)) {
      Segment segment = new Segment(bytes);
      if (segment.base().beginning() != null) {
        assertThat(rerun.begin(segment.base())).as("the log at the start is known").isTrue();
      }
      for (Recorded next = segment.next(); next != null; next = segment.next()) {
        if (next instanceof Recorded.Step step) {
          assertThat(rerun.step(step)).as("step %s of node %s", steps.size(), node).isTrue();
          steps.add(step);
        }
      }
    }
    return steps;
  }

  /** The recording of a node is the node's own account, and runs again. */
  private static void assertToldAndRepeated(Group group, int... nodes) {
    for (int node : nodes) {
      List<Recorded.Step> steps = rerun(group, node);

      assertThat(steps.stream().flatMap(step -> step.events().stream()).toList())
          .as("events of node %s", node)
          .isEqualTo(group.events(node));
      Recorded.Step last = steps.getLast();
      assertThat(last.now()).isLessThanOrEqualTo(group.now());
      assertThat(last.standing().role()).isEqualTo(group.status(node).role());
      assertThat(last.standing().term()).isEqualTo(group.status(node).term());
      assertThat(last.standing().leader()).isEqualTo(group.status(node).leader());
      assertThat(last.standing().commit()).isEqualTo(group.status(node).commit());
      assertThat(last.standing().durable()).isEqualTo(group.status(node).durable());
    }
  }

  @Test
  void electionsWritesReadsAndATransferRunAgain() {
    Group group = recorded(Group.preVoting(3).tracked().leasing(10), 1, 2, 3);
    group.run(5 * SECOND);
    int leader = group.leaders().getFirst();
    int other = leader % 3 + 1;
    group.propose(leader, "a", "b", "");
    group.propose(other, "passed on");
    group.run(SECOND);
    group.read(leader);
    group.read(other);
    group.read(other, new ReadMode.Bounded(SECOND, 100));
    group.run(SECOND);
    group.transfer(leader, other);
    group.run(SECOND);
    group.transfer(leader, 99);
    group.crash(leader);
    group.run(5 * SECOND);

    assertThat(group.leaders()).containsExactly(other);
    assertToldAndRepeated(group, 1, 2, 3);
  }

  @Test
  void aLogThatIsRepairedAndOneThatIsReplacedByASnapshotRunAgain() {
    Group group = recorded(Group.of(3).rules(1, 200, 60), 1, 2, 3);
    group.elect(1);
    group.propose(1, "shared");
    group.beat(1, 2);
    group.isolate(1);
    group.propose(1, "lost", "lost, too");
    group.elect(2);
    group.propose(2, "kept");
    group.run(SECOND);
    group.heal();
    group.run(3 * SECOND);
    int leader = group.leaders().getFirst();
    int behind = leader % 3 + 1;
    group.isolate(behind);
    for (int i = 0; i < 20; i++) {
      group.propose(leader, "value " + i);
      group.deliver();
    }
    group.snapshot(leader, 500);
    group.heal();
    group.run(5 * SECOND);

    assertThat(group.events(behind)).anyMatch(Event.SnapshotInstalled.class::isInstance);
    assertThat(group.events(leader)).anyMatch(Event.LogCompacted.class::isInstance);
    assertToldAndRepeated(group, 1, 2, 3);
  }

  @Test
  void changesOfTheMembershipRunAgain() {
    Group group = recorded(Group.preVoting(3), 1, 2, 3).join(4).join(5);
    recorded(group, 4, 5);
    group.run(5 * SECOND);
    int leader = group.leaders().getFirst();
    int gone = leader % 3 + 1;
    group.change(leader, new Change.Add(Group.id(4), Seat.LEARNER, Bytes.EMPTY));
    group.run(3 * SECOND);
    group.change(
        leader,
        new Change.Add(Group.id(5), Seat.VOTER, Bytes.EMPTY),
        new Change.Remove(Group.id(gone)));
    group.run(5 * SECOND);
    group.change(leader, new Change.Remove(Group.id(77)));
    group.run(SECOND);

    assertThat(group.membership(leader).electorate()).hasSize(3).contains(Group.id(5));
    assertToldAndRepeated(group, leader, 4, 5);
  }

  @Test
  void aLongRecordingGoesOnWhereItsSegmentsMeet() {
    Group group = recorded(Group.of(3), 1, 2, 3);
    group.elect(1);
    for (int i = 0; i < 3_000; i++) {
      group.propose(1, "value " + i);
      group.deliver();
    }

    assertThat(segments(group, 1)).hasSizeGreaterThan(2);
    assertToldAndRepeated(group, 1, 2, 3);
  }

  @Test
  void aRecordingWhoseBeginningIsGoneDoesNotRun() {
    Group group = Group.of(1);
    group.host(1).recorder = new Recorder(1);
    group.elect(1);
    for (int i = 0; i < 10_000; i++) {
      group.propose(1, "value");
    }
    Segment latest = new Segment(segments(group, 1).getLast());
    Recorded.Step first = Objects.requireNonNull((Recorded.Step) latest.next());
    Rerun rerun = new Rerun();

    assertThat(rerun.begin(latest.base())).isFalse();
    assertThatThrownBy(() -> rerun.step(first))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no process has begun");
  }

  @Test
  void aCoreThatSaysSomethingElseIsNoticed() {
    Group group = recorded(Group.of(1), 1);
    group.elect(1);
    group.propose(1, "a");
    Segment segment = new Segment(segments(group, 1).getFirst());
    Rerun rerun = new Rerun();
    rerun.begin(segment.base());
    Recorded.Step first = Objects.requireNonNull((Recorded.Step) segment.next());

    assertThat(rerun.step(first)).isTrue();
    assertThat(rerun.step(first)).as("the same once more").isFalse();
  }

  @Test
  void aProcessThatLostWhatItHadNotForcedRunsAgain() {
    Group group = recorded(Group.of(3), 1, 2, 3);
    group.elect(1);
    group.propose(1, "kept");
    group.beat(1, 1);
    group.hold(3);
    for (int i = 0; i < 5; i++) {
      group.propose(1, "not forced");
      group.deliver();
    }
    EntryId written = group.disk(3).last();

    group.crash(3);
    EntryId found = group.disk(3).last();
    group.run(SECOND);

    assertThat(found).isLessThan(written);
    assertToldAndRepeated(group, 3);
  }

  @Test
  void aProcessWhoseLogWasCutRunsAgain() {
    Group group = recorded(Group.of(3).rules(2, 200, 60), 1, 2, 3);
    group.elect(1);
    group.propose(1, "a", "b", "c", "d", "e");
    group.beat(1, 2);
    group.snapshot(1, 100);
    EntryId base = group.disk(1).base();

    group.crash(1);
    group.run(SECOND);

    assertThat(base.index()).isPositive();
    assertToldAndRepeated(group, 1);
  }

  @Test
  void aLeaderThatReadsFromItsDiskRunsAgain() {
    Group group =
        recorded(
            Group.of(3).tune(config -> config.withWindow(100, 2, 200).withMemory(1 << 20, 1)),
            1,
            2,
            3);
    group.elect(1);
    group.beat(1, 1);
    group.isolate(3);
    for (int i = 0; i < 20; i++) {
      group.propose(1, "x".repeat(1 + i * 10));
      group.deliver();
    }
    group.heal();
    group.beat(1, 5);

    assertThat(group.applied(3)).hasSize(20);
    assertToldAndRepeated(group, 1);
  }

  @Test
  void aProcessWhoseLogIsNotInTheRecordingDoesNotRun() {
    Group group = recorded(Group.of(1).log(1, 1, 1), 1);
    group.elect(1);
    Segment segment = new Segment(segments(group, 1).getFirst());

    assertThat(new Rerun().begin(segment.base())).isFalse();
  }

  /** What took the place of entries was written down, but a crash came before it was forced. */
  @Test
  void aProcessThatFindsAgainWhatHadGivenWayDoesNotRun() {
    Group group = recorded(Group.of(5), 3);
    group.elect(1);
    group.beat(1, 1);
    group.isolate(2, 4, 5);
    group.propose(1, "a", "b", "c");
    group.deliver();
    group.heal();
    group.isolate(1);
    group.dropAll();
    group.hold(3);
    group.elect(2);
    group.beat(2, 2);
    EntryId written = group.disk(3).last();
    group.crash(3);
    EntryId found = group.disk(3).last();
    group.status(3); // starts it

    assertThat(written).isEqualTo(new EntryId(2, 2));
    assertThat(found).isEqualTo(new EntryId(1, 4));
    List<byte[]> segments = segments(group, 3);
    Rerun rerun = new Rerun();
    Segment before = new Segment(segments.getFirst());
    assertThat(rerun.begin(before.base())).isTrue();
    for (Recorded next = before.next(); next != null; next = before.next()) {
      assertThat(rerun.step((Recorded.Step) next)).isTrue();
    }
    assertThat(rerun.begin(new Segment(segments.getLast()).base())).isFalse();
  }

  @Test
  void aCoreIsComparedByWhatItSaidWroteAndBecame() {
    Group group = recorded(Group.of(1), 1);
    group.elect(1);
    Segment segment = new Segment(segments(group, 1).getFirst());
    Recorded.Step step = Objects.requireNonNull((Recorded.Step) segment.next());
    Standing other = new Standing(step.standing().role(), 9, Group.id(1), 0, 0);

    assertThat(matches(segment, step)).isTrue();
    assertThat(matches(segment, with(step, step.standing(), step.persist(), List.of()))).isFalse();
    assertThat(matches(segment, with(step, step.standing(), null, step.events()))).isFalse();
    assertThat(matches(segment, with(step, other, step.persist(), step.events()))).isFalse();
  }

  private static Recorded.Step with(
      Recorded.Step step, Standing standing, Ready.@Nullable Persist persist, List<Event> events) {
    return new Recorded.Step(step.at(), step.now(), step.input(), standing, persist, events);
  }

  private static boolean matches(Segment segment, Recorded.Step step) {
    Rerun rerun = new Rerun();
    rerun.begin(segment.base());
    return rerun.step(step);
  }

  @Test
  void everySegmentSaysHowTheNodeStandsWhereItBegins() {
    Group group = Group.of(3).rules(1, 200, 60);
    group.host(1).recorder = new Recorder(64 << 20, 1); // every step ends one
    group.elect(1);
    group.propose(1, "a", "b", "c");
    group.beat(1, 2);
    group.snapshot(1, 100);
    group.propose(1, "d");
    group.deliver();

    Base base = new Segment(segments(group, 1).getLast()).base();

    Status status = group.status(1);
    assertThat(base.standing())
        .isEqualTo(
            new Standing(
                Status.RoleName.LEADER, 1, Group.id(1), status.commit(), status.durable()));
    assertThat(base.hardState()).isEqualTo(group.disk(1).forcedHardState());
    assertThat(base.membership()).isEqualTo(group.membership(1));
    assertThat(base.log().base()).isEqualTo(group.disk(1).base()).isNotEqualTo(EntryId.ZERO);
    assertThat(base.log().last()).isEqualTo(status.last());
  }
}
