package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.sim.Scope;
import org.junit.jupiter.api.Test;

class SimCommandTest {
  @Test
  void exploreTellsTheFiguresOfEachScope() {
    Run run = Run.of("sim", "explore", "--states", "1000");

    assertThat(run.code()).as(run.err()).isEqualTo(0);
    for (Scope scope : Scope.ALL) {
      assertThat(run.out()).containsPattern("(?m)^" + scope.name() + ": \\d+ states, \\d+ steps");
    }
    assertThat(run.out()).contains("states a second");
  }

  @Test
  void museumPrintsItsTable() {
    Run run = Run.of("sim", "museum");

    assertThat(run.code()).isEqualTo(0);
    assertThat(run.out()).contains("| C1 | ").contains("paper figure 8");
  }
}
