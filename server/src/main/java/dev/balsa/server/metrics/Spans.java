package dev.balsa.server.metrics;

import java.util.Arrays;

/** How long the last few of many things took. Thread-safe. */
public final class Spans {
  private static final int KEPT = 512;

  private final long[] nanos = new long[KEPT];
  private long count;

  /** Nothing took any time yet. */
  public Spans() {}

  /** What the kept spans come down to, in nanoseconds; all 0 if there are none. */
  public record Summary(long count, long median, long p99, long max) {}

  /** Something took {@code span} nanoseconds. */
  public synchronized void add(long span) {
    nanos[(int) (count++ % KEPT)] = span;
  }

  /** How it has been of late. */
  public synchronized Summary summary() {
    int kept = (int) Math.min(count, KEPT);
    if (kept == 0) {
      return new Summary(0, 0, 0, 0);
    }
    long[] sorted = Arrays.copyOf(nanos, kept);
    Arrays.sort(sorted);
    return new Summary(
        count, sorted[(kept - 1) / 2], sorted[(kept * 99 + 99) / 100 - 1], sorted[kept - 1]);
  }
}
