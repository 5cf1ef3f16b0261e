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
}
