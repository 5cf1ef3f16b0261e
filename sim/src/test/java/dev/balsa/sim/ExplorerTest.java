package dev.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Everything that can happen to three real cores, near where they begin. */
class ExplorerTest {
  private static final long STATES = 400_000; // in each of five scopes

  @Test
  void noElectionBreaksAPromise() {
    explore(Scope.ELECTIONS);
  }

  @Test
  void noRepairOfALogBreaksAPromise() {
    explore(Scope.LOGS);
  }

  @Test
  void noReadBreaksAPromise() {
    explore(Scope.READS);
  }

  @Test
  void noWriteUnderWayBreaksAPromise() {
    explore(Scope.DISKS);
  }

  @Test
  void noRemovalOfVotersBreaksAPromise() {
    explore(Scope.MEMBERS);
  }

  private static void explore(Scope scope) {
    Findings findings = new Explorer(scope, STATES).run(STATES, () -> true);

    System.out.println("figures: explorer, " + scope.name() + ": " + findings);
    assertThat(findings.broken()).as("%s", findings.trail()).isNull();
    assertThat(findings.states()).isGreaterThanOrEqualTo(STATES);
    assertThat(findings.depth()).isGreaterThanOrEqualTo(8);
  }

  @Test
  void aSmallScopeIsExploredWhole() {
    Scope scope =
        new Scope("small", Plan.Host.TURNS, false, 1, 1, 0, 0, 0, 0, 0, List.of(Scope.EMPTY));

    Findings findings = new Explorer(scope, 10_000).run(10_000, () -> true);
    Findings again = new Explorer(scope, 10_000).run(10_000, () -> true);

    assertThat(findings.isComplete()).isTrue();
    assertThat(findings.states()).isBetween(100L, 5000L);
    assertThat(again).hasToString(findings.toString());
  }

  @Test
  void unlawfulDisksAreFoundWithTheMovesThatShowIt() {
    // A new leader of term 1 will put other entries where the first node has some.
    List<Scope.Disk> disks = List.of(Scope.Disk.of(1, 1, 1, 1), Scope.Disk.EMPTY, Scope.Disk.EMPTY);
    Scope scope =
        new Scope("unlawful", Plan.Host.TURNS, false, 1, 1, 0, 0, 1, 0, 0, List.of(disks));

    Findings findings = new Explorer(scope, 10_000).run(10_000, () -> true);

    assertThat(findings.broken()).contains("log matching");
    assertThat(findings.trail()).isNotEmpty();
  }
}
