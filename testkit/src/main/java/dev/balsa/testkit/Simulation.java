package dev.balsa.testkit;

import dev.balsa.raft.StateMachine;
import dev.balsa.raft.trace.Trace;
import dev.balsa.sim.Campaign;
import dev.balsa.sim.Campaign.Failure;
import dev.balsa.sim.Figures;
import dev.balsa.sim.Hosting;
import dev.balsa.sim.Load;
import dev.balsa.sim.Plan;
import dev.balsa.sim.Recordings;
import dev.balsa.sim.Scenario;
import dev.balsa.sim.World;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Your own state machine under every fault, in a test: clusters of whole nodes in virtual time,
 * judged after every event. What a seed breaks is made small and told as a scenario, which {@link
 * #replay} runs again; keep it as a test of its own.
 *
 * <pre>{@code
 * @Test
 * void noSeedBreaksAPromise() {
 *   Simulation.of(CounterLoad::new).run(1, 200);
 * }
 * }</pre>
 *
 * <p>Everything follows from the seed, so nothing here reads a clock or waits. Immutable; may be
 * used from several threads if {@code loads} may.
 *
 * @param <R> the result of the machine's commands
 * @param <S> the machine
 */
public final class Simulation<R, S extends StateMachine<R>> {
  /**
   * Runs that shrinking may take; each takes some tens of milliseconds, most need a few hundred.
   */
  private static final int ATTEMPTS_MAX = 400;

  /** Of one node's recording: more than any drawn plan fills. */
  private static final long RECORDING_BYTES_MAX = 16 << 20;

  private final Supplier<? extends Load<R, S>> loads;
  private final Hosting hosting;

  private Simulation(Supplier<? extends Load<R, S>> loads, Hosting hosting) {
    this.loads = loads;
    this.hosting = hosting;
  }

  /**
   * On whole nodes: the real log, snapshots and codecs on disks that tear, lose, fail and fill up.
   *
   * @param loads makes a new load for each run
   */
  public static <R, S extends StateMachine<R>> Simulation<R, S> of(
      Supplier<? extends Load<R, S>> loads) {
    return new Simulation<>(loads, WholeNodes.HOSTING);
  }

  /** The same on logs in memory: some times faster, and with fewer kinds of faults. */
  public Simulation<R, S> inMemory() {
    return new Simulation<>(loads, Hosting.IN_MEMORY);
  }

  /**
   * Runs so many seeds from {@code first} on.
   *
   * @return what happened in them, to be asserted too: a run without a snapshot proves nothing of
   *     snapshots
   * @throws AssertionError naming the first seed that breaks a promise, what it breaks, and the
   *     smallest scenario found that still does
   */
  public Figures run(long first, int seeds) {
    Campaign<R, S> campaign = new Campaign<>(loads, hosting);
    campaign.run(first, seeds, () -> campaign.failures().isEmpty());
    if (!campaign.failures().isEmpty()) {
      Failure failure = campaign.failures().getFirst();
      int[] left = {ATTEMPTS_MAX};
      throw broken(failure, campaign.shrink(failure, () -> left[0]-- > 0));
    }
    return campaign.figures();
  }

  private AssertionError broken(Failure failure, Failure smaller) {
    String text =
        "%s%nSimulation.replay runs this again, with %d of its %d faults:%n%n%s"
            .formatted(
                failure,
                smaller.plan().faults().size(),
                failure.plan().faults().size(),
                Scenario.text(smaller.plan()));
    try {
      world(smaller.plan()).run();
      return new AssertionError(text);
    } catch (RuntimeException | AssertionError cause) {
      return new AssertionError(text, cause);
    }
  }

  /**
   * Runs one scenario, as {@link Scenario} reads it.
   *
   * @throws AssertionError if it breaks a promise
   * @throws IllegalArgumentException naming the line that is wrong
   */
  public Figures replay(String scenario) {
    return replay(scenario, line -> {});
  }

  /**
   * The same, and gives {@code sink} every input and output of every node, a line each, to see what
   * led to it.
   */
  public Figures replay(String scenario, Consumer<String> sink) {
    World<R, S> world = world(Scenario.parse(scenario));
    world.trace(sink);
    run(world);
    return world.figures();
  }

  private static void run(World<?, ?> world) {
    try {
      world.run();
    } catch (RuntimeException | AssertionError cause) { // it is what the replay is for
      throw new AssertionError("at %d ns: %s".formatted(world.now(), cause.getMessage()), cause);
    }
  }

  /**
   * Runs one scenario to its end or to what it breaks, and returns it as a file that the page opens
   * under "Recording" ({@code #record}).
   */
  public byte[] record(String scenario) {
    Plan plan = Scenario.parse(scenario);
    World<R, S> world = world(plan);
    Recordings recordings = new Recordings(RECORDING_BYTES_MAX);
    world.record(recordings);
    Trace.@Nullable Note found = null;
    try {
      run(world);
    } catch (AssertionError broken) {
      found = new Trace.Note(world.now(), String.valueOf(broken.getMessage()));
    }
    return recordings.file("seed " + plan.seed(), "", found);
  }

  /** The scenario of a seed, whole. */
  public static String scenario(long seed) {
    return Scenario.text(Plan.draw(seed));
  }

  private World<R, S> world(Plan plan) {
    return new World<>(plan, loads.get(), hosting);
  }
}
