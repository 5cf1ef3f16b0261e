package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Event.StepDown;
import dev.balsa.raft.Ready.ProposalOutcome;
import dev.balsa.raft.Ready.ReadOutcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Groups with nothing to do fall silent, and are there at once when there is something. */
class SilenceTest {
  private static final long MILLISECOND = 1_000_000;
  private static final long SECOND = 1_000 * MILLISECOND;
  private static final long HOUR = 3_600 * SECOND;

  private final Group group =
      Group.preVoting(3).tune(config -> config.withRestAfter(200 * MILLISECOND));

  private void fallSilent() {
    group.elect(1);
    group.propose(1, "a");
    group.run(SECOND);
  }

  private List<Boolean> changes(int node) {
    return group.events(node).stream()
        .filter(Event.SleepChanged.class::isInstance)
        .map(event -> ((Event.SleepChanged) event).asleep())
        .toList();
  }

  @Test
  void anIdleGroupSendsNothingAndHasNoTimerForHours() {
    fallSilent();
    int before = group.events(1).size() + group.events(2).size() + group.events(3).size();

    group.run(10 * HOUR);

    assertThat(List.of(group.deadline(1), group.deadline(2), group.deadline(3)))
        .containsOnly(Long.MAX_VALUE);
    assertThat(group.queue()).isEmpty();
    assertThat(group.events(1).size() + group.events(2).size() + group.events(3).size())
        .isEqualTo(before);
    assertThat(group.leaders()).containsExactly(1);
    assertThat(changes(2)).containsExactly(true);
  }

  @Test
  void aCommandAfterHoursIsCommittedWithoutAnElectionAndAllFallSilentAgain() {
    fallSilent();
    group.run(HOUR);

    group.propose(1, "b");
    group.deliver();

    assertThat(group.applied(1)).contains("b");
    group.run(SECOND);
    assertThat(group.applied(3)).contains("b");
    assertThat(group.status(1).term()).isEqualTo(1);
    assertThat(changes(1)).containsExactly(true, false, true);
    assertThat(changes(3)).containsExactly(true, false, true);
  }

  @Test
  void aFollowersClientWakesTheLeader() {
    fallSilent();
    group.run(HOUR);

    group.propose(2, "c");
    assertThat(group.deadline(2)).isGreaterThanOrEqualTo(group.now() + 150 * MILLISECOND);
    group.run(100 * MILLISECOND);
    group.read(3);
    group.run(100 * MILLISECOND);

    assertThat(group.proposals(2).getLast()).isInstanceOf(ProposalOutcome.Accepted.class);
    assertThat(group.applied(1)).contains("c");
    assertThat(group.reads(3).getLast()).isInstanceOf(ReadOutcome.Confirmed.class);
    assertThat(group.status(3).term()).isEqualTo(1);
  }

  @Test
  void aLeaderThatDiesAsleepIsReplacedOnceItsConnectionIsMissed() {
    fallSilent();
    group.run(HOUR);
    group.isolate(1);

    group.step(2, new Input.Unreachable(Group.id(1)));
    group.step(3, new Input.Unreachable(Group.id(1)));
    group.run(SECOND);

    assertThat(group.leaders()).containsAnyOf(2, 3);
    assertThat(group.status(2).term()).isGreaterThan(1);
  }

  @Test
  void oneFollowerThatMissesTheLeaderIsEnoughToReplaceIt() {
    fallSilent();
    group.run(HOUR);
    group.isolate(1);

    group.step(3, new Input.Unreachable(Group.id(1)));
    group.run(SECOND);

    assertThat(group.leaders()).contains(3);
  }

  @Test
  void aSleepingLeaderThatWasReplacedStepsDownAndServesNoRead() {
    fallSilent();
    group.isolate(1);
    group.step(3, new Input.Unreachable(Group.id(1)));
    group.run(SECOND);
    group.propose(3, "new");
    group.run(SECOND);

    group.read(1);
    group.run(SECOND);

    assertThat(group.reads(1).getLast()).isInstanceOf(ReadOutcome.Refused.class);
    assertThat(group.events(1)).contains(new Event.SteppedDown(1, StepDown.QUORUM_SILENT));
  }

  @Test
  void withOneFollowerAwayTheOthersStayAwake() {
    group.isolate(3);
    fallSilent();

    group.run(10 * SECOND);

    assertThat(changes(1)).isEmpty();
    assertThat(group.leaders()).containsExactly(1);
    assertThat(group.status(2).term()).isEqualTo(1);
    assertThat(group.status(2).leader()).isEqualTo(Group.id(1));
  }

