package dev.balsa.server.cli;

/** A command was asked for in a way that it does not understand; the exit code is 2. */
final class BadUsage extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadUsage(String message) {
    super(message);
  }
}
