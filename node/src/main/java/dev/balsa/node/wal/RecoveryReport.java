package dev.balsa.node.wal;

/**
 * What recovery found at the log's end, or removed.
 *
 * @param found one of the cases that let the node start
 * @param path the file
 * @param offset where in it, in bytes
 */
public record RecoveryReport(RecoveryCase found, String path, long offset) {
  /** The report as a line for the log. */
  @Override
  public String toString() {
    return "%s at offset %d: %s".formatted(path, offset, found.text());
  }
}
