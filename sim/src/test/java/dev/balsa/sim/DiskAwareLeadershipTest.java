package dev.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.NodeId;
import dev.balsa.raft.Status;
import dev.balsa.raft.Status.RoleName;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A leader whose disk or process stands still is replaced, and takes part again by itself. */
class DiskAwareLeadershipTest {
  private static final long MILLISECOND = 1_000_000;
  private static final long CALM = 2_000 * MILLISECOND;
  private static final long TIMEOUT = 300 * MILLISECOND;
  private static final int SEEDS = 20;

  enum Standstill {
    HUNG_FORCE,
    PAUSE;

    Fault fault() {
      return switch (this) {
        case HUNG_FORCE -> new Fault.Hang(Fault.LEADER, 10 * TIMEOUT);
        case PAUSE -> new Fault.Pause(Fault.LEADER, 10 * TIMEOUT);
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Standstill.class)
  void anotherLeadsWithinThreeElectionTimeoutsAndTheFormerOneComesBack(Standstill standstill) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      World<Long, Registers> world = world(seed, standstill.fault());
      world.begin();
      world.advance(CALM - 1);
      NodeId former = leader(world);

      world.advance(CALM + 3 * TIMEOUT + 100 * MILLISECOND);
      NodeId next = leader(world);
      world.run();

      assertThat(next).as("seed %s, after %s", seed, former).isNotEqualTo(former);
      assertThat(world.statuses())
          .as("seed %s", seed)
          .hasSize(3)
          .allMatch(status -> status.commit() == world.statuses().getFirst().commit());
    }
  }

  /** The leader of the latest term. */
  private static NodeId leader(World<Long, Registers> world) {
    return world.statuses().stream()
        .filter(status -> status.role() == RoleName.LEADER)
        .max((one, other) -> Long.compare(one.term(), other.term()))
        .map(Status::self)
        .orElseThrow();
  }

  private static World<Long, Registers> world(long seed, Fault fault) {
    Plan plan =
        new Plan(
            seed,
            3,
            CALM + 20 * TIMEOUT,
            Plan.Timing.PAPER,
            Plan.Window.DEFAULT,
            Plan.Host.TURNS,
            Weather.FAIR,
            List.of(new Plan.ClientPlan(1, 20 * MILLISECOND, Long.MAX_VALUE)),
            List.of(new Plan.TimedFault(CALM, fault)));
    return new World<>(plan, new RegisterLoad(), Hosting.IN_MEMORY);
  }
}
