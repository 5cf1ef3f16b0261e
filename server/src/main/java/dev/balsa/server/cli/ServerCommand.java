package dev.balsa.server.cli;

import dev.balsa.server.config.ServerOptions;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
  @Mixin ServerOptions options = new ServerOptions();

  @Mixin LogFlags log = new LogFlags();

  @Override
  public void run() {
    log.set();
    try (Members members = Members.start(List.of(options.toConfig()))) {
      members.serve();
    }
  }
}
