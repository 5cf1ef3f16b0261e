package dev.balsa.testkit;

import dev.balsa.sim.Campaign.Failure;

/** How to see a failure again. */
public final class Replay {
  private Replay() {}

  /** What was broken, and the commands that show it again, in words and in the page. */
  public static String line(Failure failure) {
    long seed = failure.plan().seed();
    return ("seed %d: %s; ./balsa sim replay %d, or shrink %d, or replay %d --trace %d.trace"
            + " and open that file in the page (#record)")
        .formatted(seed, failure.reason(), seed, seed, seed, seed);
  }
}
