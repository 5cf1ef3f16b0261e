package dev.balsa.server.cli;

import dev.balsa.server.config.EnvironmentDefaults;
import dev.balsa.server.config.ServerConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;

/** Reads the flags of {@code balsa server} as that command does, without starting a member. */
public final class ServerFlags {
  private ServerFlags() {}

  /**
   * What a member with these arguments and variables would be.
   *
   * @throws RuntimeException as the command would refuse them
   */
  public static ServerConfig read(List<String> arguments, Map<String, String> environment) {
    ServerCommand command = new ServerCommand();
    CommandLine line =
        Main.parser(command).setDefaultValueProvider(new EnvironmentDefaults(environment));
    line.parseArgs(Main.withPlainBooleans(line, arguments.toArray(String[]::new)));
    return command.options.toConfig();
  }

  /** The flags there are, such as {@code --data-dir}. */
  public static Set<String> names() {
    Set<String> names = new TreeSet<>();
    Main.parser(new ServerCommand())
        .getCommandSpec()
        .options()
        .forEach(option -> names.addAll(Arrays.asList(option.names())));
    return names;
  }
}
