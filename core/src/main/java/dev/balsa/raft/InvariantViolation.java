package dev.balsa.raft;

import org.jspecify.annotations.Nullable;

/**
 * The core found itself in a state that Raft forbids: a bug of ours, or a medium that lied. The
 * node stops; going on could lose acknowledged commands.
 */
public final class InvariantViolation extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Sentence sentence;

  /**
   * Creates a violation whose message names the rule and the values that break it.
   *
   * @param text with {@code %s} for each value
   */
  public InvariantViolation(String text, @Nullable Object... values) {
    this(Sentence.of(text, values));
  }

  private InvariantViolation(Sentence sentence) {
    super(sentence.toString());
    this.sentence = sentence;
  }

  /** The message, with its values kept apart. */
  public Sentence sentence() {
    return sentence;
  }
}
