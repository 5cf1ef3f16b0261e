package dev.balsa.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.sim.Campaign;
import dev.balsa.sim.Figures;
import dev.balsa.sim.Plan;
import dev.balsa.sim.RegisterLoad;
import dev.balsa.sim.Registers;
import dev.balsa.sim.World;
import org.junit.jupiter.api.Test;

/** Clusters of whole nodes, real logs on simulated disks, judged after every event. */
class WholeNodesTest {
  private static final int SEEDS = 400;

  @Test
  void noSeedOfThisCommitBreaksAPromise() {
    long first = CommitSeeds.first();
    Campaign<Long, Registers> campaign = new Campaign<>(RegisterLoad::new, WholeNodes.HOSTING);

    campaign.run(first, SEEDS, () -> true);

    Figures figures = campaign.figures();
    System.out.println("whole nodes, seeds from " + first + ": " + figures);
    assertThat(campaign.failures().stream().map(Replay::line)).isEmpty();
    assertThat(figures.seeds()).isEqualTo(SEEDS);
    assertThat(figures.faultCount() * 3.6e12 / figures.nanos())
        .as("faults an hour")
        .isGreaterThan(500);
    assertThat(figures.judged()).isEqualTo(figures.reads() + figures.writes());
  }

  /** Seeds that broke a promise once. */
  @Test
  void noSeedThatFailedBeforeFailsAgain() {
    Campaign<Long, Registers> campaign = new Campaign<>(RegisterLoad::new, WholeNodes.HOSTING);

    for (long seed : new long[] {63, 244, 1079, 1096, 1165}) {
      campaign.run(Plan.draw(seed));
      campaign.run(Plan.draw(seed, 3));
    }

    assertThat(campaign.failures()).isEmpty();
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    for (long seed = 1; seed <= 5; seed++) {
      assertThat(hash(seed)).as("seed %s", seed).isEqualTo(hash(seed));
    }
  }

  private static long hash(long seed) {
    World<Long, Registers> world =
        new World<>(Plan.draw(seed), new RegisterLoad(), WholeNodes.HOSTING);
    world.run();
    return world.hash();
  }
}
