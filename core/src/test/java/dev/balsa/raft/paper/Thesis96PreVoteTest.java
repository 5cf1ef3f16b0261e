package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Denied;
import dev.balsa.raft.ElectionRules;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.Event.Denial;
import dev.balsa.raft.Group;
import dev.balsa.raft.HardState;
import dev.balsa.raft.Message;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Ready.Outgoing;
import dev.balsa.raft.Status.RoleName;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A node asks whether it could win before it raises its term. */
class Thesis96PreVoteTest {
  private static final long SECOND = 1_000_000_000;

  private static long round(Ready asked) {
    return ((Message.PreVote) asked.sendDurable().getFirst().message()).round();
  }

  private static Message reply(int from, long term, boolean granted, long round) {
    return new Message.PreVoteReply(Group.id(from), term, granted, round);
  }

  @Test
  @Paper("thesis §9.6")
  void silenceMakesANodeAskInItsOwnTermAndChangesNothingDurable() {
    Group group = Group.preVoting(3);

    Ready ready = group.wake(1);

    assertThat(group.status(1).role()).isEqualTo(RoleName.PRE_CANDIDATE);
    assertThat(group.status(1).term()).isZero();
    assertThat(ready.persist()).isNull();
    assertThat(ready.sendDurable())
        .containsExactly(
            new Outgoing(
                Group.id(2), new Message.PreVote(Group.id(1), 0, EntryId.ZERO, round(ready))),
            new Outgoing(
                Group.id(3), new Message.PreVote(Group.id(1), 0, EntryId.ZERO, round(ready))));
  }

  @Test
  @Paper("thesis §9.6")
  void aQuorumThatWouldVoteStartsTheCampaignAndLessDoesNot() {
    Group group = Group.preVoting(5);
    long round = round(group.wake(1));

    group.receive(1, reply(2, 0, true, round));
    group.receive(1, reply(2, 0, true, round));
    group.receive(1, reply(3, 0, false, round));
    RoleName withTwo = group.status(1).role();
    group.receive(1, reply(4, 0, true, round));

    assertThat(withTwo).isEqualTo(RoleName.PRE_CANDIDATE);
    assertThat(group.status(1).role()).isEqualTo(RoleName.CANDIDATE);
    assertThat(group.disk(1).forcedHardState()).isEqualTo(new HardState(1, Group.id(1)));
  }

  @Test
  @Paper("thesis §9.6")
  void anAnswerPromisesNothingSoEverybodyMayGetOne() {
    Group group = Group.preVoting(3);
    long deadline = group.deadline(3);

    Ready first = group.receive(3, new Message.PreVote(Group.id(1), 0, EntryId.ZERO, 7));
    Ready second = group.receive(3, new Message.PreVote(Group.id(2), 0, EntryId.ZERO, 8));

    assertThat(first.persist()).isNull();
    assertThat(second.persist()).isNull();
    assertThat(first.sendDurable())
        .containsExactly(new Outgoing(Group.id(1), reply(3, 0, true, 7)));
    assertThat(second.sendDurable())
        .containsExactly(new Outgoing(Group.id(2), reply(3, 0, true, 8)));
    assertThat(group.deadline(3)).isEqualTo(deadline);
  }

  @Test
  @Paper("thesis §9.6")
  void aShorterLogGetsNoPreVote() {
    Group group = Group.preVoting(3).log(3, 1, 1);

    Ready ready = group.receive(3, new Message.PreVote(Group.id(1), 1, new EntryId(1, 1), 7));

    assertThat(ready.sendDurable())
        .containsExactly(
            new Outgoing(
                Group.id(1),
                new Message.PreVoteReply(
                    Group.id(3),
                    1,
                    false,
                    new Denied(Denial.LOG_BEHIND, new EntryId(1, 2), null),
                    7)));
    assertThat(group.events(3))
        .contains(new Event.PreVoteDenied(Group.id(1), 1, Denial.LOG_BEHIND));
  }

  @Test
  @Paper("thesis §9.6")
  void aDenialTeachesTheHigherTermWithoutWhichNobodyCouldWin() {
    Group group = Group.preVoting(3).logAt(1, 1, 1, 1).logAt(2, 5, 1).logAt(3, 5, 1);

    group.elect(1);
    long taught = group.status(1).term();
    RoleName role = group.status(1).role();
    group.elect(1);

    assertThat(taught).isEqualTo(5);
    assertThat(role).isEqualTo(RoleName.FOLLOWER);
    assertThat(group.leaders()).containsExactly(1);
    assertThat(group.status(1).term()).isEqualTo(6);
  }

