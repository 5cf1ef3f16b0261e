package dev.balsa.raft.trace;

import dev.balsa.raft.Sentence;
import org.jspecify.annotations.Nullable;

/** What should be a trace is none, or is damaged, or comes from a newer version. */
public final class TraceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Sentence sentence;

  /**
   * The message completes "the trace …".
   *
   * @param text with {@code %s} for each value
   */
  public TraceException(String text, @Nullable Object... values) {
    this(Sentence.of(text, values));
  }

  private TraceException(Sentence sentence) {
    super(sentence.toString());
    this.sentence = sentence;
  }

  /** The message, with its values kept apart. */
  public Sentence sentence() {
    return sentence;
  }
}
