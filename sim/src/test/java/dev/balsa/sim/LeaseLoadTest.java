package dev.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.LeaseRules;
import dev.balsa.raft.NodeId;
import dev.balsa.sim.Plan.ClientPlan;
import dev.balsa.sim.Plan.TimedFault;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Reads that rest on a lease are linearizable as long as the clocks keep what was stated. */
class LeaseLoadTest {
  private static final int SEEDS = 80;
  private static final long SECOND = 1_000_000_000;

  /** The fastest clock of a world, at twice the true rate, beside the slowest, at half of it. */
  private static final int DRIFT_PER_MILLE = 3000;

  @Test
  void clocksOfHalfToTwiceTheRateBreakNoLeaseThatAllowsForThem() {
    Campaign<Long, Registers> campaign =
        campaign(LeaseRules.within(DRIFT_PER_MILLE), LeaseLoadTest::keepsRates, SEEDS);

    System.out.println("leases, wide bound: " + campaign.figures());
    assertThat(campaign.failures()).isEmpty();
    assertThat(campaign.figures().faults().get("rate")).isPositive();
    assertThat(campaign.figures().leaseReads()).isGreaterThan(SEEDS * 3L);
  }

  @Test
  void trueClocksBreakNoLeaseThatAllowsForNoDrift() {
    Campaign<Long, Registers> campaign =
        campaign(LeaseRules.within(0), LeaseLoadTest::keepsTime, SEEDS);

    System.out.println("leases, true clocks: " + campaign.figures());
    assertThat(campaign.failures()).isEmpty();
    assertThat(campaign.figures().leaseReads()).isGreaterThan(SEEDS * 10L);
  }

  @Test
  void theSameClocksBreakALeaseThatDoesNotAllowForThemAndAreFoundOut() {
    Campaign<Long, Registers> narrow =
        new Campaign<>(() -> new RegisterLoad(LeaseRules.within(0)), Hosting.IN_MEMORY);
    Campaign<Long, Registers> wide =
        new Campaign<>(
            () -> new RegisterLoad(LeaseRules.within(DRIFT_PER_MILLE)), Hosting.IN_MEMORY);

    for (long seed = 1; seed <= 20; seed++) {
      Plan plan = slowLeaders(seed);
      narrow.run(plan);
      wide.run(plan);
    }

    System.out.println(
        "leases, clocks apart: of 20 seeds found out with a bound of 0: "
            + narrow.failures().size()
            + ", with the true bound: "
            + wide.failures().size());
    assertThat(narrow.failures()).isNotEmpty();
    assertThat(narrow.failures().getFirst().reason())
        .containsPattern("a read asked after |reads at .* were committed when it was asked");
    assertThat(wide.failures()).isEmpty();
  }

  /** One node after the other has the slow clock and is cut off, leader or not. */
  private static Plan slowLeaders(long seed) {
    List<TimedFault> faults = new ArrayList<>();
    for (int round = 0; round < 12; round++) {
      long at = SECOND * (3 * round + 1);
      for (int node = 1; node <= 3; node++) {
        int rate = node == 1 + round % 3 ? 500 : 2000;
        faults.add(new TimedFault(at, new Fault.Rate(new NodeId(node), rate)));
      }
      List<NodeId> slow = List.of(new NodeId(1 + round % 3));
      faults.add(new TimedFault(at + SECOND, new Fault.Split(slow)));
      faults.add(new TimedFault(at + 5 * SECOND / 2, new Fault.Mend()));
    }
    List<ClientPlan> clients = new ArrayList<>();
    for (int client = 1; client <= 4; client++) {
      clients.add(new ClientPlan(client, SECOND / 50, Long.MAX_VALUE));
    }
    return new Plan(
        seed,
        3,
        40 * SECOND,
        Plan.Timing.ETCD,
        Plan.Window.DEFAULT,
        Plan.Host.TURNS,
        Weather.FAIR,
        clients,
        faults);
  }

  private static Campaign<Long, Registers> campaign(
      LeaseRules lease, Predicate<Fault> kept, int seeds) {
    Campaign<Long, Registers> campaign =
        new Campaign<>(() -> new RegisterLoad(lease), Hosting.IN_MEMORY);
    for (long seed = 1; seed <= seeds; seed++) {
      Plan plan = Plan.draw(seed);
      List<TimedFault> faults =
          plan.faults().stream().filter(fault -> kept.test(fault.fault())).toList();
      campaign.run(plan.withFaults(faults));
    }
    return campaign;
  }

  private static boolean keepsRates(Fault fault) {
    return !(fault instanceof Fault.Freeze || fault instanceof Fault.Jump);
  }

  private static boolean keepsTime(Fault fault) {
    return keepsRates(fault) && !(fault instanceof Fault.Rate);
  }
}
