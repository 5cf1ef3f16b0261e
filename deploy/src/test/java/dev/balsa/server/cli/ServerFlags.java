package dev.balsa.server.cli;

import dev.balsa.server.config.EnvironmentDefaults;
import dev.balsa.server.config.ServerConfig;
import dev.balsa.server.config.ServerOptions;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** The flags of {@code balsa server}, read as that command does, without starting a member. */
public final class ServerFlags {
  @Mixin ServerOptions options = new ServerOptions();

  @Mixin LogFlags log = new LogFlags();

  private ServerFlags() {}

  /**
   * What a member with these arguments and variables would be.
   *
   * @throws RuntimeException as the command would refuse them
   */
  public static ServerConfig read(List<String> arguments, Map<String, String> environment) {
    ServerFlags flags = new ServerFlags();
    CommandLine line =
        Main.parser(flags).setDefaultValueProvider(new EnvironmentDefaults(environment));
    line.parseArgs(Main.withPlainBooleans(line, arguments.toArray(String[]::new)));
    return flags.options.toConfig();
  }

  /** The flags there are, such as {@code --data-dir}. */
  public static Set<String> names() {
    Set<String> names = new TreeSet<>();
    Main.parser(new ServerFlags())
        .getCommandSpec()
        .options()
        .forEach(option -> names.addAll(Arrays.asList(option.names())));
    return names;
  }

  /** Which of {@code variables} look like a flag's and are none, so that nobody would read them. */
  public static Set<String> unread(Collection<String> variables) {
    return EnvironmentDefaults.unread(variables, names());
  }
}
