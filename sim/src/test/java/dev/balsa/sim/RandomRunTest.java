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
    assertThat(campaign.failures()).as("./balsa sim replay SEED --disk memory").isEmpty();
    assertThat(figures.faults()).hasSize(19);
    assertThat(figures.faultsAnHour()).isGreaterThan(500);
    assertThat(figures.commits()).isGreaterThan(SEEDS * 50L);
    assertThat(figures.reads()).isGreaterThan(SEEDS * 10L);
    assertThat(figures.elections()).isGreaterThan(SEEDS * 5L);
    assertThat(figures.transfers()).isGreaterThan(SEEDS);
    assertThat(figures.snapshots()).isGreaterThan(SEEDS * 10L);
    assertThat(figures.installs()).isGreaterThan(SEEDS / 2L);
    assertThat(figures.changes()).isGreaterThan(SEEDS);
    assertThat(figures.joint()).isGreaterThan(SEEDS / 10L);
    assertThat(figures.promotions()).isGreaterThan(SEEDS / 3L);
    assertThat(figures.rolledBack()).isGreaterThan(SEEDS / 100L);
    assertThat(figures.leadersRemoved()).isGreaterThan(SEEDS / 6L);
    assertThat(figures.refusedStarts()).isGreaterThan(SEEDS / 4L);
    assertThat(figures.returned()).isGreaterThan(SEEDS / 4L);
    assertThat(figures.stranded()).isLessThan(SEEDS / 20L);
    assertThat(figures.judged()).isEqualTo(figures.reads() + figures.writes());
  }
}
