package dev.balsa.raft;

/**
 * How unkind a world is, all drawn from its seed. Rates are per thousand.
 *
 * @param lossRate messages lost on their way
 * @param reportRate losses that the sender is told of
 * @param duplicateRate messages that arrive twice
 * @param clogRate messages that take up to several election timeouts
 * @param delayNanosMax the greatest delay of any other message
 * @param forceNanosMax the greatest time of a force
 * @param faultNanos the mean time between two faults of nodes or links
 * @param snapshotRate steps after which a node takes a snapshot, if it has news
 * @param forceHangs whether a force now and then takes several election timeouts
 */
record FaultPlan(
    int lossRate,
    int reportRate,
    int duplicateRate,
    int clogRate,
    long delayNanosMax,
    long forceNanosMax,
    long faultNanos,
    int snapshotRate,
    boolean forceHangs) {

  private static final long MILLISECOND = 1_000_000;

  /** A world that keeps the paper's timing rule (§5.6). */
  static final FaultPlan HEALTHY =
      new FaultPlan(0, 0, 0, 0, 5 * MILLISECOND, 5 * MILLISECOND, Long.MAX_VALUE, 20, false);

  static FaultPlan draw(SplitMix random) {
    return new FaultPlan(
        oneIn(random, 3) ? 0 : (int) random.nextBetween(0, 300),
        (int) random.nextBetween(0, 1000),
        oneIn(random, 3) ? 0 : (int) random.nextBetween(0, 300),
        oneIn(random, 2) ? 0 : (int) random.nextBetween(0, 50),
        random.nextBetween(1, 60) * MILLISECOND,
        random.nextBetween(1, 40) * MILLISECOND,
        random.nextBetween(50, 700) * MILLISECOND,
        oneIn(random, 4) ? 0 : (int) random.nextBetween(1, 300),
        oneIn(random, 4));
  }

  static boolean oneIn(SplitMix random, long n) {
    return random.nextBetween(0, n) == 0;
  }
}
