package dev.balsa.server.cli;

import dev.balsa.raft.trace.Trace;
import dev.balsa.server.rpc.ApiVersion;
import dev.balsa.sim.Campaign;
import dev.balsa.sim.Campaign.Failure;
import dev.balsa.sim.Explorer;
import dev.balsa.sim.Findings;
import dev.balsa.sim.Plan;
import dev.balsa.sim.Recordings;
import dev.balsa.sim.Scenario;
import dev.balsa.sim.Scope;
import dev.balsa.sim.World;
import dev.balsa.testkit.CpuTime;
import dev.balsa.testkit.Museum;
import dev.balsa.testkit.Replay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code balsa sim}: whole clusters in virtual time, under faults drawn from seeds. */
@Command(
    name = "sim",
    description = "Runs simulated clusters under faults, and judges them after every event.",
    synopsisSubcommandLabel = "COMMAND")
final class SimCommand implements Runnable {
  private static final long SECOND = 1_000_000_000;
  private static final long MINUTES_MAX = 1_000_000;

  /** Of one node's recording: more than any drawn plan fills. */
  private static final long TRACE_BYTES_MAX = 16 << 20;

  private final Console console;

  SimCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    throw new BadUsage("a command is missing; ./balsa sim --help lists them");
  }

  @Command(name = "run", description = "Runs seeds, one after the other.")
  void runSeeds(
      @Option(names = "--seeds", description = "How many; default 1000.") @Nullable Long seeds,
      @Option(names = "--minutes", description = "For how long.") @Nullable Long minutes,
      @Option(names = "--first", defaultValue = "1", description = "The first seed; default 1.")
          long first,
      @Mixin SimSetting setting) {
    if (seeds != null && minutes != null) {
      throw new BadUsage("--seeds and --minutes both say how much; give one of them");
    }
    requirePositive("--seeds", seeds, Long.MAX_VALUE);
    requirePositive("--minutes", minutes, MINUTES_MAX);
    Campaign<?, ?> campaign = setting.campaign();
    CpuTime cpu = CpuTime.start();
    long begun = System.nanoTime();
    long limit = minutes == null ? Long.MAX_VALUE : minutes * 60 * SECOND;
    long count = minutes != null ? Long.MAX_VALUE : seeds == null ? 1000 : seeds;
    BooleanSupplier progress = progress(() -> campaign.figures().seeds() + " seeds …");
    campaign.run(first, count, () -> progress.getAsBoolean() && System.nanoTime() - begun < limit);
    report(campaign, System.nanoTime() - begun, cpu, setting);
  }

  private static void requirePositive(String flag, @Nullable Long value, long max) {
    if (value != null && (value <= 0 || value > max)) {
      throw new BadUsage(
          max == Long.MAX_VALUE
              ? "%s is %d, must be positive".formatted(flag, value)
              : "%s is %d, must be in 1..%d".formatted(flag, value, max));
    }
  }

  /** Tells a line every ten seconds in which it is asked; always says yes. */
  private BooleanSupplier progress(Supplier<String> line) {
    long[] told = {System.nanoTime()};
    return () -> {
      long now = System.nanoTime();
      if (now - told[0] > 10 * SECOND) {
        told[0] = now;
        console.tell(line.get());
      }
      return true;
    };
  }

  private void report(Campaign<?, ?> campaign, long nanos, CpuTime cpu, SimSetting setting) {
    console.println(campaign.figures().toString());
    double speed = campaign.figures().speed(cpu.nanos());
    console.println(
        String.format(
            Locale.ROOT, "%.1f s, %s, %.0f times real time per core", nanos / 1e9, cpu, speed));
    for (Failure failure : campaign.failures()) {
      console.tell(Replay.line(failure, setting.flags()));
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
          @Nullable Path trace,
      @Mixin SimSetting setting) {
    World<?, ?> world = setting.world(plan(what));
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
      write(trace, recordings, what + setting.flags(), new Trace.Note(world.now(), found));
      throw new CommandFailure("at " + world.now() + " ns: " + found);
    }
    write(trace, recordings, what + setting.flags(), null);
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
  void shrink(@Parameters(paramLabel = "SEED|FILE") String what, @Mixin SimSetting setting) {
    Plan plan = plan(what);
    Campaign<?, ?> campaign = setting.campaign();
    Failure failure = campaign.run(plan);
    if (failure == null) {
      throw new CommandFailure(what + " breaks no promise; nothing to shrink");
    }
    int[] runs = {0};
    BooleanSupplier progress = progress(() -> runs[0] + " smaller runs tried …");
    Failure smaller =
        campaign.shrink(
            failure,
            () -> {
              runs[0]++;
              return progress.getAsBoolean();
            });
    Path file = Path.of("seed-" + plan.seed() + ".scenario");
    String again = "./balsa sim replay " + file + setting.flags();
    String reason = smaller.reason().replaceAll("\\R", " ");
    write(file, "# " + reason + "\n# " + again + "\n" + Scenario.text(smaller.plan()));
    console.println(
        "%d of %d faults are left: %s"
            .formatted(smaller.plan().faults().size(), plan.faults().size(), smaller.reason()));
    console.println(again);
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new CommandFailure(file + " cannot be written (" + e + ")");
    }
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
    requirePositive("--states", states, Long.MAX_VALUE);
    long each = Math.ceilDiv(states, Scope.ALL.size());
    for (Scope scope : Scope.ALL) {
      AtomicReference<@Nullable Findings> found = new AtomicReference<>();
      try {
        explore(scope, each, found);
      } catch (OutOfMemoryError full) { // what filled the heap is garbage by now
        Findings findings = found.get();
        throw new CommandFailure(
            ("%s: the heap of %,d MiB is full after %,d of %,d states; give the JVM more, as by"
                    + " BALSA_JAVA_OPTS=-Xmx8g, or look for fewer by --states")
                .formatted(
                    scope.name(),
                    Runtime.getRuntime().maxMemory() >> 20,
                    findings == null ? 0 : findings.states(),
                    each));
      }
    }
  }

  private void explore(Scope scope, long states, AtomicReference<@Nullable Findings> found) {
    Explorer explorer = new Explorer(scope, states);
    Findings findings = explorer.findings();
    found.set(findings);
    long begun = System.nanoTime();
    explorer.run(states, progress(() -> scope.name() + ": " + findings.states() + " states …"));
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
