package dev.balsa.node;

import dev.balsa.raft.session.SessionCommand;
import dev.balsa.raft.session.SessionMachine;
import java.util.function.LongSupplier;

/**
 * How a client holds its session.
 *
 * @param timeoutMillis how much time may pass, by the log, without a word of the client before the
 *     group ends the session; from 3 to {@link SessionCommand#TIMEOUT_MILLIS_MAX}. The session
 *     speaks for itself three times as often.
 * @param inflightMax how many requests may be unanswered, in 1..{@link SessionMachine#WINDOW_MAX}
 * @param clockMillis the stamps of the session's commands, from 0; those of all clients of a group
 *     should be near each other, else sessions live longer or shorter than they say
 */
public record SessionConfig(long timeoutMillis, int inflightMax, LongSupplier clockMillis) {
  /** A minute, as many requests as the group allows, and the wall clock. */
  public static final SessionConfig DEFAULT =
      new SessionConfig(60_000, SessionMachine.WINDOW_MAX, System::currentTimeMillis);

  /** Validates the ranges. */
  public SessionConfig {
    if (timeoutMillis < 3 || timeoutMillis > SessionCommand.TIMEOUT_MILLIS_MAX) {
      throw new IllegalArgumentException(
          "session timeout is %d ms, must be in 3..%d"
              .formatted(timeoutMillis, SessionCommand.TIMEOUT_MILLIS_MAX));
    }
    if (inflightMax < 1 || inflightMax > SessionMachine.WINDOW_MAX) {
      throw new IllegalArgumentException(
          "inflightMax is %d, must be in 1..%d".formatted(inflightMax, SessionMachine.WINDOW_MAX));
    }
  }

  /** The same with another timeout. */
  public SessionConfig withTimeoutMillis(long millis) {
    return new SessionConfig(millis, inflightMax, clockMillis);
  }

  /** The same with another bound of unanswered requests. */
  public SessionConfig withInflightMax(int count) {
    return new SessionConfig(timeoutMillis, count, clockMillis);
  }
}
