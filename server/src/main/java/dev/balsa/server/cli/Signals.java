package dev.balsa.server.cli;

/** Lets a command clean up when the person or the system ends it; that end is then a success. */
final class Signals {
  private Signals() {}

  /** Does {@code work}; meanwhile SIGTERM and Ctrl-C do {@code cleanUp} and end with code 0. */
  static void during(Runnable work, Console console, Runnable cleanUp) {
    Thread hook =
        new Thread(
            () -> {
              try {
                cleanUp.run();
              } catch (RuntimeException e) {
                console.tell("Error: " + e.getMessage());
                Runtime.getRuntime().halt(1);
              }
              Runtime.getRuntime().halt(0);
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      work.run();
    } finally {
      forget(hook);
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      throw new CommandFailure("the process is being ended");
    }
  }
}
