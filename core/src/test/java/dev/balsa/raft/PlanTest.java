package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What a change would do, and why it is not done. */
class PlanTest {
  private static final Membership THREE = voters(1, 2, 3);

  private static Membership voters(long... ids) {
    return new Membership(LongStream.of(ids).mapToObj(NodeId::new).toList());
  }

  private static NodeId id(long value) {
    return new NodeId(value);
  }

  private static Change add(long node, Seat seat) {
    return new Change.Add(id(node), seat, Bytes.EMPTY);
  }

  private static Plan.Possible possible(Membership before, Change... changes) {
    return (Plan.Possible) Plan.of(before, List.of(changes));
  }

  private static Plan refused(Refusal reason, long node) {
    return new Plan.Refused(reason, id(node));
  }

  @Test
  void oneVoterMoreOrLessNeedsNoJointPhase() {
    assertThat(possible(THREE, add(4, Seat.VOTER)).isJoint()).isFalse();
    assertThat(possible(THREE, new Change.Remove(id(3))).isJoint()).isFalse();
    assertThat(possible(THREE, new Change.Demote(id(3)), add(4, Seat.LEARNER)).isJoint()).isFalse();
    assertThat(possible(THREE, new Change.Remove(id(3)), add(4, Seat.VOTER)).isJoint()).isTrue();
  }

  @Test
  void aPlanShowsTheQuorumsOfEachPhase() {
    Plan.Possible plan =
        possible(THREE, new Change.Remove(id(3)), add(4, Seat.VOTER), add(5, Seat.VOTER));

    assertThat(plan.describe())
        .isEqualTo(
            """
            before 2 of {1 2 3}, 1 may fail
            during 2 of {1 2 3} and 3 of {1 2 4 5}, 1 may fail
            after  3 of {1 2 4 5}, 1 may fail
            """);
    assertThat(plan.during()).hasToString("{1 2 3:OUTGOING 4:INCOMING 5:INCOMING}");
  }

  @Test
  void whatCannotBeIsRefusedByName() {
    Membership former = possible(THREE, new Change.Remove(id(3))).after();

    assertThat(Plan.of(THREE, List.of(new Change.Remove(id(9)))))
        .isEqualTo(refused(Refusal.UNKNOWN_MEMBER, 9));
    assertThat(Plan.of(THREE, List.of(add(2, Seat.LEARNER))))
        .isEqualTo(refused(Refusal.MEMBER_EXISTS, 2));
    assertThat(Plan.of(former, List.of(add(3, Seat.JOINING))))
        .isEqualTo(refused(Refusal.ID_REUSED, 3));
    assertThat(Plan.of(THREE, List.of(new Change.Promote(id(1)))))
        .isEqualTo(refused(Refusal.NOT_A_LEARNER, 1));
    assertThat(Plan.of(voters(1), List.of(new Change.Remove(id(1)))))
        .isEqualTo(new Plan.Refused(Refusal.LAST_VOTER, null));
    assertThat(Plan.of(THREE, List.of(new Change.Update(id(1), Bytes.EMPTY))))
        .isEqualTo(new Plan.Refused(Refusal.NOTHING_TO_CHANGE, null));
    Membership joint = possible(THREE, new Change.Remove(id(3)), add(4, Seat.VOTER)).during();
    assertThat(Plan.of(joint, List.of(new Change.Remove(id(1)))))
        .isEqualTo(new Plan.Refused(Refusal.CHANGE_IN_PROGRESS, null));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Plan.of(THREE, List.of(new Change.Demote(id(1)), new Change.Remove(id(1)))));
  }

  @Test
  void aSeatIsChangedOnlyForAMemberThatHasTheOther() {
    Membership learning = possible(THREE, add(4, Seat.LEARNER)).after();

    assertThat(Plan.of(learning, List.of(new Change.Demote(id(4)))))
        .isEqualTo(refused(Refusal.NOT_A_VOTER, 4));
    assertThat(possible(learning, new Change.Promote(id(4))).after().votes(id(4))).isTrue();
    assertThat(possible(learning, new Change.Demote(id(3))).after().votes(id(3))).isFalse();
    List<Change> ofNobody =
        List.of(
            new Change.Promote(id(9)),
            new Change.Demote(id(9)),
            new Change.Update(id(9), Bytes.EMPTY));
    for (Change change : ofNobody) {
      assertThat(Plan.of(learning, List.of(change))).isEqualTo(refused(Refusal.UNKNOWN_MEMBER, 9));
    }
  }

  @Test
  void aDeadVoterCanBeReplacedThoughAnotherCouldNotBeRemoved() {
    Plan.Possible replacing = possible(THREE, new Change.Remove(id(3)), add(4, Seat.VOTER));
    Plan.Possible removing = possible(THREE, new Change.Remove(id(2)));

    assertThat(replacing.losesQuorum(node -> node.value() <= 2)).isFalse();
    assertThat(removing.losesQuorum(node -> node.value() <= 2)).isTrue();
  }

  @Property
  void anyPlanKeepsItsQuorumsInTouchAndLeavesToWhatWasAsked(@ForAll long seed) {
    SplitMix random = new SplitMix(seed);
    Membership before = voters(1, 2, 3, 4).leave();
    for (int step = 0; step < 8; step++) {
      if (!(Plan.of(before, wish(random)) instanceof Plan.Possible plan)) {
        continue;
      }
      assertThat(plan.during().leave()).isEqualTo(plan.after());
      assertThat(plan.after().isJoint()).isFalse();
      assertThat(plan.after().removed()).containsAll(before.removed());
      assertThat(intersect(before, plan.during())).isTrue();
      assertThat(intersect(plan.during(), plan.after())).isTrue();
      before = plan.after();
    }
  }

  private static List<Change> wish(SplitMix random) {
    TreeMap<NodeId, Change> changes = new TreeMap<>();
    for (long i = 1 + random.nextBetween(0, 3); i > 0; i--) {
      NodeId node = id(1 + random.nextBetween(0, 7));
      changes.put(
          node,
          switch ((int) random.nextBetween(0, 5)) {
            case 0 -> new Change.Add(node, Seat.VOTER, Bytes.EMPTY);
            case 1 -> new Change.Add(node, Seat.JOINING, Bytes.EMPTY);
            case 2 -> new Change.Promote(node);
            case 3 -> new Change.Demote(node);
            default -> new Change.Remove(node);
          });
    }
    return List.copyOf(changes.values());
  }

  /** Whether no two quorums, one of each, are without a common node; by trying all of them. */
  private static boolean intersect(Membership one, Membership other) {
    List<NodeId> all = new ArrayList<>(one.electorate());
    other.electorate().stream().filter(node -> !all.contains(node)).forEach(all::add);
    Quorum first = new Quorum(one);
    Quorum second = new Quorum(other);
    return LongStream.range(0, 1L << all.size())
        .noneMatch(
            set ->
                first.agrees(node -> (set >> all.indexOf(node) & 1) == 1)
                    && second.agrees(node -> (set >> all.indexOf(node) & 1) == 0));
  }
}
