package dev.balsa.bench;

import dev.balsa.bench.library.GroupsBench;
import dev.balsa.bench.measure.Table;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "groups", description = "Measures three nodes with many groups that are idle.")
final class GroupsCommand extends Measurement {
  @Option(names = "--groups", description = "Groups on each node (default: ${DEFAULT-VALUE}).")
  int groups = 1_000;

  @Option(names = "--seconds", description = "Measured seconds (default: ${DEFAULT-VALUE}).")
  int seconds = 30;

  @Option(
      names = "--settle",
      description = "Seconds to wait once all groups answer (default: ${DEFAULT-VALUE}).")
  int settle = 15;

  @Option(
      names = "--dir",
      description = "Where data directories are made, and deleted (default: ${DEFAULT-VALUE}).")
  Path dir = Path.of(System.getProperty("java.io.tmpdir"));

  @Override
  public Integer call() throws IOException, InterruptedException {
    Table table = new GroupsBench(groups, settle, seconds).run(dir);
    return report(
        dir,
        "Three nodes in one JVM, idle for %d s, then measured for %d s.".formatted(settle, seconds),
        table);
  }
}
