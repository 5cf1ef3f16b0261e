package dev.balsa.bench;

import dev.balsa.bench.measure.Table;
import dev.balsa.bench.server.IdleBench;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "idle", description = "Measures members that nobody asks anything.")
final class IdleCommand extends Measurement {
  @Mixin Servers servers = new Servers();

  @Option(names = "--members", description = "Members a cluster (default: ${DEFAULT-VALUE}).")
  int members = 3;

  @Option(names = "--seconds", description = "Measured seconds (default: ${DEFAULT-VALUE}).")
  int seconds = 30;

  @Option(
      names = "--settle",
      description = "Seconds to wait once all are healthy (default: ${DEFAULT-VALUE}).")
  int settle = 10;

  @Option(
      names = "--dir",
      description = "Where data directories are made, and deleted (default: ${DEFAULT-VALUE}).")
  Path dir = Path.of(System.getProperty("java.io.tmpdir"));

  @Override
  public Integer call() throws IOException, InterruptedException {
    Table table =
        new IdleBench(servers.launchers(), members, settle, seconds).run(servers.kinds, dir);
    return report(
        dir,
        "%d members, idle for %d s, then measured for %d s.".formatted(members, settle, seconds),
        table);
  }
}
