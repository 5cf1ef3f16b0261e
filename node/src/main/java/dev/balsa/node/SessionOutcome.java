package dev.balsa.node;

/**
 * What became of a command submitted in a session.
 *
 * @param <R> the state machine's result
 */
public sealed interface SessionOutcome<R> {
  /**
   * The command took effect, once.
   *
   * @param repeated whether this is the result of an earlier attempt, whose answer was lost
   */
  record Applied<R>(R result, boolean repeated) implements SessionOutcome<R> {}

  /** The command did not take effect and never will. */
  record Refused<R>(Reason reason) implements SessionOutcome<R> {}

  /** The session is over: the command took effect once or never, and nobody can tell. */
  record Ended<R>(End end) implements SessionOutcome<R> {}

  /** Why a command was not taken. */
  enum Reason {
    /** {@link SessionConfig#inflightMax()} requests are unanswered; wait for one of them. */
    INFLIGHT_FULL,
    /** The group has as many sessions as it can; close some, or wait until some expire. */
    TOO_MANY_SESSIONS
  }

  /** Why a session is over. */
  enum End {
    /** The group heard nothing of this client for too long; open another session. */
    SESSION_EXPIRED,
    /** {@link Session#close} was called. */
    SESSION_CLOSED,
    /** The node was closed or has failed; a request on its way may yet take effect, once. */
    NODE_STOPPED
  }
}
