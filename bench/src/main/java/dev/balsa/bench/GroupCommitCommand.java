package dev.balsa.bench;

import dev.balsa.bench.measure.Table;
import dev.balsa.bench.server.ServerBench;
import dev.balsa.bench.server.ServerLoad;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "group-commit",
    description = "Counts how many writes of one member share a force of its log.")
final class GroupCommitCommand extends Measurement {
  private static final int KEYS = 1_000;

  @Mixin Rounds rounds = new Rounds();
  @Mixin Servers servers = new Servers();

  @Option(names = "--outstanding", description = "Writes in flight (default: ${DEFAULT-VALUE}).")
  int outstanding = 256;

  @Option(
      names = "--connections",
      description = "Connections they are spread over (default: ${DEFAULT-VALUE}).")
  int connections = 16;

  @Override
  public Integer call() throws IOException, InterruptedException {
    ServerLoad load =
        new ServerLoad(
            ServerLoad.Operation.PUT, connections, outstanding, ServerLoad.Target.LEADER);
    var plan =
        new ServerBench.Plan(
            servers.kinds,
            servers.launchers(),
            1,
            KEYS,
            List.of(load),
            rounds.rounds,
            rounds.warmup,
            rounds.seconds);
    Table table = new ServerBench(plan, this::progress).run(rounds.dir);
    return report(
        rounds.dir,
        "One member; forces are etcd_disk_wal_fsync_duration_seconds_count; %d s of warm-up, then %d s."
            .formatted(rounds.warmup, rounds.seconds),
        table);
  }
}
