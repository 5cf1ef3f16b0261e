package dev.balsa.bench;

import dev.balsa.bench.server.ServerLoad;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** Measures Balsa beside its peers; the table goes to standard output, progress to the other. */
@Command(
    name = "bench",
    description = "Measures Balsa beside its peers.",
    subcommands = {
      LibraryCommand.class,
      ServerCommand.class,
      GroupCommitCommand.class,
      IdleCommand.class,
      GroupsCommand.class,
      RestartCommand.class,
      WatchCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  private static final int FAILED = 1;
  private static final int BAD_USAGE = 2;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  boolean help;

  /** Exit codes: 0 done, 1 failed, 2 bad usage. */
  public static void main(String[] args) {
    System.exit(execute(args));
  }

  static int execute(String... args) {
    return commandLine().execute(args);
  }

  /** The command with all commands below it. */
  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(ServerLoad.class, Main::load)
        .setExecutionExceptionHandler(
            (problem, command, parsed) -> {
              if (!(problem instanceof IOException
                  || problem instanceof IllegalArgumentException)) {
                throw problem;
              }
              command.getErr().println(problem.getMessage());
              return problem instanceof IOException ? FAILED : BAD_USAGE;
            });
  }

  private static ServerLoad load(String text) {
    try {
      return ServerLoad.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
