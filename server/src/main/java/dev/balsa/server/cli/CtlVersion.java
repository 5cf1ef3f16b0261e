package dev.balsa.server.cli;

import picocli.CommandLine.Command;

/** Says which version this is. */
@Command(name = "version", description = "Prints the version of this command and of its API.")
final class CtlVersion implements Runnable {
  private final Console console;

  CtlVersion(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    console.println("balsa version: " + Main.version());
    console.println("API version: " + Main.API_VERSION);
  }
}
