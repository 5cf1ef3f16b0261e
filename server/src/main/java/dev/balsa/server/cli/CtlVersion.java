package dev.balsa.server.cli;

import dev.balsa.server.rpc.ApiVersion;
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
    console.println("API version: " + ApiVersion.SERVER.replaceFirst("\\.[0-9]+$", ""));
  }
}
