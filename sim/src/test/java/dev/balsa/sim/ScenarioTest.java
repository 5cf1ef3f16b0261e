package dev.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ScenarioTest {
  @Test
  void everyDrawnPlanReadsBackAsItWas() {
    for (long seed = 1; seed <= 300; seed++) {
      Plan plan = Plan.draw(seed);

      assertThat(Scenario.parse("# found by chance\n\n" + Scenario.text(plan))).isEqualTo(plan);
    }
  }

  @Test
  void aWrongLineIsNamed() {
    String text = Scenario.text(Plan.draw(1));

    assertThatThrownBy(() -> Scenario.parse(text + "at 5 earthquake 1\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("scenario line 'at 5 earthquake 1' names no fault");
    assertThatThrownBy(() -> Scenario.parse(text.replaceFirst("nodes \\d+", "nodes many")))
        .hasMessage("scenario line 'nodes many' has no number at place 1");
    assertThatThrownBy(() -> Scenario.parse("seed 1\n"))
        .hasMessage("scenario line 'the end' stands where 'nodes' and its values belong");
  }

  @Test
  void whatNoPlanCanHoldIsNamedBeforeItRuns() {
    Plan plan = Plan.draw(1);
    String text = Scenario.text(plan);
    String node = Integer.toHexString(plan.machines() + 1);

    assertThatThrownBy(() -> Scenario.parse(text + "at 5 kill " + node + " 1\n"))
        .hasMessage(
            "scenario line 'at 5 kill %s 1' has no node at place 3, there are 1 to %x"
                .formatted(node, plan.machines()));
    assertThatThrownBy(() -> Scenario.parse(text + "at -5 kill 1 1\n"))
        .hasMessage("scenario line 'at -5 kill 1 1' has a number below 0 at place 1");
    assertThatThrownBy(() -> Scenario.parse(text + "at 5 rate 1 4294967297\n"))
        .hasMessageEndingWith("has too great a number at place 4");
    assertThatThrownBy(() -> Scenario.parse(text.replaceFirst("client 1 \\d+", "client 1 0")))
        .hasMessageContaining("has a client that asks without end, at place 2");
    assertThatThrownBy(() -> Scenario.parse(text.replaceFirst("nodes \\d+", "nodes 10")))
        .hasMessage("a plan has 10 nodes, must be in 1..9");
  }
}
