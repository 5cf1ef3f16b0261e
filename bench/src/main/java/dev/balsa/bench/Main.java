package dev.balsa.bench;

import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** Measures Balsa beside its peers; the table goes to standard output, progress to the other. */
@Command(
    name = "bench",
    description = "Measures Balsa beside its peers.",
    subcommands = {LibraryCommand.class, HelpCommand.class},
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true)
public final class Main {
  private static final int FAILED = 1;

  /** Exit codes: 0 done, 1 failed, 2 bad usage. */
  public static void main(String[] args) {
    System.exit(execute(args));
  }

  static int execute(String... args) {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (problem, command, parsed) -> {
              if (!(problem instanceof IOException
                  || problem instanceof IllegalArgumentException)) {
                throw problem;
              }
              command.getErr().println(problem.getMessage());
              return FAILED;
            })
        .execute(args);
  }
}
