package dev.balsa.node.disk;

import dev.balsa.node.StorageException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.ReadOnlyFileSystemException;
import org.jspecify.annotations.Nullable;

/** Says what a disk refused, and what a person can do about it. */
final class DiskFailure {
  private DiskFailure() {}

  /**
   * The failure of an action on a file.
   *
   * @param offset where in the file, or negative if that does not matter
   */
  static StorageException of(String action, String path, long offset, IOException cause) {
    String place = offset < 0 ? path : path + " at offset " + offset;
    String message = "cannot %s %s: %s; %s".formatted(action, place, reason(cause), remedy(cause));
    return isFull(cause.getMessage())
        ? StorageException.full(message, cause)
        : new StorageException(message, cause);
  }

  private static String reason(IOException cause) {
    String message =
        cause instanceof FileSystemException system ? system.getReason() : cause.getMessage();
    if (message != null && !message.isBlank()) {
      return message;
    }
    if (cause instanceof NoSuchFileException) {
      return "no such file";
    }
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (cause instanceof FileAlreadyExistsException) {
      return "it exists already";
    }
    if (cause instanceof NotDirectoryException) {
      return cause.getMessage() + " is a file, not a directory";
    }
    return cause.getClass().getSimpleName();
  }

  private static String remedy(IOException cause) {
    if (isFull(cause.getMessage())) {
      return "free space on this disk, then start the member again";
    }
    if (cause instanceof AccessDeniedException
        || cause.getCause() instanceof ReadOnlyFileSystemException) {
      return "give the user that runs Balsa the right to read and write it";
    }
    if (cause instanceof NotDirectoryException) {
      return "choose another --data-dir";
    }
    if (cause instanceof ClosedByInterruptException) {
      return "file work belongs on an UninterruptibleThread";
    }
    return "check the disk (its messages are in the kernel's log), then start the member again";
  }

  private static boolean isFull(@Nullable String message) {
    return message != null
        && (message.contains("No space left") || message.contains("quota exceeded"));
  }
}
