package dev.balsa.server.cli;

import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code balsa prepare}: has a member do what members do at every start and under a load, and the
 * JVM write down what it learns by that, for all later starts.
 */
@Command(
    name = "prepare",
    description = {
      "Makes every later start on this machine quicker. Needs Java 25 or newer.",
      "Runs three members with temporary data on ports of their own, under a load;"
          + " the JVM of one then writes what it has learned into a file beside the jars, which"
          + " starts use from then on."
          + " Run it once after installing, after an upgrade, or when Java has changed."
    })
final class PrepareCommand implements Runnable {
  @Option(
      names = "--into",
      paramLabel = "FILE",
      required = true,
      description = "Where to write it; the launcher says so by itself.")
  Path file = Path.of("unset");

  @Option(
      names = "--duration",
      paramLabel = "DURATION",
      defaultValue = "30s",
      description = "How long to work under a load (default: ${DEFAULT-VALUE}).")
  String duration = "30s";

  private final Console console;

  PrepareCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Duration length = GoText.parseDuration(duration);
    try (TemporaryFolder folder = TemporaryFolder.make("balsa-prepare-", console);
        RehearsalMembers members = RehearsalMembers.start(folder.path(), file)) {
      try (Rehearsal rehearsal = new Rehearsal(members.endpoints(), length, members::requireAll)) {
        rehearsal.run();
      } catch (CommandFailure e) {
        members.requireAll(); // the end of one is the better reason
        throw e;
      }
      members.finishLearning();
    }
  }
}
