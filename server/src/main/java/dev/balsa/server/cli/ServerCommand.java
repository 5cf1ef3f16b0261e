package dev.balsa.server.cli;

import dev.balsa.server.EtcdServer;
import dev.balsa.server.config.ConfigFile;
import dev.balsa.server.config.EnvironmentDefaults;
import dev.balsa.server.config.ServerOptions;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code balsa server}: one member, in the foreground. */
@Command(
    name = "server",
    abbreviateSynopsis = true,
    description = {
      "Runs one member until it is told to stop. The flags are etcd's.",
      "A flag that is not given is taken from the environment: --data-dir from BALSA_DATA_DIR or"
          + " ETCD_DATA_DIR."
    })
final class ServerCommand implements Runnable {
  private static final String CONFIG_FILE = "--config-file";

  /** What a file may say, too. */
  static final class Settings {
    @Mixin ServerOptions options = new ServerOptions();

    @Mixin LogFlags log = new LogFlags();
  }

  @Mixin Settings settings = new Settings();

  @Option(
      names = CONFIG_FILE,
      paramLabel = "FILE",
      description = "Take all settings from this YAML file, and none from flags or environment.")
  @Nullable Path configFile;

  @Spec CommandSpec spec = CommandSpec.create();

  private final Map<String, String> environment;

  ServerCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public void run() {
    Settings chosen = configFile == null ? settings : in(configFile);
    chosen.log.set(); // before HostNames, for the JDK logs what changes of its security
    HostNames.rememberNone();
    warnOfUnread(configFile == null ? spec.optionsMap().keySet() : Set.of(CONFIG_FILE));
    try (Members members = Members.start(List.of(chosen.options.toConfig()))) {
      members.serve();
    }
  }

  /** Who sets a variable means it, and a typing error in one is found by nobody else. */
  private void warnOfUnread(Set<String> flags) {
    Logger log = System.getLogger(EtcdServer.class.getName()); // no sooner: flags say how it logs
    for (String name : EnvironmentDefaults.unread(environment.keySet(), flags)) {
      log.log(
          Level.WARNING,
          configFile == null
              ? "the environment variable {0} is no flag of this server and says nothing; balsa server --help lists the flags"
              : "the environment variable {0} says nothing, since --config-file says everything",
          name);
    }
  }

  /** etcd would ignore the flags beside it; who gives them means them. */
  private Settings in(Path file) {
    for (OptionSpec given : spec.commandLine().getParseResult().matchedOptions()) {
      if (!given.longestName().equals(CONFIG_FILE)) {
        throw new BadUsage(
            "--config-file %s says everything, and %s is given, too; write it into the file"
                .formatted(file, given.longestName()));
      }
    }
    Settings read = new Settings();
    return Main.parsed(
        read, ConfigFile.words(file, Main.parser(read).getCommandSpec().optionsMap().keySet()));
  }
}
