package dev.balsa.testkit;

import java.time.Duration;
import java.util.Locale;

/**
 * What this process has used of all cores since a moment, compiling and collecting included: how
 * fast a simulation runs does not depend then on what else the machine does.
 */
public final class CpuTime {
  private final Duration begun = used();

  private CpuTime() {}

  /** Begins to count. */
  public static CpuTime start() {
    return new CpuTime();
  }

  private static Duration used() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Nanoseconds of one core since the start; 0 where the system does not tell. */
  public long nanos() {
    return used().minus(begun).toNanos();
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.1f s of one core", nanos() / 1e9);
  }
}
