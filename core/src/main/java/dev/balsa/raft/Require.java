package dev.balsa.raft;

import org.jspecify.annotations.Nullable;

/** Checks that are always on: of arguments, and of what must hold inside the core. */
final class Require {
  private Require() {}

  /**
   * A record's or method's precondition.
   *
   * @throws IllegalArgumentException with the formatted text if {@code holds} is false
   */
  static void argument(boolean holds, String text, @Nullable Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(Sentence.of(text, values).toString());
    }
  }

  /**
   * An invariant of the core.
   *
   * @throws InvariantViolation with the formatted text if {@code holds} is false
   */
  static void invariant(boolean holds, String text, @Nullable Object... values) {
    if (!holds) {
      throw new InvariantViolation(text, values);
    }
  }
}
