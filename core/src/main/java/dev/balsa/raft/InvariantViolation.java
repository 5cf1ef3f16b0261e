package dev.balsa.raft;

/**
 * The core found itself in a state that Raft forbids: a bug of ours, or a medium that lied. The
 * node stops; going on could lose acknowledged commands.
 */
public final class InvariantViolation extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Creates a violation whose {@code message} names the rule and the values that break it. */
  public InvariantViolation(String message) {
    super(message);
  }
}
