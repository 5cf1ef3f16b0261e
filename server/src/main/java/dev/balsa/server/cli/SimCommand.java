package dev.balsa.server.cli;

import dev.balsa.raft.trace.Trace;
import dev.balsa.server.rpc.ApiVersion;
import dev.balsa.sim.Campaign;
import dev.balsa.sim.Campaign.Failure;
import dev.balsa.sim.Explorer;
import dev.balsa.sim.Findings;
import dev.balsa.sim.Hosting;
import dev.balsa.sim.Plan;
import dev.balsa.sim.Recordings;
import dev.balsa.sim.RegisterLoad;
import dev.balsa.sim.Registers;
import dev.balsa.sim.Scenario;
import dev.balsa.sim.Scope;
import dev.balsa.sim.World;
import dev.balsa.testkit.CpuTime;
import dev.balsa.testkit.Museum;
import dev.balsa.testkit.Replay;
import dev.balsa.testkit.WholeNodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code balsa sim}: whole clusters in virtual time, under faults drawn from seeds. */
@Command(
    name = "sim",
    description = "Runs simulated clusters under faults, and judges them after every event.",
    synopsisSubcommandLabel = "COMMAND")
final class SimCommand implements Runnable {
  private static final long SECOND = 1_000_000_000;

  /** Of one node's recording: more than any drawn plan fills. */
  private static final long TRACE_BYTES_MAX = 16 << 20;

  private final Console console;

  @Option(
      names = "--disk",
      paramLabel = "wal|memory",
      defaultValue = "wal",
      description = "wal: the real log on a simulated disk; memory: a lighter one.")
  String disk = "wal";

  SimCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    throw new BadUsage("a command is missing; ./balsa sim --help lists them");
  }

  private Campaign<Long, Registers> campaign() {
    return new Campaign<>(RegisterLoad::new, hosting());
  }

  private Hosting hosting() {
    return switch (disk) {
      case "wal" -> WholeNodes.HOSTING;
      case "memory" -> Hosting.IN_MEMORY;
      default -> throw new BadUsage("--disk is '" + disk + "', give wal or memory");
    };
  }

  @Command(name = "run", description = "Runs seeds, one after the other.")
  void runSeeds(
      @Option(names = "--seeds", description = "How many; default 1000.") @Nullable Long seeds,
      @Option(names = "--minutes", description = "For how long.") @Nullable Long minutes,
      @Option(names = "--first", defaultValue = "1", description = "The first seed.") long first) {
    if (seeds != null && minutes != null) {
      throw new BadUsage("--seeds and --minutes both say how much; give one of them");
    }
    if ((seeds != null && seeds <= 0) || (minutes != null && minutes <= 0)) {
      throw new BadUsage("--seeds and --minutes must be positive");
    }
    Campaign<Long, Registers> campaign = campaign();
    CpuTime cpu = CpuTime.start();
    long begun = System.nanoTime();
    long end = begun + (minutes == null ? 0 : minutes * 60 * SECOND);
    long count = minutes != null ? Long.MAX_VALUE : seeds == null ? 1000 : seeds;
    long[] told = {begun};
    campaign.run(
        first,
        count,
        () -> {
          long now = System.nanoTime();
          if (now - told[0] > 10 * SECOND) {
            told[0] = now;
            console.tell(campaign.figures().seeds() + " seeds …");
          }
          return minutes == null || now < end;
        });
    report(campaign, System.nanoTime() - begun, cpu);
  }

  private void report(Campaign<Long, Registers> campaign, long nanos, CpuTime cpu) {
    console.println(campaign.figures().toString());
    double speed = campaign.figures().speed(cpu.nanos());
    console.println(
        String.format(
            Locale.ROOT, "%.1f s, %s, %.0f times real time per core", nanos / 1e9, cpu, speed));
    for (Failure failure : campaign.failures()) {
      console.tell(Replay.line(failure));
    }
    if (!campaign.failures().isEmpty()) {
      throw new CommandFailure(campaign.failures().size() + " seeds broke a promise");
    }
  }

  @Command(
      name = "replay",
      description = "Runs one seed, or a scenario file, and prints its trace.")
  void replay(
      @Parameters(paramLabel = "SEED|FILE") String what,
      @Option(
              names = "--trace",
              paramLabel = "FILE",
              description = "Write the run for the page instead of printing it.")
          @Nullable Path trace) {
    World<Long, Registers> world = new World<>(plan(what), new RegisterLoad(), hosting());
    Recordings recordings = new Recordings(TRACE_BYTES_MAX);
    if (trace == null) {
      world.trace(console::println);
    } else {
      world.record(recordings);
    }
    try {
      world.run();
    } catch (RuntimeException broken) { // whatever it is, it is what the replay is for
      String found = String.valueOf(broken.getMessage());
      write(trace, recordings, what, new Trace.Note(world.now(), found));
      throw new CommandFailure("at " + world.now() + " ns: " + found);
    }
    write(trace, recordings, what, null);
    console.println(world.figures().toString());
    console.println("event hash " + Long.toHexString(world.hash()));
  }

  private void write(
      @Nullable Path trace, Recordings recordings, String what, Trace.@Nullable Note found) {
    if (trace == null) {
      return;
    }
    byte[] file = recordings.file("./balsa sim replay " + what, ApiVersion.SERVER, found);
    try {
      Files.write(trace, file);
    } catch (IOException e) {
      throw new CommandFailure(trace + " cannot be written (" + e + ")");
    }
    console.println(
        "%s has %d bytes; open it in the page, under \"Recording\"".formatted(trace, file.length));
  }

  @Command(name = "shrink", description = "Makes a failing seed smaller and writes a scenario.")
  void shrink(@Parameters(paramLabel = "SEED|FILE") String what) throws IOException {
    Plan plan = plan(what);
    Campaign<Long, Registers> campaign = campaign();
    Failure failure = campaign.run(plan);
    if (failure == null) {
      throw new CommandFailure(what + " breaks no promise; nothing to shrink");
    }
    Failure smaller = campaign.shrink(failure, () -> true);
    Path file = Path.of("seed-" + plan.seed() + ".scenario");
    Files.writeString(file, "# " + smaller.reason() + "\n" + Scenario.text(smaller.plan()));
    console.println(
        "%d of %d faults are left: %s"
            .formatted(smaller.plan().faults().size(), plan.faults().size(), smaller.reason()));
    console.println("./balsa sim replay " + file);
  }

  @Command(
      name = "explore",
      description = "Tries everything that can happen to three nodes, within small bounds.")
  void explore(
      @Option(
              names = "--states",
              defaultValue = "2000000",
              description = "How many distinct states to see; default 2000000.")
          long states) {
    if (states <= 0) {
      throw new BadUsage("--states is " + states + ", must be positive");
    }
    long each = Math.ceilDiv(states, Scope.ALL.size());
    for (Scope scope : Scope.ALL) {
      explore(scope, each);
    }
  }

  private void explore(Scope scope, long states) {
    Explorer explorer = new Explorer(scope, states);
    long begun = System.nanoTime();
    long[] told = {begun};
    Findings findings =
        explorer.run(
            states,
            () -> {
              long now = System.nanoTime();
              if (now - told[0] > 10 * SECOND) {
                told[0] = now;
                console.tell(scope.name() + ": " + explorer.findings().states() + " states …");
              }
              return true;
            });
    double seconds = (System.nanoTime() - begun) / 1e9;
    console.println(scope.name() + ": " + findings);
    console.println(
        String.format(
            Locale.ROOT, "%.1f s, %.0f states a second", seconds, findings.states() / seconds));
    String broken = findings.broken();
    if (broken != null) {
      findings.trail().forEach(console::println);
      throw new CommandFailure(broken);
    }
  }

  @Command(name = "museum", description = "Lists the known bugs that the tests put in and find.")
  void museum() {
    console.println(Museum.table());
  }

  private static Plan plan(String what) {
    if (what.matches("-?\\d{1,18}")) {
      return Plan.draw(Long.parseLong(what));
    }
    try {
      return Scenario.parse(Files.readString(Path.of(what)));
    } catch (IOException e) {
      throw new BadUsage("'" + what + "' is neither a seed nor a file that can be read");
    } catch (IllegalArgumentException e) {
      throw new BadUsage(what + ": " + e.getMessage());
    }
  }
}
