package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A group is silent, or about to fall silent, and something breaks: no committed entry is lost, and
 * a leader is there again within a bounded time, counted from when the hosts miss a connection.
 */
class SilenceFaultsTest {
  private static final long MILLISECOND = 1_000_000;
  private static final long SECOND = 1_000 * MILLISECOND;
  private static final long HOUR = 3_600 * SECOND;

  /** Three times the longest election timeout: two elections may fail. */
  private static final long BOUND = 3 * 300 * MILLISECOND;

  private final Group group = silenceable();

  private static Group silenceable() {
    Group made = Group.preVoting(3).tune(config -> config.withRestAfter(200 * MILLISECOND));
    made.elect(1);
    made.propose(1, "a");
    return made;
  }

  private void fallSilent() {
    group.run(SECOND);
    assertThat(isSilent(group)).isTrue();
  }

  private static boolean isSilent(Group group) {
    return group.deadline(1) == Long.MAX_VALUE
        && group.deadline(2) == Long.MAX_VALUE
        && group.deadline(3) == Long.MAX_VALUE;
  }

  /** The hosts of both find that their connection is gone. */
  private static void miss(Group group, int one, int other) {
    group.step(one, new Input.Unreachable(Group.id(other)));
    group.step(other, new Input.Unreachable(Group.id(one)));
  }

  /** Within the bound one node leads all, has all that was committed, and commits more. */
  private static void assertAlive(Group group, String... committed) {
    group.run(BOUND);
    assertThat(group.leaders()).hasSize(1);
    int leader = group.leaders().getFirst();
    group.propose(leader, "after");
    group.run(SECOND);
    List<String> expected = new ArrayList<>(List.of(committed));
    expected.add("after");
    for (int node = 1; node <= 3; node++) {
      assertThat(group.applied(node)).as("node %s", node).containsExactlyElementsOf(expected);
      assertThat(group.status(node).leader()).isEqualTo(Group.id(leader));
    }
    assertThat(isSilent(group)).isTrue();
  }

  @Test
  void theLeaderIsCutOffWhileSilent() {
    fallSilent();
    group.run(HOUR);
    group.isolate(1);
    miss(group, 1, 2);
    miss(group, 1, 3);

    group.propose(1, "lost");
    group.run(BOUND);

    assertThat(group.leaders()).hasSize(1).doesNotContain(1);
    int leader = group.leaders().getFirst();
    group.propose(leader, "b");
    group.run(SECOND);
    assertThat(group.applied(5 - leader)).containsExactly("a", "b");
    group.heal();
    assertAlive(group, "a", "b");
  }

  @Test
  void aCutThatHealsBeforeAnybodyMissesAConnectionIsNotNoticed() {
    fallSilent();

    group.isolate(1, 2, 3);
    group.run(HOUR);
    group.heal();
    group.propose(1, "b");

    assertAlive(group, "a", "b");
    assertThat(group.status(1).term()).isEqualTo(1);
  }

  @Test
  void aCutThatIsMissedByTheLeaderAloneCostsNoTerm() {
    fallSilent();
    group.isolate(3);

    group.step(1, new Input.Unreachable(Group.id(3)));
    group.run(10 * SECOND);
    group.heal();

    assertAlive(group, "a");
    assertThat(group.status(1).term()).isEqualTo(1);
  }

  @Test
  void theLeaderIsKilledWhileSilentAndStaysAway() {
    fallSilent();
    group.run(HOUR);
    group.crash(1);
    group.isolate(1);
    miss(group, 1, 2);
    miss(group, 1, 3);

    group.run(BOUND);

    assertThat(group.leaders()).hasSize(1).doesNotContain(1);
    group.heal();
    assertAlive(group, "a");
  }

  @Test
  void theLeaderIsKilledWhileSilentAndStartsAgainAtOnce() {
    fallSilent();
    group.crash(1);
    miss(group, 1, 2);
    miss(group, 1, 3);

    assertAlive(group, "a");
  }

  @Test
  void allAreKilledWhileSilent() {
    fallSilent();
    for (int node = 1; node <= 3; node++) {
      group.crash(node);
    }

    assertAlive(group, "a");
  }

  /** A frozen node hears and does nothing; its connections need not break. */
  @Test
  void theLeaderIsFrozenForHoursWhileSilent() {
    fallSilent();
    group.isolate(1);
    group.run(5 * HOUR);
    group.heal();

    group.propose(2, "b");

    assertAlive(group, "a", "b");
    assertThat(group.status(1).term()).isEqualTo(1);
  }

  @Test
  void aFollowerIsFrozenWhileSilentAndMissesWork() {
    fallSilent();
    group.isolate(3);
    group.propose(1, "b");
    group.run(10 * SECOND);

    group.heal();

    assertAlive(group, "a", "b");
    assertThat(group.status(1).term()).isEqualTo(1);
  }

  @Test
  void aFrozenFollowerThatWasToldToSleepBeforeAnElectionWakesToTheNewLeader() {
    fallSilent();
    group.isolate(3);
    group.crash(1);
    miss(group, 1, 2);
    group.run(BOUND);
    assertThat(group.leaders()).hasSize(1);
    assertThat(group.deadline(3)).isEqualTo(Long.MAX_VALUE);

    group.heal();

    assertAlive(group, "a");
  }

  /** Its host's new connections tell the leader, which speaks before an election timeout ends. */
  @Test
  void aSilentFollowerThatStartsAgainCostsNoTerm() {
    fallSilent();
    group.crash(3);
    miss(group, 1, 3);

    assertAlive(group, "a");
    assertThat(group.status(1).term()).isEqualTo(1);
  }

  @Test
  void aSilentFollowerThatStartsAgainUnnoticedIsNotWithoutALeaderForLong() {
    fallSilent();
    group.crash(3);
    group.run(300 * MILLISECOND); // its own election timeout

    assertAlive(group, "a");
  }

  /** Every way to lose some of the eight messages from the first question on. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void messagesAreLostAroundTheMomentOfFallingSilent(int quarter) {
    for (int lost = quarter; lost < 256; lost += 4) {
      Group losing = silenceable();
      runUntilAsked(losing);
      int mask = lost;
      int[] seen = {0};
      losing.links((from, to) -> seen[0] >= 8 || (mask >> seen[0]++ & 1) == 0);

      losing.run(SECOND);

      assertThat(losing.leaders()).as("lost %s", lost).hasSize(1);
      assertAlive(losing, "a");
      assertThat(seen[0]).as("messages that could be lost").isEqualTo(8);
    }
  }

  /** Every node, killed after every number of messages that arrived from the first question on. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aNodeIsKilledAroundTheMomentOfFallingSilent(int killed) {
    for (int arrived = 0; arrived <= 4; arrived++) {
      Group losing = silenceable();
      runUntilAsked(losing);
      losing.deliver(arrived);
      losing.crash(killed);
      for (int other = 1; other <= 3; other++) {
        if (other != killed) {
          miss(losing, killed, other);
        }
      }

      assertAlive(losing, "a");
    }
  }

  /** Lets time pass until the leader has asked the others to sleep, and no longer. */
  private static void runUntilAsked(Group group) {
    group.deliver();
    while (group.queue().stream().noneMatch(it -> it.message() instanceof Message.Quiet)) {
      group.deliver();
      group.wake(1);
    }
  }
}
