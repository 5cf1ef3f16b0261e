package dev.balsa.web;

import dev.balsa.raft.Sentence;
import org.jspecify.annotations.Nullable;

/** A command or a run's text cannot be understood; the message names the part and the remedy. */
final class BadCommand extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Sentence sentence;

  /** A message whose text has {@code %s} for each value. */
  BadCommand(String text, @Nullable Object... values) {
    this(Sentence.of(text, values));
  }

  BadCommand(Sentence sentence) {
    super(sentence.toString());
    this.sentence = sentence;
  }

  /** The message, for whoever says it in another language. */
  Sentence sentence() {
    return sentence;
  }
}
