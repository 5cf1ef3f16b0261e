package dev.balsa.server.cli;

import dev.balsa.node.StorageException;
import dev.balsa.server.StartException;
import dev.balsa.server.backup.BackupException;
import dev.balsa.server.config.ConfigException;
import dev.balsa.server.config.EnvironmentDefaults;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code balsa} command. */
@Command(
    name = "balsa",
    description = "A replicated key-value store that serves etcd clients.",
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
  private static final int BAD_USAGE = 2;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version.")
  boolean version;

  private Main() {}

  /**
   * Runs one command and ends the process with its exit code. A failure halts: what must be closed
   * has been closed by the command, and an orderly exit would only start the logging. A success
   * just returns, at which the JVM may write the archive of classes that makes the next start
   * quick.
   */
  public static void main(String[] args) {
    LibraryLog.install();
    int code = run(Console.ofProcess(), System.getenv(), args);
    if (code != 0) {
      Runtime.getRuntime().halt(code);
    }
  }

  /** Runs one command and returns its exit code: 0 done, 1 failed, 2 bad usage. */
  static int run(Console console, Map<String, String> environment, String... args) {
    CommandLine command = commandLine(console, environment, args.length == 0 ? "" : args[0]);
    int code = command.execute(withPlainBooleans(command, args));
    console.out().flush();
    console.err().flush();
    return code;
  }

  /**
   * Knows only the command that {@code first} names if it does, for flags take time to describe.
   */
  static CommandLine commandLine(Console console, Map<String, String> environment, String first) {
    SequencedMap<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("demo", () -> new DemoCommand(console));
    commands.put(
        "server",
        () ->
            new CommandLine(new ServerCommand(environment))
                .setDefaultValueProvider(new EnvironmentDefaults(environment)));
    commands.put("ctl", () -> new CtlCommand(console, environment).commandLine());
    commands.put("snapshot", () -> CtlSnapshot.alone(console, environment));
    commands.put("log", () -> new LogCommand(console).commandLine());
    commands.put("sim", () -> new SimCommand(console));
    commands.put("prepare", () -> new PrepareCommand(console));
    CommandLine command = parser(new Main());
    commands.forEach(
        (name, made) -> {
          if (first.equals(name) || !commands.containsKey(first)) {
            command.addSubcommand(name, made.get());
          }
        });
    settle(command);
    command.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
    command.setParameterExceptionHandler(
        (failure, args) -> {
          CommandSpec asked = failure.getCommandLine().getCommandSpec();
          console.tell(
              "Error: %s; see '%s --help'".formatted(oneLine(failure), asked.qualifiedName()));
          return BAD_USAGE;
        });
    command.setExecutionExceptionHandler(
        (failure, line, parsed) -> {
          console.tell("Error: " + said(failure));
          return failure instanceof BadUsage || failure instanceof ConfigException ? BAD_USAGE : 1;
        });
    return command;
  }

  /** A parser that leaves arguments as they are: a value such as {@code @file} is a value. */
  static CommandLine parser(Object command) {
    return settle(new CommandLine(command));
  }

  /**
   * The arguments {@code flags} with what {@code words} say.
   *
   * @throws BadUsage if they do not say it well
   */
  static <F> F parsed(F flags, List<String> words) {
    CommandLine parser = parser(flags);
    try {
      parser.parseArgs(withPlainBooleans(parser, words.toArray(String[]::new)));
    } catch (ParameterException e) {
      throw new BadUsage(String.valueOf(e.getMessage()));
    }
    return flags;
  }

  private static CommandLine settle(CommandLine command) {
    return command
        .setExpandAtFiles(false)
        .setOverwrittenOptionsAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setUsageHelpLongOptionsMaxWidth(28);
  }

  /**
   * Our own failures speak for themselves; any other is a surprise, so its name is worth saying.
   */
  private static String said(Exception failure) {
    boolean own =
        failure instanceof BadUsage
            || failure instanceof CommandFailure
            || failure instanceof ConfigException
            || failure instanceof StartException
            || failure instanceof StorageException
            || failure instanceof BackupException;
    return own && failure.getMessage() != null ? failure.getMessage() : failure.toString();
  }

  private static String oneLine(ParameterException failure) {
    if (failure instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().getFirst();
      if (first.startsWith("-")) {
        return "unknown flag: " + first;
      }
      boolean choosesCommand = !failure.getCommandLine().getSubcommands().isEmpty();
      return (choosesCommand ? "unknown command: " : "unexpected argument: ") + first;
    }
    if (failure instanceof MissingParameterException missing
        && missing.getMissing().getFirst() instanceof OptionSpec flag) {
      return "flag %s lacks its value %s".formatted(flag.longestName(), flag.paramLabel());
    }
    if (failure.getValue() != null && isNumber(failure.getArgSpec())) {
      return "%s '%s' is no whole number, or too large; write it like 1000"
          .formatted(name(failure.getArgSpec()), failure.getValue());
    }
    String message = failure.getMessage();
    if ("Missing required subcommand".equals(message)) {
      return "a command is missing";
    }
    return message == null ? failure.toString() : message.lines().findFirst().orElse("");
  }

  private static boolean isNumber(@Nullable ArgSpec argument) {
    return argument != null
        && List.of(long.class, int.class, Integer.class).contains(argument.type());
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec flag ? flag.longestName() : argument.paramLabel();
  }

  /** Turns {@code --flag=true} into {@code --flag} and drops {@code --flag=false}, up to a "--". */
  static String[] withPlainBooleans(CommandLine command, String... args) {
    Set<String> names = new HashSet<>();
    Set<String> valued = new HashSet<>();
    collectBooleans(command.getCommandSpec(), names, valued);
    names.removeAll(valued); // such a one takes true and false by itself
    List<String> plain = new ArrayList<>();
    boolean flags = true;
    for (String arg : args) {
      flags &= !arg.equals("--");
      int equals = arg.indexOf('=');
      String name = equals < 0 ? arg : arg.substring(0, equals);
      if (flags && equals > 0 && names.contains(name) && arg.endsWith("=true")) {
        plain.add(name);
      } else if (!(flags && equals > 0 && names.contains(name) && arg.endsWith("=false"))) {
        plain.add(arg);
      }
    }
    return plain.toArray(String[]::new);
  }

  private static void collectBooleans(CommandSpec spec, Set<String> names, Set<String> valued) {
    for (OptionSpec option : spec.options()) {
      (option.arity().max() == 0 ? names : valued).addAll(List.of(option.names()));
    }
    spec.subcommands()
        .values()
        .forEach(sub -> collectBooleans(sub.getCommandSpec(), names, valued));
  }

  /** The version of the jar, or that there is none. */
  static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public void run() {
    throw new BadUsage("a command is missing; ./balsa --help lists them");
  }

  /** Tells picocli the version. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"balsa " + version()};
    }
  }
}