  @Test
  @Paper("thesis §9.6")
  void aHigherTermWithAShorterLogDoesNotStopTheLongerLog() {
    Group group = Group.preVoting(3).log(1, 1).log(2, 1).logAt(3, 9);
    group.isolate(2);

    group.run(3 * SECOND);

    assertThat(group.leaders()).containsExactly(1);
    assertThat(group.status(1).term()).isEqualTo(10);
  }

  @Test
  @Paper("thesis §9.6")
  void answersToAnEarlierQuestionCountForNothing() {
    Group group = Group.preVoting(3);
    long earlier = round(group.wake(1));
    group.wake(1);

    group.receive(1, reply(2, 0, true, earlier));
    group.receive(1, reply(3, 0, true, earlier));

    assertThat(group.status(1).role()).isEqualTo(RoleName.PRE_CANDIDATE);
  }

  @Test
  @Paper("thesis §9.6")
  void lateAnswersStartNoSecondCampaign() {
    Group group = Group.preVoting(3);
    long round = round(group.wake(1));
    group.deliver();

    group.receive(1, reply(2, 0, true, round));
    group.receive(1, reply(3, 0, true, round));
    group.receive(1, reply(3, 1, true, round));

    assertThat(group.status(1).role()).isEqualTo(RoleName.LEADER);
    assertThat(group.status(1).term()).isEqualTo(1);
  }

  @Test
  @Paper("thesis §9.6")
  void aNodeThatWasCutOffComesBackWithoutDisturbingTheLeader() {
    Group group = Group.preVoting(3);
    group.elect(1);
    group.isolate(3);
    group.run(5 * SECOND);
    RoleName whileCutOff = group.status(3).role();
    long term = group.status(3).term();

    group.heal();
    group.run(SECOND);

    assertThat(whileCutOff).isEqualTo(RoleName.PRE_CANDIDATE);
    assertThat(term).isEqualTo(1);
    assertThat(group.leaders()).containsExactly(1);
    assertThat(group.status(3).leader()).isEqualTo(Group.id(1));
    assertThat(group.status(1).term()).isEqualTo(1);
  }

  @Test
  @Paper("thesis §9.6")
  void theOnlyVoterNeedsToAskNobody() {
    Group group = Group.preVoting(1);

    group.wake(1);

    assertThat(group.leaders()).containsExactly(1);
    assertThat(group.status(1).term()).isEqualTo(1);
  }

  /** A node's term and the terms of its entries. */
  private record Past(long term, List<Long> log) {}

  private static final List<Past> PASTS =
      List.of(
          new Past(1, List.of(1L)),
          new Past(1, List.of(1L, 1L)),
          new Past(4, List.of(1L)),
          new Past(4, List.of(1L, 3L)),
          new Past(6, List.of()));

  /** Every mix of the setting, every skew of terms and logs: somebody leads, and terms rest. */
  @Test
  @Paper("thesis §9.6")
  @Tag("exploration")
  void noMixOfTheSettingAndNoSkewOfTermsAndLogsLeavesAGroupWithoutALeader() {
    int groups = 0;
    for (int mix = 0; mix < 8; mix++) {
      List<ElectionRules> rules = new ArrayList<>();
      for (int node = 0; node < 3; node++) {
        rules.add(((mix >> node) & 1) == 0 ? ElectionRules.DEFAULT : Group.AT_ONCE);
      }
      for (int skew = 0; skew < 125; skew++) {
        Group group = Group.of(rules);
        int rest = skew;
        for (int node = 1; node <= 3; node++) {
          Past past = PASTS.get(rest % 5);
          group.logAt(node, past.term(), past.log().stream().mapToLong(Long::longValue).toArray());
          rest /= 5;
        }
        group.run(3 * SECOND);
        List<Integer> leaders = group.leaders();
        long term = group.status(1).term();
        group.run(SECOND);

        assertThat(leaders).as("mix %s, skew %s", mix, skew).hasSize(1);
        assertThat(group.leaders()).as("mix %s, skew %s", mix, skew).isEqualTo(leaders);
        assertThat(List.of(group.status(1).term(), group.status(2).term(), group.status(3).term()))
            .as("mix %s, skew %s", mix, skew)
            .containsOnly(term);
        groups++;
      }
    }
    assertThat(groups).isEqualTo(1000);
  }
}
