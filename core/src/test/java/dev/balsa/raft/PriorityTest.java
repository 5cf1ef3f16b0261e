package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Preferred nodes are first, and nobody waits for them for ever. */
class PriorityTest {
  private static final long MILLISECOND = 1_000_000;

  private static ElectionRules priority(int priority) {
    return new ElectionRules(true, true, priority);
  }

  @Test
  void eachStepDownWaitsByTheWholeWidthOfTheRangeLonger() {
    Group group =
        Group.of(List.of(priority(4), priority(3), priority(2), priority(1), priority(0)));

    for (int node = 1; node <= 5; node++) {
      long extra = (node - 1L) * 150 * MILLISECOND;
      assertThat(group.deadline(node))
          .as("node %s", node)
          .isBetween(150 * MILLISECOND + extra, 300 * MILLISECOND + extra - 1);
    }
  }

  @Test
  void thePreferredNodeLeadsAfterAColdStart() {
    Group group = Group.of(List.of(priority(1), priority(3), priority(2)));

    group.run(1000 * MILLISECOND);

    assertThat(group.leaders()).containsExactly(2);
    assertThat(group.status(1).term()).isEqualTo(1);
  }

  @Test
  void whenThePreferredNodeIsDeadTheOthersWaitOnceOnly() {
    Group group = Group.of(List.of(priority(4), priority(0), priority(1)));
    group.isolate(1);

    group.run((300 + 3 * 150) * MILLISECOND);

    assertThat(group.leaders()).containsExactly(3);
  }

  @Test
  void eachElectionWithoutALeaderTakesOneStepOffTheWait() {
    Group group = Group.of(List.of(priority(0), priority(4), priority(4)));
    group.isolate(1);
    for (int failed = 1; failed <= 6; failed++) {
      group.wake(1);
      long extra = Math.max(0, 4L - failed) * 150 * MILLISECOND;

      assertThat(group.deadline(1) - group.now())
          .as("after %s", failed)
          .isBetween(150 * MILLISECOND + extra, 300 * MILLISECOND + extra - 1);
    }
  }

  @Test
  void aLeaderHeardBringsTheWaitBack() {
    Group group = Group.of(List.of(priority(0), priority(4), priority(4)));
    group.wake(1);
    group.wake(1);
    group.dropAll();

    group.receive(
        1, new Message.Append(Group.id(2), 1, new LogSlice(EntryId.ZERO, List.of()), 0, 0));
    group.receive(
        1, new Message.Append(Group.id(2), 1, new LogSlice(EntryId.ZERO, List.of()), 0, 0));

    assertThat(group.deadline(1) - group.now()).isGreaterThanOrEqualTo(750 * MILLISECOND);
  }

  @Test
  void anotherPriorityIsRefused() {
    assertThatThrownBy(() -> priority(5)).hasMessage("priority is 5, must be from 0 to 4");
    assertThatThrownBy(() -> priority(-1)).hasMessage("priority is -1, must be from 0 to 4");
  }
}
