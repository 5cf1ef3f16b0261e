package dev.balsa.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.sim.Campaign;
import dev.balsa.sim.Campaign.Failure;
import dev.balsa.sim.Figures;
import dev.balsa.sim.Plan;
import dev.balsa.sim.RegisterLoad;
import dev.balsa.sim.Registers;
import dev.balsa.sim.Scenario;
import dev.balsa.sim.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Clusters of whole nodes, real logs and snapshots on simulated disks, judged after every event.
 * The figures that a build must reach are asserted here.
 */
class WholeNodesTest {
  private static final int SEEDS = 2_000;
  private static final int HOURS = 200;
  private static final int FAULTS_AN_HOUR = 500;
  private static final int SPEED = 1_000;

  private static Campaign<Long, Registers> campaign() {
    return new Campaign<>(RegisterLoad::new, WholeNodes.HOSTING);
  }

  @Test
  void noSeedOfThisCommitBreaksAPromise() {
    long first = CommitSeeds.first();
    Campaign<Long, Registers> campaign = campaign();
    CpuTime cpu = CpuTime.start();

    campaign.run(first, SEEDS, () -> true);

    Figures figures = campaign.figures();
    long speed = (long) figures.speed(cpu.nanos());
    System.out.println("whole nodes, seeds from " + first + ": " + figures);
    System.out.printf(
        Locale.ROOT,
        "figures: whole nodes: %d seeds, %d cluster-hours, %d faults an hour, %d times real time"
            + " per core with all checks, %d failures%n",
        figures.seeds(),
        figures.nanos() / 3_600_000_000_000L,
        figures.faultsAnHour(),
        speed,
        campaign.failures().size());
    assertThat(campaign.failures().stream().map(Replay::line)).isEmpty();
    assertThat(figures.seeds()).isEqualTo(SEEDS);
    assertThat(figures.nanos() / 3_600_000_000_000L).as("hours").isGreaterThanOrEqualTo(HOURS);
    assertThat(figures.faultsAnHour()).as("faults an hour").isGreaterThan(FAULTS_AN_HOUR);
    assertThat(speed).as("times real time per core").isGreaterThanOrEqualTo(SPEED);
    assertThat(figures.judged()).isEqualTo(figures.reads() + figures.writes());
    assertThat(figures.faults()).hasSize(19);
    assertThat(figures.installs()).isGreaterThan(SEEDS / 2L);
    assertThat(figures.marks()).isGreaterThan(SEEDS);
    assertThat(figures.resumed()).isGreaterThan(SEEDS);
    assertThat(figures.changes()).isGreaterThan(SEEDS);
    assertThat(figures.joint()).isGreaterThan(SEEDS / 10L);
    assertThat(figures.rolledBack()).isGreaterThan(SEEDS / 50L);
    assertThat(figures.leadersRemoved()).isGreaterThan(SEEDS / 6L);
    assertThat(figures.transfers()).isGreaterThan(SEEDS);
    assertThat(figures.refusedStarts()).isGreaterThan(SEEDS / 4L);
    assertThat(figures.repaired()).isGreaterThan(SEEDS / 10L);
    assertThat(figures.returned()).isGreaterThan(SEEDS / 4L);
    assertThat(figures.stranded()).isLessThan(SEEDS / 50L);
  }

  /** Seeds that broke a promise once, as they were drawn then. */
  @Test
  void noScenarioThatFailedBeforeFailsAgain() throws IOException {
    List<Path> files;
    try (Stream<Path> kept = Files.list(Path.of("src/test/resources/kept"))) {
      files = kept.sorted().toList();
    }
    Campaign<Long, Registers> campaign = campaign();

    for (Path file : files) {
      campaign.run(Scenario.parse(Files.readString(file)));
    }

    assertThat(files).isNotEmpty();
    assertThat(campaign.failures()).isEmpty();
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    for (long seed = 1; seed <= 10; seed++) {
      assertThat(hash(seed)).as("seed %s", seed).isEqualTo(hash(seed));
    }
  }

  private static long hash(long seed) {
    World<Long, Registers> world =
        new World<>(Plan.draw(seed), new RegisterLoad(), WholeNodes.HOSTING);
    world.run();
    return world.hash();
  }

  @Test
  void aFailureNamesTheCommandThatShowsItAgain() {
    Failure failure = new Failure(Plan.draw(17), "a promise was broken");

    assertThat(Replay.line(failure))
        .isEqualTo(
            "seed 17: a promise was broken; ./balsa sim replay 17, or shrink 17,"
                + " or replay 17 --trace 17.trace and open that file in the page (#record)");
    assertThat(Replay.line(failure, " --disk memory"))
        .contains("./balsa sim replay 17 --disk memory, or shrink 17 --disk memory, or replay 17")
        .contains(" --disk memory --trace 17.trace and ");
  }
}
