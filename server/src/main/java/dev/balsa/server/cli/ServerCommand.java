package dev.balsa.server.cli;

import dev.balsa.server.config.ConfigFile;
import dev.balsa.server.config.ServerOptions;
import java.nio.file.Path;
import java.util.List;
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

  @Spec @Nullable CommandSpec spec;

  @Override
  public void run() {
    Settings chosen = configFile == null ? settings : in(configFile);
    chosen.log.set();
    try (Members members = Members.start(List.of(chosen.options.toConfig()))) {
      members.serve();
    }
  }

  /** etcd would ignore the flags beside it; who gives them means them. */
  private Settings in(Path file) {
    if (spec != null) {
      for (OptionSpec given : spec.commandLine().getParseResult().matchedOptions()) {
        if (!given.longestName().equals(CONFIG_FILE)) {
          throw new BadUsage(
              "--config-file %s says everything, and %s is given, too; write it into the file"
                  .formatted(file, given.longestName()));
        }
      }
    }
    Settings read = new Settings();
    return Main.parsed(
        read, ConfigFile.words(file, Main.parser(read).getCommandSpec().optionsMap().keySet()));
  }
}
