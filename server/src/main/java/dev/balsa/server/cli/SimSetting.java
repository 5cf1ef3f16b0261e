package dev.balsa.server.cli;

import dev.balsa.sim.Campaign;
import dev.balsa.sim.Hosting;
import dev.balsa.sim.Plan;
import dev.balsa.sim.RegisterLoad;
import dev.balsa.sim.SessionLoad;
import dev.balsa.sim.World;
import dev.balsa.testkit.WholeNodes;
import picocli.CommandLine.Option;

/** What a simulated cluster is built on, and what its clients ask. */
final class SimSetting {
  @Option(
      names = "--disk",
      paramLabel = "wal|memory",
      defaultValue = "wal",
      description =
          "wal: the real log on a simulated disk; memory: a lighter one"
              + " (default: ${DEFAULT-VALUE}).")
  String disk = "wal";

  @Option(
      names = "--load",
      paramLabel = "registers|sessions",
      defaultValue = "registers",
      description =
          "registers: reads and writes, which must be linearizable; sessions: commands that are"
              + " repeated, and must take effect once (default: ${DEFAULT-VALUE}).")
  String load = "registers";

  private Hosting hosting() {
    return switch (disk) {
      case "wal" -> WholeNodes.HOSTING;
      case "memory" -> Hosting.IN_MEMORY;
      default -> throw new BadUsage("--disk is '" + disk + "', give wal or memory");
    };
  }

  Campaign<?, ?> campaign() {
    return switch (load) {
      case "registers" -> new Campaign<>(RegisterLoad::new, hosting());
      case "sessions" -> new Campaign<>(SessionLoad::new, hosting());
      default -> throw unknownLoad();
    };
  }

  World<?, ?> world(Plan plan) {
    return switch (load) {
      case "registers" -> new World<>(plan, new RegisterLoad(), hosting());
      case "sessions" -> new World<>(plan, new SessionLoad(), hosting());
      default -> throw unknownLoad();
    };
  }

  private BadUsage unknownLoad() {
    return new BadUsage("--load is '" + load + "', give registers or sessions");
  }

  /** The same for another command, each with a space before it; the defaults are left out. */
  String flags() {
    return (disk.equals("wal") ? "" : " --disk " + disk)
        + (load.equals("registers") ? "" : " --load " + load);
  }
}
