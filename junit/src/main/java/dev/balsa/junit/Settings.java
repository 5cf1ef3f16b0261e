package dev.balsa.junit;

import dev.balsa.server.config.ServerConfig;
import dev.balsa.server.config.ServerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Settings of a member on loopback, by the flags that the command takes. */
final class Settings {
  private Settings() {}

  /**
   * One member's.
   *
   * @param clients where clients come in, port 0 for a free one
   * @param peers {@code NAME=URL,…} of all
   * @param more flags besides
   */
  static ServerConfig of(
      String name,
      Path data,
      String clients,
      String peers,
      Duration election,
      Duration heartbeat,
      List<String> more) {
    ServerOptions options = new ServerOptions();
    List<String> flags = new ArrayList<>(more);
    flags.addAll(
        List.of(
            "--name=" + name,
            "--data-dir=" + data,
            "--listen-client-urls=" + clients,
            "--listen-peer-urls=http://127.0.0.1:0",
            "--initial-cluster=" + peers,
            "--initial-cluster-token=balsa-junit",
            "--storage=memory",
            "--election-timeout=" + election.toMillis(),
            "--heartbeat-interval=" + heartbeat.toMillis()));
    new CommandLine(options).parseArgs(flags.toArray(String[]::new));
    return options.toConfig();
  }
}
