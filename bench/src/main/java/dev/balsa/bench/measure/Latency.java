package dev.balsa.bench.measure;

import org.HdrHistogram.AbstractHistogram;

/**
 * Three points of a latency distribution.
 *
 * @param p50Millis the median, in milliseconds
 * @param p99Millis 99 of 100 were at most this, in milliseconds
 * @param p999Millis 999 of 1,000 were at most this, in milliseconds
 */
public record Latency(double p50Millis, double p99Millis, double p999Millis) {
  private static final double NANOS_PER_MILLI = 1e6;

  /** Reads the points from a histogram of nanoseconds; all are 0 if nothing was recorded. */
  public static Latency of(AbstractHistogram nanos) {
    return new Latency(at(nanos, 50), at(nanos, 99), at(nanos, 99.9));
  }

  private static double at(AbstractHistogram nanos, double percentile) {
    return nanos.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
  }
}
