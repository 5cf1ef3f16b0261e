package dev.balsa.sim;

import org.jspecify.annotations.Nullable;

/** A judge saw what must never be. Its message names the promise and what broke it. */
public final class BrokenPromise extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A broken promise, told in one line. */
  public BrokenPromise(String message) {
    super(message);
  }

  /**
   * Checks a promise.
   *
   * @throws BrokenPromise with the formatted text if {@code holds} is false
   */
  public static void require(boolean holds, String text, @Nullable Object... values) {
    if (!holds) {
      throw new BrokenPromise(text.formatted(values));
    }
  }
}
