package dev.balsa.raft;

/**
 * A small seeded random source that gives the same numbers on the JVM and in the browser, where
 * {@code java.util.Random} does not (SplitMix64, Steele, Lea and Flood 2014). Not for secrets; not
 * thread-safe.
 */
public final class SplitMix {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  /** Starts the sequence that belongs to {@code seed}. */
  public SplitMix(long seed) {
    state = seed;
  }

  /** The next 64 random bits. */
  public long nextLong() {
    state += GOLDEN_GAMMA;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** The next number from {@code from} (inclusive) to {@code to} (exclusive). */
  public long nextBetween(long from, long to) {
    Require.argument(from < to, "%s..%s is no range", from, to);
    return from + Long.remainderUnsigned(nextLong(), to - from);
  }
}
