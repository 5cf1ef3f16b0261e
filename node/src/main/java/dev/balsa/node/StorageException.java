package dev.balsa.node;

/**
 * The disk did not do what was asked, or holds what it should not. The node stops; nothing is
 * retried, since after a failed force the kernel may have dropped the data and still say yes the
 * next time.
 */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A failure whose {@code message} names the file, the offset, what was found and wanted. */
  public StorageException(String message) {
    super(message);
  }

  /** The same with the exception that told of it. */
  public StorageException(String message, Throwable cause) {
    super(message, cause);
  }
}
