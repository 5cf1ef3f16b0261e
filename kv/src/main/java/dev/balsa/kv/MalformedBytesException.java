package dev.balsa.kv;

/** Bytes that are no encoded command, or no stored record. */
public final class MalformedBytesException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MalformedBytesException(String message) {
    super(message);
  }
}
