package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.Group;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Ready.ChangeOutcome;
import dev.balsa.raft.Refusal;
import dev.balsa.raft.Seat;
import dev.balsa.raft.Status.RoleName;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One change at a time, in force from the log on (thesis §4.1). */
class Thesis41SafetyTest {
  private static Change addVoter(int node) {
    return new Change.Add(Group.id(node), Seat.VOTER, Bytes.EMPTY);
  }

  private static Change remove(int node) {
    return new Change.Remove(Group.id(node));
  }

  private static List<NodeId> ids(long... nodes) {
    return LongStream.of(nodes).mapToObj(NodeId::new).toList();
  }

  private static Group of(int size) {
    Group group = Group.of(size);
    group.elect(1);
    group.beat(1, 1);
    return group;
  }

  /** The three ways in which two leaders' single changes come to decide beside each other. */
  static List<List<Change>> changesOfTwoLeaders() {
    return List.of(
        List.of(addVoter(5), remove(1)),
        List.of(addVoter(5), addVoter(6)),
        List.of(remove(2), remove(1)));
  }

  @ParameterizedTest
  @MethodSource("changesOfTwoLeaders")
  @Paper("thesis §4.1")
  void aNewLeaderChangesNothingBeforeAnEntryOfItsOwnTermIsCommitted(List<Change> changes) {
    Group group = of(4).join(5).join(6);
    group.isolate(2, 3, 4);
    group.change(1, changes.get(0));
    group.deliver();
    group.heal();
    group.isolate(1, 5);
    group.wake(2);
    group.deliverUntilLeads(2);

    group.change(2, changes.get(1));
    List<ChangeOutcome> early = List.copyOf(group.changes(2));
    group.deliver();
    group.beat(2, 1);
    group.change(2, changes.get(1));
    group.deliver();

    assertThat(early).containsExactly(new ChangeOutcome.Refused(2, Refusal.LEADER_NOT_READY));
    assertThat(group.changes(2).getLast()).isInstanceOf(ChangeOutcome.Accepted.class);
    // The first leader's configuration cannot decide beside it: its log is behind now.
    group.heal();
    group.isolate(2, 3);
    for (int i = 0; i < 4; i++) {
      group.elect(1);
    }
    assertThat(group.status(1).role()).isNotEqualTo(RoleName.LEADER);
  }

  @Test
  @Paper("thesis §4.1")
  void aConfigurationIsInForceAsSoonAsItIsInTheLog() {
    Group group = of(3).join(4);
    group.isolate(2, 3);

    group.change(1, addVoter(4));

    assertThat(group.membership(1).voters()).isEqualTo(ids(1, 2, 3, 4));
    assertThat(group.status(1).commit()).isEqualTo(1);
    group.deliver();
    assertThat(group.membership(4).voters()).isEqualTo(ids(1, 2, 3, 4));
    assertThat(group.status(1).commit()).as("2 of 4 are no majority").isEqualTo(1);
  }

  @Test
  @Paper("thesis §4.1")
  void aSecondChangeWaitsForTheFirst() {
    Group group = of(3).join(4);
    group.change(1, addVoter(4));

    group.change(1, remove(3));

    assertThat(group.changes(1))
        .containsExactly(
            new ChangeOutcome.Accepted(1, new EntryId(1, 2)),
            new ChangeOutcome.Refused(2, Refusal.CHANGE_IN_PROGRESS));
    group.deliver();
    group.change(1, remove(3));
    assertThat(group.changes(1).getLast())
        .isEqualTo(new ChangeOutcome.Accepted(3, new EntryId(1, 3)));
  }

  @Test
  @Paper("thesis §4.1")
  void aConfigurationThatGivesWayIsNotInForceAnyMore() {
    Group group = of(3).join(4);
    group.isolate(2, 3, 4);
    group.change(1, addVoter(4));
    group.dropAll();
    group.heal();
    group.isolate(1);
    group.elect(2);
    group.heal();

    group.beat(2, 3);

    assertThat(group.membership(1).voters()).isEqualTo(ids(1, 2, 3));
    assertThat(group.events(1))
        .contains(
            new Event.ConfigurationRolledBack(new EntryId(1, 1), new Membership(ids(1, 2, 3))));
    assertThat(group.status(2).followers()).hasSize(2);
  }

  @Test
  @Paper("thesis §4.1")
  void whatIsInForceSurvivesACrash() {
    Group group = of(3).join(4);
    group.change(1, addVoter(4));
    group.deliver();

    group.crash(1);
    group.crash(4);

    assertThat(group.membership(1).voters()).isEqualTo(ids(1, 2, 3, 4));
    assertThat(group.membership(4).voters()).isEqualTo(ids(1, 2, 3, 4));
  }

  @Test
  @Paper("thesis §4.1")
  void aRemovedIdIsNotGivenOutAgain() {
    Group group = of(3);
    group.change(1, remove(3));
    group.deliver();

    group.change(1, addVoter(3));

    assertThat(group.changes(1).getLast())
        .isEqualTo(new ChangeOutcome.Refused(2, Refusal.ID_REUSED));
  }

  @Test
  @Paper("thesis §4.1")
  void aChangeThatWouldLeaveTooFewWhoAnswerIsRefused() {
    Group group = of(3);
    group.isolate(3);
    for (int i = 0; i < 10; i++) {
      group.beat(1, 1);
    }

    group.change(1, remove(2));
    group.change(1, remove(3));

    assertThat(group.changes(1))
        .containsExactly(
            new ChangeOutcome.Refused(1, Refusal.QUORUM_LOST),
            new ChangeOutcome.Accepted(2, new EntryId(1, 2)));
  }

  @Test
  @Paper("thesis §4.1")
  void anyNodePassesAChangeToTheLeader() {
    Group group = of(3).join(4);

    group.change(2, addVoter(4));
    group.change(2, remove(9));
    group.deliver();

    assertThat(group.changes(2))
        .containsExactly(
            new ChangeOutcome.Accepted(1, new EntryId(1, 2)),
            new ChangeOutcome.Refused(2, Refusal.CHANGE_IN_PROGRESS));
    group.change(4, remove(9));
    assertThat(group.changes(4)).isEmpty();
    group.deliver();
    assertThat(group.changes(4))
        .containsExactly(new ChangeOutcome.Refused(3, Refusal.UNKNOWN_MEMBER));
  }
}
