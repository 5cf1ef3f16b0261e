package dev.balsa.server.whole;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waiting for a condition, with a deadline that only a defect reaches. */
public final class Await {
  /** Long enough for a loaded machine to start a process or to elect. */
  public static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

  private Await() {}

  /**
   * Returns when {@code condition} holds.
   *
   * @throws AssertionError that says {@code what} has not come about in time
   */
  public static void until(Supplier<String> what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what.get());
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }
}