  @Test
  void aLostAnswerToTheQuestionWakesThoseWhoSleep() {
    group.elect(1);
    group.propose(1, "a");
    group.run(190 * MILLISECOND);
    group.links((from, to) -> !(from == 3 && to == 1));
    group.run(100 * MILLISECOND);
    group.heal();
    group.run(SECOND);

    assertThat(group.status(1).term()).isEqualTo(1);
    assertThat(changes(1)).containsExactly(true);
    group.run(HOUR);
    assertThat(group.deadline(3)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aLeaderWhosePeerIsMissedSpeaksAgain() {
    fallSilent();
    group.isolate(3);

    group.step(1, new Input.Unreachable(Group.id(3)));
    group.run(10 * SECOND);

    assertThat(changes(1)).containsExactly(true, false);
    assertThat(group.deadline(1)).isLessThan(group.now() + SECOND);
    assertThat(group.leaders()).containsExactly(1);
  }

  @Test
  void aLateAnswerChangesNothingForALeaderThatSteppedDown() {
    group.elect(1);
    group.isolate(1);
    group.run(300 * MILLISECOND);

    group.receive(1, new Message.Quiet(Group.id(2), 1, group.status(1).last(), 1, true));

    assertThat(group.status(1).leader()).isNull();
    assertThat(group.deadline(1)).isLessThan(Long.MAX_VALUE);
  }

  @Test
  void withLeasesNobodySleeps() {
    Group leasing =
        Group.preVoting(3).leasing(1).tune(config -> config.withRestAfter(200 * MILLISECOND));
    leasing.elect(1);

    leasing.run(10 * SECOND);

    assertThat(leasing.events(1)).noneMatch(Event.SleepChanged.class::isInstance);
    assertThat(leasing.deadline(1)).isLessThan(Long.MAX_VALUE);
  }

  @Test
  void whoIsNotToldToRestNeverDoes() {
    Group plain = Group.preVoting(3);
    plain.elect(1);

    plain.run(60 * SECOND);
    plain.receive(2, new Message.Quiet(Group.id(1), 1, plain.status(2).last(), 1, false));

    assertThat(plain.deadline(2)).isLessThan(Long.MAX_VALUE);
  }

  @Test
  void aNewLeaderBringsUnrestForAsLongAsAnything() {
    group.advance(10 * SECOND);
    group.wake(1);
    group.deliverUntilLeads(1);
    group.dropAll(); // the other's vote, too, would be news
    long elected = group.now();

    List<Message> asked = new ArrayList<>();
    while (group.now() < elected + 199 * MILLISECOND && !group.raft(1).isAsleep()) {
      group.queue().forEach(outgoing -> asked.add(outgoing.message()));
      group.deliver();
      group.wake(1);
    }

    assertThat(asked).isNotEmpty().noneMatch(Message.Quiet.class::isInstance);
    group.run(SECOND);
    assertThat(changes(1)).containsExactly(true);
  }

  @Test
  void nobodyIsToldToRestWhileAReadWaits() {
    Group quick = Group.preVoting(3).tune(config -> config.withRestAfter(60 * MILLISECOND));
    quick.elect(1);
    quick.beat(1, 1);
    quick.read(1);
    quick.dropAll();

    for (int beat = 0; beat < 4; beat++) {
      quick.wake(1);
      assertThat(quick.queue())
          .isNotEmpty()
          .noneMatch(outgoing -> outgoing.message() instanceof Message.Quiet);
      quick.dropAll();
    }
    quick.wake(1);
    quick.deliver();
    assertThat(quick.reads(1).getLast()).isInstanceOf(ReadOutcome.Confirmed.class);
  }

  @Test
  void aNodeSaysWhetherItSleeps() {
    group.elect(1);
    boolean before = group.raft(1).isAsleep() || group.raft(2).isAsleep();

    fallSilent();

    assertThat(before).isFalse();
    assertThat(group.raft(1).isAsleep()).isTrue();
    assertThat(group.raft(2).isAsleep()).isTrue();
  }

  /** Lets time pass until the leader asks, with all else delivered. */
  private void runUntilAsked() {
    group.deliver();
    for (int wakes = 0; wakes < 100 && !isAsking(); wakes++) {
      group.deliver();
      group.wake(1);
    }
  }

  private boolean isAsking() {
    return group.queue().stream().anyMatch(it -> it.message() instanceof Message.Quiet);
  }

  @Test
  void whoSleepsIsWokenWhenAnotherDoesNotAnswer() {
    group.elect(1);
    runUntilAsked();
    group.links((from, to) -> !(from == 3 && to == 1));

    group.run(60 * MILLISECOND);

    assertThat(changes(2)).containsExactly(true, false);
    assertThat(group.deadline(2)).isLessThan(Long.MAX_VALUE);
  }

  @Test
  void anAnswerToAQuestionOfBeforeDoesNotCount() {
    group.elect(1);
    runUntilAsked();
    group.links((from, to) -> !(from == 3 && to == 1));
    group.run(60 * MILLISECOND);
    group.heal();
    runUntilAsked();
    group.links((from, to) -> !(from == 2 && to == 1));
    group.deliver();

    assertThat(group.raft(3).isAsleep()).isTrue();
    assertThat(group.raft(1).isAsleep()).isFalse();
  }

  @Test
  void aRequestPutsTheSilenceOff() {
    group.elect(1);
    group.run(150 * MILLISECOND);
    group.read(1);
    long asked = group.now();

    runUntilAsked();

    assertThat(group.now()).isBetween(asked + 200 * MILLISECOND, asked + 300 * MILLISECOND);
  }
}
