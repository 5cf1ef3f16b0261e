package dev.balsa.server.cli;

/** A command did not do what it was asked; the message is for the person, the exit code 1. */
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CommandFailure(String message) {
    super(message);
  }
}
