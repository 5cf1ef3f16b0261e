package dev.balsa.raft.session;

/**
 * What a {@link SessionCommand} came to.
 *
 * @param <R> the state machine's result
 */
public sealed interface SessionResult<R> {
  /** The session is open under this name. */
  record Opened<R>(long session) implements SessionResult<R> {}

  /**
   * The command took effect, once.
   *
   * @param repeated whether it did so before; {@code result} is then the one it gave
   */
  record Done<R>(R result, boolean repeated) implements SessionResult<R> {}

  /** The session is open. */
  record Alive<R>() implements SessionResult<R> {}

  /** There is no such session any more. */
  record Closed<R>() implements SessionResult<R> {}

  /**
   * The session has ended. A request of it that is not answered took effect once or never, and will
   * not take effect any more.
   */
  record Expired<R>() implements SessionResult<R> {}

  /** Nothing was done. */
  record Refused<R>(Reason reason) implements SessionResult<R> {}

  /** Why nothing was done. */
  enum Reason {
    /** The client has said that it has the answer to this request, or needs none. */
    SUPERSEDED,
    /**
     * As many results of the session are kept as can be ({@link SessionMachine#WINDOW_MAX}); say
     * which are answered, and ask again.
     */
    WINDOW_FULL,
    /**
     * As many sessions are open as can be ({@link SessionMachine#SESSIONS_MAX}); close some, or
     * wait until some expire.
     */
    TOO_MANY_SESSIONS,
    /** The bytes are no {@link SessionCommand}. */
    MALFORMED
  }
}
