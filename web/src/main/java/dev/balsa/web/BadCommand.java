package dev.balsa.web;

/** A command or a run's text cannot be understood; the message names the part and the remedy. */
final class BadCommand extends RuntimeException {
  private static final long serialVersionUID = 1;

  BadCommand(String message) {
    super(message);
  }
}
