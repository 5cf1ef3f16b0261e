package dev.balsa.bench;

import dev.balsa.bench.measure.Table;
import dev.balsa.bench.server.ServerBench;
import dev.balsa.bench.server.ServerLoad;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "server",
    description = "Puts gRPC loads on real etcd and on Balsa, as processes on loopback.")
final class ServerCommand extends Measurement {
  private static final List<ServerLoad> LOADS =
      Stream.of("put", "range", "serializable-range", "txn")
          .flatMap(
              operation ->
                  Stream.of(":1:1:leader", ":100:100:all", ":100:1000:all")
                      .map(load -> ServerLoad.parse(operation + load)))
          .toList();

  @Mixin Rounds rounds = new Rounds();
  @Mixin Servers servers = new Servers();

  @Option(names = "--members", description = "Members a cluster (default: ${DEFAULT-VALUE}).")
  int members = 3;

  @Option(
      names = "--keys",
      description =
          "Keys of 8 bytes with values of 256, each written once before (default: ${DEFAULT-VALUE}).")
  int keys = 100_000;

  @Option(
      names = "--loads",
      split = ",",
      description =
          "operation:connections:outstanding:target; operations: put, range, serializable-range, txn; targets: leader, all (default: ${DEFAULT-VALUE}).")
  List<ServerLoad> loads = LOADS;

  @Override
  public Integer call() throws IOException, InterruptedException {
    var plan =
        new ServerBench.Plan(
            servers.kinds,
            servers.launchers(),
            members,
            keys,
            loads,
            rounds.rounds,
            rounds.warmup,
            rounds.seconds);
    Table table = new ServerBench(plan, this::progress).run(rounds.dir);
    return report(
        rounds.dir,
        "%d members and the client on it; %,d keys of 8 bytes, values of 256, closed loop; %d s of warm-up a load, half before all and half right before its %d s."
            .formatted(members, keys, rounds.warmup, rounds.seconds),
        table);
  }
}
