package dev.balsa.node.net;

/** The node cannot listen on its peer address. The message names the address and the remedy. */
public final class NetworkException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A failure for which {@code cause} is the operating system's reason. */
  public NetworkException(String message, Throwable cause) {
    super(message, cause);
  }
}
