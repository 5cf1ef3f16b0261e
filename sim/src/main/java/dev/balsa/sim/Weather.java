package dev.balsa.sim;

/**
 * How unkind links and disks are throughout a run. Rates are per thousand, times in nanoseconds.
 *
 * @param loss messages lost on their way
 * @param report losses that the sender is told of
 * @param duplicate messages that arrive twice
 * @param clog messages that take up to five of the greatest election timeouts
 * @param delayNanosMin the least delay of any other message, below the greatest
 * @param delayNanosMax the greatest delay of any other message
 * @param forceNanosMax the greatest time of a force
 */
public record Weather(
    int loss,
    int report,
    int duplicate,
    int clog,
    long delayNanosMin,
    long delayNanosMax,
    long forceNanosMax) {
  /** A world that keeps the paper's timing rule (§5.6). */
  public static final Weather FAIR = new Weather(0, 0, 0, 0, 5_000_000, 5_000_000);

  /** Messages may arrive at once. */
  public Weather(
      int loss, int report, int duplicate, int clog, long delayNanosMax, long forceNanosMax) {
    this(loss, report, duplicate, clog, 0, delayNanosMax, forceNanosMax);
  }

  /** Validates rates and times. */
  public Weather {
    for (int rate : new int[] {loss, report, duplicate, clog}) {
      if (rate < 0 || rate > 1000) {
        throw new IllegalArgumentException("a rate is " + rate + ", must be in 0..1000");
      }
    }
    if (delayNanosMin < 0 || delayNanosMin >= delayNanosMax) {
      throw new IllegalArgumentException(
          "delays of " + delayNanosMin + " to " + delayNanosMax + " ns are no range");
    }
    if (delayNanosMax <= 0 || forceNanosMax <= 0) {
      throw new IllegalArgumentException(
          "greatest delay is " + delayNanosMax + ", of a force " + forceNanosMax + ", want > 0");
    }
  }
}
