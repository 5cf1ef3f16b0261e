package dev.balsa.bench.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final String TEXT =
      """
      # TYPE forces_count counter
      forces_count_other 3
      forces_count{disk="a"} 4
      forces_count 1.5e+06
      """;

  @Test
  void valueIsThatOfTheExactName() {
    assertThat(Metrics.value(TEXT, "forces_count")).hasValue(1_500_000);
  }

  @Test
  void metricThatOnlyBeginsLikeItIsAnother() {
    assertThat(Metrics.value(TEXT, "forces")).isEmpty();
  }
}
