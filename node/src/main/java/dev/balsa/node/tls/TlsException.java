package dev.balsa.node.tls;

/** Certificates or keys that cannot be used; the message names the file and the remedy. */
public final class TlsException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A refusal with the whole message for a person. */
  public TlsException(String message) {
    super(message);
  }

  /** The same with what the platform said. */
  public TlsException(String message, Throwable cause) {
    super(message, cause);
  }
}
