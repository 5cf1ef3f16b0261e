package dev.balsa.server.backup;

/** A file that is no backup, or a damaged one; the message names it and the remedy. */
public final class BackupException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Says what is wrong. */
  public BackupException(String message) {
    super(message);
  }

  /** Says what is wrong, and what the system said of it. */
  public BackupException(String message, Throwable cause) {
    super(message, cause);
  }
}
