package dev.balsa.server.compact;

import dev.balsa.server.config.Retention;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Says to which revision to compact, from looks at the newest revision; keeps no time itself. Every
 * member looks, whoever leads, so that a new leader knows what was new an hour ago. Confined to one
 * thread.
 */
sealed interface Schedule {
  /** How often to look. */
  Duration period();

  /**
   * What there is now.
   *
   * @param nanos the time from any moment, never falling
   * @return the revision up to which history may go, 0 for none
   */
  long look(long nanos, long revision);

  /** The one for {@code retention}, which is not everything. */
  static Schedule of(Retention retention) {
    return switch (retention) {
      case Retention.Everything all ->
          throw new IllegalArgumentException("to keep everything needs no schedule");
      case Retention.Revisions(long count) -> new ByCount(count);
      case Retention.Period(Duration time) -> new ByTime(time);
    };
  }

  /** Looks every five minutes, as etcd does. */
  record ByCount(long count) implements Schedule {
    private static final Duration EVERY = Duration.ofMinutes(5);

    @Override
    public Duration period() {
      return EVERY;
    }

    @Override
    public long look(long nanos, long revision) {
      return Math.max(0, revision - count);
    }
  }

  /**
   * Looks once in the time to keep, but at least once an hour, as etcd compacts; so no more than
   * that is kept longer.
   */
  final class ByTime implements Schedule {
    private static final Duration AT_LEAST_EVERY = Duration.ofHours(1);

    private final Duration keep;
    private final Deque<Seen> seen = new ArrayDeque<>();

    private record Seen(long nanos, long revision) {}

    ByTime(Duration keep) {
      this.keep = keep;
    }

    @Override
    public Duration period() {
      return keep.compareTo(AT_LEAST_EVERY) < 0 ? keep : AT_LEAST_EVERY;
    }

    @Override
    public long look(long nanos, long revision) {
      seen.addLast(new Seen(nanos, revision));
      long old = 0;
      while (nanos - seen.getFirst().nanos >= keep.toNanos()) {
        old = seen.removeFirst().revision;
      }
      return old;
    }
  }
}
