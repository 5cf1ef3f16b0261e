package dev.balsa.node.codec;

/**
 * Bytes are not what their format says. Checked, since only the caller knows whether a disk or a
 * peer delivered them, and what follows from it.
 */
public final class MalformedException extends Exception {
  private static final long serialVersionUID = 1;

  /** Names the field, what was found and what was wanted. */
  public MalformedException(String message) {
    super(message);
  }
}
