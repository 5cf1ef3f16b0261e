package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.Event;
import dev.balsa.raft.Group;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Seat;
import dev.balsa.raft.Status.RoleName;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any number of voters at once, by two majorities (paper §6, thesis §4.3). */
class Thesis43JointTest {
  private static List<NodeId> ids(long... nodes) {
    return LongStream.of(nodes).mapToObj(NodeId::new).toList();
  }

  private static Group of(int size) {
    Group group = Group.of(size);
    group.elect(1);
    group.beat(1, 1);
    return group;
  }

  /** {1 2 3} asks for {1 4 5}. */
  private static Group replacing() {
    Group group = of(3).join(4).join(5);
    group.change(1, learner(4), learner(5));
    group.beat(1, 3);
    return group;
  }

  private static Change learner(int node) {
    return new Change.Add(Group.id(node), Seat.LEARNER, Bytes.EMPTY);
  }

  private static void replace(Group group, int leader) {
    group.change(
        leader,
        new Change.Remove(Group.id(2)),
        new Change.Remove(Group.id(3)),
        new Change.Promote(Group.id(4)),
        new Change.Promote(Group.id(5)));
  }

  private static long configurations(Group group, int node) {
    return group.disk(node).log().stream()
        .filter(entry -> entry.payload() instanceof Payload.Configuration)
        .count();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  @Paper("thesis §4.3")
  void aJointPhaseNeedsBothMajorities(int silent) {
    Group group = replacing();
    replace(group, 1);
    group.isolate(silent, silent + 1);
    group.beat(1, 3);
    boolean joint = group.membership(1).isJoint();
    long without = group.status(1).commit();

    group.heal();
    group.beat(1, 3);

    assertThat(joint).isTrue();
    assertThat(without).isEqualTo(2);
    assertThat(group.membership(1).voters()).isEqualTo(ids(1, 4, 5));
    assertThat(group.membership(1).isJoint()).isFalse();
    assertThat(group.status(1).commit()).isEqualTo(4);
  }

  @Test
  @Paper("thesis §4.3")
  void anElectionInAJointPhaseNeedsBothMajorities() {
    Group group = replacing();
    group.isolate(2, 3);
    replace(group, 1);
    group.beat(1, 3);
    group.crash(1);
    group.isolate(1);

    group.elect(4); // with 5 it has 2 of {1 4 5}, and none of {1 2 3}
    RoleName alone = group.status(4).role();
    group.heal();
    group.isolate(1);
    group.elect(4);

    assertThat(alone).isNotEqualTo(RoleName.LEADER);
    assertThat(group.status(4).role()).isEqualTo(RoleName.LEADER);
  }

  @Test
  @Paper("thesis §4.3")
  void theJointPhaseIsLeftOnceAndByItself() {
    Group group = replacing();

    replace(group, 1);
    group.beat(1, 5);

    assertThat(configurations(group, 1)).isEqualTo(4); // founding, learners, joint, left
    assertThat(configurations(group, 4)).isEqualTo(4);
    assertThat(group.events(1).stream().filter(event -> event instanceof Event.JointLeft))
        .hasSize(1);
    assertThat(group.membership(1).removed()).isEqualTo(ids(2, 3));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 24, 28})
  @Paper("thesis §4.3")
  void aCrashOfTheLeaderAtAnyMessageEndsInAUniformMembership(int messages) {
    Group group = replacing();
    replace(group, 1);
    group.deliver(messages);
    group.crash(1);
    group.dropAll();

    for (int i = 0; i < 8; i++) {
      for (int node = 1; node <= 5; node++) {
        if (group.deadline(node) < Long.MAX_VALUE) {
          group.elect(node);
          group.beat(node, 2);
        }
      }
    }

    NodeId leader = group.status(4).leader();
    assertThat(leader).isNotNull();
    assertThat(group.membership(4).isJoint()).isFalse();
    assertThat(group.membership(4)).isEqualTo(group.membership(1)).isEqualTo(group.membership(5));
    assertThat(group.membership(4).voters()).isIn(ids(1, 2, 3), ids(1, 4, 5));
  }

  @Test
  @Paper("thesis §4.3")
  void aLeaderThatLeavesWithTheJointPhaseLeadsToItsEnd() {
    Group group = of(3).join(4).join(5);
    group.change(1, learner(4), learner(5));
    group.beat(1, 3);
    group.change(
        1,
        new Change.Demote(Group.id(1)),
        new Change.Promote(Group.id(4)),
        new Change.Promote(Group.id(5)));

    group.beat(1, 2);

    assertThat(group.status(1).role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(group.membership(1).learners()).isEqualTo(ids(1));
    assertThat(group.deadline(1)).isEqualTo(Long.MAX_VALUE);
    group.elect(5);
    assertThat(group.status(5).role()).isEqualTo(RoleName.LEADER);
    assertThat(group.membership(5).voters()).isEqualTo(ids(2, 3, 4, 5));
  }

  @Test
  @Paper("thesis §4.3")
  void aJointPhaseIsFoundAgainAfterACrash() {
    Group group = replacing();
    group.isolate(2, 3, 4, 5);
    replace(group, 1);

    group.crash(1);

    assertThat(group.membership(1).isJoint()).isTrue();
    assertThat(group.membership(1).outgoing()).isEqualTo(ids(1, 2, 3));
    assertThat(group.membership(1).voters()).isEqualTo(ids(1, 4, 5));
  }
}
