package dev.balsa.testkit;

import dev.balsa.sim.Campaign;
import dev.balsa.sim.Explorer;
import dev.balsa.sim.Findings;
import dev.balsa.sim.Hosting;
import dev.balsa.sim.Plan;
import dev.balsa.sim.RegisterLoad;
import dev.balsa.sim.Registers;
import dev.balsa.sim.Scope;
import dev.balsa.sim.World;
import dev.balsa.testkit.Museum.Hall;
import java.util.function.BiFunction;

/**
 * Looks for whatever is wrong with the code it is loaded with: at most so many seeds or states in a
 * hall. Returns how many it took, a space, and what a judge said; nothing but the number if nobody
 * objected.
 */
public final class Trial implements BiFunction<String, Integer, String> {
  /** For the class loader that brings the code on trial. */
  public Trial() {}

  @Override
  public String apply(String hall, Integer within) {
    return switch (Hall.valueOf(hall)) {
      case MEMORY -> seeds(Hosting.IN_MEMORY, within);
      case WHOLE -> seeds(WholeNodes.HOSTING, within);
      case ELECTIONS -> states(Scope.ELECTIONS, within);
      case LOGS -> states(Scope.LOGS, within);
      case READS -> states(Scope.READS, within);
      case DISKS -> states(Scope.DISKS, within);
      case MEMBERS -> states(Scope.MEMBERS, within);
      case TWICE -> twice(within);
    };
  }

  private static String seeds(Hosting hosting, int within) {
    Campaign<Long, Registers> campaign = new Campaign<>(RegisterLoad::new, hosting);
    campaign.run(1, within, () -> campaign.failures().isEmpty());
    String count = Long.toString(campaign.figures().seeds());
    return campaign.failures().isEmpty()
        ? count
        : count + " " + campaign.failures().getFirst().reason();
  }

  private static String states(Scope scope, int within) {
    Findings findings = new Explorer(scope, within).run(within, () -> true);
    String count = Long.toString(findings.states());
    return findings.broken() == null ? count : count + " " + findings.broken();
  }

  private static String twice(int within) {
    for (int seed = 1; seed <= within; seed++) {
      long first = hash(seed);
      long again = hash(seed);
      if (first != again) {
        return seed + " the same seed gives another run";
      }
    }
    return Integer.toString(within);
  }

  private static long hash(long seed) {
    World<Long, Registers> world =
        new World<>(Plan.draw(seed), new RegisterLoad(), Hosting.IN_MEMORY);
    world.run();
    return world.hash();
  }
}
