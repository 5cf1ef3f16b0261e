package dev.balsa.sim;

/**
 * What one machine takes for the time: runs at its own rate, can stand still and can jump. All
 * integer arithmetic, so that it is the same everywhere.
 */
final class LocalClock {
  /** The rate of a clock that is right, in thousandths. */
  static final int TRUE_RATE = 1000;

  private long worldBase;
  private long localBase;
  private int rate = TRUE_RATE;

  /** A true clock that shows {@code local} at the world's time 0. */
  LocalClock(long local) {
    localBase = local;
  }

  /** What it shows at the world's time {@code now}. */
  long local(long now) {
    return localBase + (now - worldBase) * rate / TRUE_RATE;
  }

  /** When in the world it will show {@code local}; {@code Long.MAX_VALUE} while it stands still. */
  long world(long local) {
    if (local == Long.MAX_VALUE || rate == 0) {
      return local <= localBase ? worldBase : Long.MAX_VALUE;
    }
    long ahead = local - localBase;
    return ahead <= 0 ? worldBase : worldBase + (ahead * TRUE_RATE + rate - 1) / rate;
  }

  /** As {@link #world}, but 0 if it shows {@code local} or more at the world's time {@code now}. */
  long ahead(long now, long local) {
    return local <= local(now) ? 0 : world(local);
  }

  /** From now on it runs at {@code perMille} thousandths of the true rate; 0 stops it. */
  void rate(long now, int perMille) {
    localBase = local(now);
    worldBase = now;
    rate = perMille;
  }

  /** It jumps by {@code nanos}, to either side. */
  void jump(long now, long nanos) {
    localBase = local(now) + nanos;
    worldBase = now;
  }
}
