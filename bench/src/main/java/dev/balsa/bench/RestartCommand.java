package dev.balsa.bench;

import dev.balsa.bench.measure.Table;
import dev.balsa.bench.server.RestartBench;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "restart",
    description = "Measures members with many keys: memory, disk, and how soon they serve again.")
final class RestartCommand extends Measurement {
  @Mixin Servers servers = new Servers();

  @Option(names = "--members", description = "Members a cluster (default: ${DEFAULT-VALUE}).")
  int members = 3;

  @Option(
      names = "--keys",
      description =
          "Keys of 8 bytes with values of 256, each put once (default: ${DEFAULT-VALUE}).")
  int keys = 1_000_000;

  @Option(
      names = "--rounds",
      description = "Turns of each peer, alternating (default: ${DEFAULT-VALUE}).")
  int rounds = 1;

  @Option(
      names = "--dir",
      description = "Where data directories are made, and deleted (default: ${DEFAULT-VALUE}).")
  Path dir = Path.of(System.getProperty("java.io.tmpdir"));

  @Override
  public Integer call() throws IOException, InterruptedException {
    Table table =
        new RestartBench(servers.launchers(), members, keys, this::progress)
            .run(servers.kinds, rounds, dir);
    return report(
        dir,
        "%d members, %,d keys of 8 bytes with values of 256, killed and started again."
            .formatted(members, keys),
        table);
  }
}
