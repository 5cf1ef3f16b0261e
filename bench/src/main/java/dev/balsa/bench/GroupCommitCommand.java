package dev.balsa.bench;

import dev.balsa.bench.measure.Machine;
import dev.balsa.bench.measure.Table;
import dev.balsa.bench.server.ServerBench;
import dev.balsa.bench.server.ServerLoad;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "group-commit",
    description = "Counts how many writes of one member share a force of its log.")
final class GroupCommitCommand implements Callable<Integer> {
  private static final int KEYS = 1_000;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  CommandSpec spec;

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
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
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
    Table table = new ServerBench(plan, err::println).run(rounds.dir);
    out.println("Machine: " + Machine.describe(rounds.dir));
    out.println(
        "One member; forces are etcd_disk_wal_fsync_duration_seconds_count; %d s of warm-up, then %d s."
            .formatted(rounds.warmup, rounds.seconds));
    out.println();
    out.print(table.markdown());
    out.flush();
    return 0;
  }
}
