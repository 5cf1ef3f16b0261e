package dev.balsa.sim;

import dev.balsa.raft.Sentence;
import org.jspecify.annotations.Nullable;

/** A judge saw what must never be. Its message names the promise and what broke it. */
public final class BrokenPromise extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Sentence sentence;

  /**
   * A broken promise, told in one line.
   *
   * @param text with {@code %s} for each value
   */
  public BrokenPromise(String text, @Nullable Object... values) {
    this(Sentence.of(text, values));
  }

  private BrokenPromise(Sentence sentence) {
    super(sentence.toString());
    this.sentence = sentence;
  }

  /** The message, with its values kept apart. */
  public Sentence sentence() {
    return sentence;
  }

  /**
   * Checks a promise.
   *
   * @throws BrokenPromise with the text, its gaps filled, if {@code holds} is false
   */
  public static void require(boolean holds, String text, @Nullable Object... values) {
    if (!holds) {
      throw new BrokenPromise(text, values);
    }
  }
}
