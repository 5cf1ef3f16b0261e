package dev.balsa.testkit;

import dev.balsa.sim.Campaign.Failure;

/** How to see a failure again. */
public final class Replay {
  private Replay() {}

  /** What was broken, and the command that shows it again, in one line. */
  public static String line(Failure failure) {
    long seed = failure.plan().seed();
    return "seed %d: %s; ./balsa sim replay %d, or shrink %d"
        .formatted(seed, failure.reason(), seed, seed);
  }
}
