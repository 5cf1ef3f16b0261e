package dev.balsa.sim;

import dev.balsa.raft.InvariantViolation;
import dev.balsa.raft.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Many seeds, one after the other, with one kind of load and hosting.
 *
 * @param <R> the result of the replicated machine's commands
 * @param <S> the replicated machine
 */
public final class Campaign<R, S extends StateMachine<R>> {
  private static final int FAILURES_MAX = 20;

  private final Supplier<? extends Load<R, S>> loads;
  private final Hosting hosting;
  private final Figures figures = new Figures();
  private final List<Failure> failures = new ArrayList<>();

  /**
   * A plan whose run broke a promise.
   *
   * @param reason what was broken, in one line
   */
  public record Failure(Plan plan, String reason) {
    /** The seed and the reason; a plan has too many lines for a message. */
    @Override
    public String toString() {
      return "seed " + plan.seed() + ": " + reason;
    }
  }

  /** A campaign that has run nothing yet; {@code loads} makes a load for each run. */
  public Campaign(Supplier<? extends Load<R, S>> loads, Hosting hosting) {
    this.loads = loads;
    this.hosting = hosting;
  }

  /**
   * Runs the seeds from {@code first} on, up to {@code count} of them, while {@code goOn} says so;
   * ends early after many failures.
   */
  public void run(long first, long count, BooleanSupplier goOn) {
    for (long i = 0; i < count && failures.size() < FAILURES_MAX && goOn.getAsBoolean(); i++) {
      run(Plan.draw(first + i));
    }
  }

  /** Runs one plan, counts it, and returns what it broke, or null. */
  public @Nullable Failure run(Plan plan) {
    World<R, S> world = new World<>(plan, loads.get(), hosting);
    Failure failure = run(world, plan);
    figures.add(world.figures());
    if (failure != null) {
      failures.add(failure);
    }
    return failure;
  }

  /** Runs one plan without counting it. */
  @Nullable Failure attempt(Plan plan) {
    return run(new World<>(plan, loads.get(), hosting), plan);
  }

  private @Nullable Failure run(World<R, S> world, Plan plan) {
    try {
      world.run();
      return null;
    } catch (BrokenPromise | InvariantViolation broken) {
      return new Failure(plan, String.valueOf(broken.getMessage()));
    } catch (RuntimeException | AssertionError surprise) { // a load may assert by its own means
      return new Failure(plan, surprise.toString());
    }
  }

  /** What all runs so far come down to. */
  public Figures figures() {
    return figures;
  }

  /** The runs that broke a promise. */
  public List<Failure> failures() {
    return List.copyOf(failures);
  }

  /**
   * The smallest plan found that still breaks a promise, any promise: takes away faults, clients
   * and bad weather piece by piece, for as long as the run fails and {@code goOn} says so.
   */
  public Failure shrink(Failure failure, BooleanSupplier goOn) {
    return new Shrinking(this::attempt, goOn).shrink(failure);
  }
}
