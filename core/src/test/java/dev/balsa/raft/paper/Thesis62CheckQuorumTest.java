package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.ElectionRules;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.Event.StepDown;
import dev.balsa.raft.Group;
import dev.balsa.raft.Message;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Ready.ReadOutcome;
import dev.balsa.raft.Refusal;
import dev.balsa.raft.Status.RoleName;
import java.util.Collections;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A leader that no quorum answers steps down within an election timeout. */
class Thesis62CheckQuorumTest {
  private static final long MILLISECOND = 1_000_000;

  @Test
  @Paper("thesis §6.2")
  void aLeaderThatNoQuorumAnswersStepsDownInItsTerm() {
    Group group = Group.preVoting(3);
    group.elect(1);
    group.isolate(1);
    group.run(299 * MILLISECOND);
    RoleName before = group.status(1).role();

    group.run(MILLISECOND);

    assertThat(before).isEqualTo(RoleName.LEADER);
    assertThat(group.status(1).role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(group.status(1).leader()).isNull();
    assertThat(group.status(1).term()).isEqualTo(1);
    assertThat(group.events(1))
        .contains(
            new Event.SteppedDown(1, StepDown.QUORUM_SILENT), new Event.LeaderChanged(1, null));
  }

  /** A cut that lasts, so that nothing but the rule can end its leadership. */
  @Test
  @Paper("thesis §6.2")
  void withoutTheRuleItGoesOnBelieving() {
    Group group =
        Group.of(
            Collections.nCopies(3, new ElectionRules(true, false, ElectionRules.PRIORITY_MAX)));
    group.elect(1);
    group.isolate(1);

    group.run(3_000 * MILLISECOND);
    Set<Integer> during = Set.copyOf(group.leaders());
    group.heal();
    group.run(3_000 * MILLISECOND);

    assertThat(during).hasSize(2).contains(1);
    assertThat(group.leaders()).hasSize(1).doesNotContain(1);
  }

  @Test
  @Paper("thesis §6.2")
  void readsThatNobodyCanConfirmAreRefusedThen() {
    Group group = Group.preVoting(3);
    group.elect(1);
    group.isolate(1);
    group.read(1);

    group.run(300 * MILLISECOND);

    assertThat(group.reads(1)).containsExactly(new ReadOutcome.Refused(1, Refusal.LEADER_CHANGED));
  }

  @Test
  @Paper("thesis §6.2")
  void aQuorumThatAnswersIsEnough() {
    Group group = Group.preVoting(5);
    group.elect(1);
    group.isolate(4, 5);

    group.run(3000 * MILLISECOND);

    assertThat(group.leaders()).containsExactly(1);
    assertThat(group.status(1).term()).isEqualTo(1);
  }

  @Test
  @Paper("thesis §6.2")
  void oneVoterLessThanAQuorumIsNot() {
    Group group = Group.preVoting(5);
    group.elect(1);
    group.isolate(3, 4, 5);

    group.run(350 * MILLISECOND);

    assertThat(group.leaders()).isEmpty();
  }

  @Test
  @Paper("thesis §6.2")
  void theOnlyVoterIsItsOwnQuorum() {
    Group group = Group.preVoting(1);

    group.run(3000 * MILLISECOND);

    assertThat(group.leaders()).containsExactly(1);
    assertThat(group.status(1).term()).isEqualTo(1);
  }

  @Test
  @Paper("thesis §6.2")
  void aLeaderThatSteppedDownFollowsTheNextAndLeadsAgainOnlyInALaterTerm() {
    Group group = Group.preVoting(3);
    group.elect(1);
    group.isolate(1);
    group.run(1000 * MILLISECOND);
    group.heal();
    group.run(500 * MILLISECOND);

    assertThat(group.leaders()).hasSize(1).doesNotContain(1);
    assertThat(group.status(1).term()).isEqualTo(2);
    assertThat(group.status(1).role()).isEqualTo(RoleName.FOLLOWER);
  }

  @Test
  @Paper("thesis §6.2")
  void atAColdStartNobodyIsForbiddenToVote() {
    Group group = Group.preVoting(3);

    Ready ready = group.receive(2, new Message.Vote(Group.id(1), 1, EntryId.ZERO));

    assertThat(ready.sendDurable())
        .extracting(Ready.Outgoing::message)
        .containsExactly(new Message.VoteReply(Group.id(2), 1, true));
  }

  @Test
  @Paper("thesis §6.2")
  void anyQuorumThatStartsAloneElectsALeader() {
    for (int missing = 1; missing <= 3; missing++) {
      Group group = Group.preVoting(3);
      group.isolate(missing);

      group.run(2000 * MILLISECOND);

      assertThat(group.leaders()).as("without %s", missing).hasSize(1);
    }
  }

  @Test
  @Paper("thesis §6.2")
  void aLeaderThatStoodStillTakesNoOldAnswerForASignOfLife() {
    Group group = Group.preVoting(3);
    group.elect(1);
    group.beat(1, 3);
    group.read(1);
    group.advance(300 * MILLISECOND); // paused, with answers to what it said before in its socket

    group.receive(1, new Message.AppendAck(Group.id(2), 1, 1, 1));

    assertThat(group.status(1).role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(group.events(1)).contains(new Event.SteppedDown(1, StepDown.STOOD_STILL));
    assertThat(group.reads(1)).containsExactly(new ReadOutcome.Refused(1, Refusal.LEADER_CHANGED));
  }

  @Test
  @Paper("thesis §6.2")
  void aLeaderThatStoodStillLeadsAgainIfNobodyElseDoes() {
    Group group = Group.preVoting(3);
    group.elect(1);
    group.beat(1, 3);
    group.isolate(2, 3);
    group.advance(400 * MILLISECOND);
    group.wake(1);
    RoleName after = group.status(1).role();
    group.heal();

    group.run(3_000 * MILLISECOND);
    group.deliver();

    assertThat(after).isEqualTo(RoleName.FOLLOWER);
    assertThat(group.status(1).leader()).isNotNull();
  }

  @Test
  @Paper("thesis §6.2")
  void theOnlyVoterLeadsOnThroughAnyPause() {
    Group group = Group.preVoting(1);
    group.elect(1);

    group.advance(5_000 * MILLISECOND);
    group.propose(1, "a");

    assertThat(group.status(1).role()).isEqualTo(RoleName.LEADER);
    assertThat(group.status(1).commit()).isEqualTo(2);
  }
}
