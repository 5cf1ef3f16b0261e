package dev.balsa.junit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for what comes about by itself, with an end that only a defect reaches. */
final class Await {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(1);

  private Await() {}

  /**
   * Returns when {@code condition} holds.
   *
   * @throws IllegalStateException that says {@code what} has not come about in time
   */
  static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException(
            "not within %d s: %s".formatted(PATIENCE.toSeconds(), what));
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }
}
