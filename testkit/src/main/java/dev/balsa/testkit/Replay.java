package dev.balsa.testkit;

import dev.balsa.sim.Campaign.Failure;

/** How to see a failure again. */
public final class Replay {
  private Replay() {}

  /** What was broken, and the commands that show it again, in words and in the page. */
  public static String line(Failure failure) {
    return line(failure, "");
  }

  /** The same of a run that was told more than its seed; {@code flags} begins with a space. */
  public static String line(Failure failure, String flags) {
    long seed = failure.plan().seed();
    String what = seed + flags;
    return ("%s; ./balsa sim replay %s, or shrink %s, or replay %s --trace %d.trace"
            + " and open that file in the page (#record)")
        .formatted(failure, what, what, what, seed);
  }
}
