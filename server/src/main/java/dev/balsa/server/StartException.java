package dev.balsa.server;

/** The server could not start; the message names the thing, its value and the remedy. */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A failure with the whole message for the person who started the server. */
  public StartException(String message) {
    super(message);
  }

  /** The same with the exception that told of it. */
  public StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
