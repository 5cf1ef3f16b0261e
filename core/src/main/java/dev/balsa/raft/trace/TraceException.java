package dev.balsa.raft.trace;

/** What should be a trace is none, or is damaged, or comes from a newer version. */
public final class TraceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The message completes "the trace …". */
  public TraceException(String message) {
    super(message);
  }
}
