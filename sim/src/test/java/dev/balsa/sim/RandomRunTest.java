package dev.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Whole clusters on memory disks under random faults, judged after every event. */
class RandomRunTest {
  private static final int SEEDS = 400;

  @Test
  void noSeedBreaksAPromiseAndEveryClusterRecovers() {
    Campaign<Long, Registers> campaign = new Campaign<>(RegisterLoad::new, Hosting.IN_MEMORY);

    campaign.run(1, SEEDS, () -> true);

    Figures figures = campaign.figures();
    System.out.println("random runs, memory disks: " + figures);
    assertThat(campaign.failures()).isEmpty();
    assertThat(figures.faultCount()).isGreaterThan(SEEDS * 10L);
    assertThat(figures.faults()).hasSize(12);
    assertThat(figures.commits()).isGreaterThan(SEEDS * 50L);
    assertThat(figures.reads()).isGreaterThan(SEEDS * 10L);
    assertThat(figures.elections()).isGreaterThan(SEEDS * 2L);
    assertThat(figures.judged()).isEqualTo(figures.reads() + figures.writes());
  }
}
