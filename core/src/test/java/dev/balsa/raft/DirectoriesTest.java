package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Ready.ChangeOutcome;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Who counts is known by its data directory; who speaks with another one does not count. */
class DirectoriesTest {
  private static final long MILLISECOND = 1_000_000;

  private static Group of(int size) {
    Group group = Group.preVoting(size).tracked();
    group.elect(1);
    group.beat(1, 4);
    return group;
  }

  private static void greet(Group group, int node, long directory) {
    group.step(1, new Input.Greeted(Group.id(node), new IncarnationId(directory)));
  }

  private static void ack(Group group, int node) {
    long last = group.status(1).last().index();
    group.receive(1, new Message.AppendAck(Group.id(node), group.status(1).term(), last, 0));
  }

  private static Seat seat(Group group, int node) {
    return Objects.requireNonNull(group.membership(1).member(Group.id(node))).seat();
  }

  @Test
  void aLearnerWhoseDirectoryNoEntryNamesIsNotPromoted() {
    Group group = of(3);
    group.change(1, new Change.Add(Group.id(4), Seat.LEARNER, Bytes.EMPTY));
    group.beat(1, 1);
    ack(group, 4);

    group.change(1, new Change.Promote(Group.id(4)));
    greet(group, 4, 400);
    group.deliver(); // its name is committed
    ack(group, 4);
    group.change(1, new Change.Promote(Group.id(4)));

    assertThat(group.changes(1).get(1))
        .isEqualTo(new ChangeOutcome.Refused(2, Refusal.NOT_CAUGHT_UP));
    assertThat(seat(group, 4)).isEqualTo(Seat.VOTER);
  }

  @Test
  void aLearnerThatJoinsIsNotPromotedBeforeAnEntryNamesItsDirectory() {
    Group group = of(3);
    group.change(1, new Change.Add(Group.id(4), Seat.JOINING, Bytes.EMPTY));
    group.beat(1, 1);
    for (int i = 0; i < 4; i++) {
      ack(group, 4);
    }
    final Seat nameless = seat(group, 4);

    greet(group, 4, 400);
    group.deliver();
    for (int i = 0; i < 4; i++) {
      ack(group, 4);
    }

    assertThat(nameless).isEqualTo(Seat.JOINING);
    assertThat(seat(group, 4)).isEqualTo(Seat.VOTER);
  }

  /** Nodes 1 and 3 are heard, node 2 is not, and now node 3 speaks with another directory. */
  private static Group withASilentOneAndAStranger() {
    Group group = of(3);
    group.isolate(2);
    group.run(200 * MILLISECOND);
    greet(group, 3, 7);
    return group;
  }

  @Test
  void aLostMemberIsNotTakenBackWhileTheOthersThatAnswerAreNoQuorum() {
    Group group = withASilentOneAndAStranger();

    assertThat(group.status(1).role()).isEqualTo(Status.RoleName.LEADER);
    assertThat(seat(group, 3)).isEqualTo(Seat.VOTER);
    assertThat(group.events(1)).noneMatch(Event.Readmitted.class::isInstance);

    group.receive(1, new Message.AppendAck(Group.id(2), group.status(1).term(), 1, 0));
    assertThat(seat(group, 3)).isEqualTo(Seat.JOINING);
  }

  @Test
  void aVoterThatLostItsDiskKeepsNoQuorumWhenAnotherIsRemoved() {
    Group group = withASilentOneAndAStranger();

    group.change(1, new Change.Remove(Group.id(2)));

    assertThat(group.changes(1)).containsExactly(new ChangeOutcome.Refused(1, Refusal.QUORUM_LOST));
  }

  @Test
  void onlyVotersAreNamedAmongThoseWhoseLossCostsTheQuorum() {
    Group group = of(3);
    group.change(1, new Change.Add(Group.id(4), Seat.LEARNER, Bytes.EMPTY));
    group.deliver();
    greet(group, 4, 400);
    group.beat(1, 2);
    group.isolate(2, 3, 4);
    group.change(1, new Change.Update(Group.id(4), Bytes.utf8("elsewhere"))); // stays open

    greet(group, 2, 7);
    greet(group, 4, 8);
    greet(group, 3, 9);

    List<NodeId> voters = List.of(Group.id(2), Group.id(3));
    assertThat(group.events(1))
        .filteredOn(Event.QuorumLost.class::isInstance)
        .containsExactly(new Event.QuorumLost(voters, group.membership(1)));
  }

  @Test
  void aNewLeaderCountsNobodyAmongTheLivingWhoLostItsDisk() {
    Group group = of(3);
    group.wipe(3);
    group.step(2, new Input.Greeted(Group.id(3), new IncarnationId(301)));
    group.transfer(1, 2);
    group.deliverUntilLeads(2);
    group.dropAll();
    long last = group.status(2).last().index();
    long term = group.status(2).term();
    group.receive(2, new Message.AppendAck(Group.id(1), term, last, 0)); // opens its term

    group.change(2, new Change.Remove(Group.id(1)));

    assertThat(group.status(2).role()).isEqualTo(Status.RoleName.LEADER);
    assertThat(group.changes(2)).containsExactly(new ChangeOutcome.Refused(2, Refusal.QUORUM_LOST));
  }

  @Test
  void theOnlyVoterIsNeverMadeALearner() {
    Group group = of(1);

    greet(group, 1, 7); // somebody uses its id

    assertThat(seat(group, 1)).isEqualTo(Seat.VOTER);
    assertThat(group.status(1).role()).isEqualTo(Status.RoleName.LEADER);
  }
}
