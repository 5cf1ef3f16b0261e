package dev.balsa.node;

/**
 * The disk did not do what was asked, or holds what it should not. The node stops; nothing is
 * retried, since after a failed force the kernel may have dropped the data and still say yes the
 * next time. Only a new file for which there is no space may be tried again: nothing depends on it.
 */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean noSpace;

  /** A failure whose {@code message} names the file, the offset, what was found and wanted. */
  public StorageException(String message) {
    super(message);
    noSpace = false;
  }

  /** The same with the exception that told of it. */
  public StorageException(String message, Throwable cause) {
    super(message, cause);
    noSpace = false;
  }

  private StorageException(String message, Throwable cause, boolean noSpace) {
    super(message, cause);
    this.noSpace = noSpace;
  }

  /** A failure for want of space. */
  public static StorageException full(String message, Throwable cause) {
    return new StorageException(message, cause, true);
  }

  /** Whether there was no space left. */
  public boolean isNoSpace() {
    return noSpace;
  }
}
