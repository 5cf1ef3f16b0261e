package dev.balsa.bench;

import dev.balsa.bench.measure.Table;
import dev.balsa.bench.server.WatchBench;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "watch",
    description = "Counts the events that reach many watchers of a key, put one after the other.")
final class WatchCommand extends Measurement {
  @Mixin Rounds rounds = new Rounds();
  @Mixin Servers servers = new Servers();

  @Option(names = "--members", description = "Members a cluster (default: ${DEFAULT-VALUE}).")
  int members = 3;

  @Option(names = "--watchers", description = "Watchers of the key (default: ${DEFAULT-VALUE}).")
  int watchers = 1_000;

  @Option(
      names = "--connections",
      description = "Connections they are spread over (default: ${DEFAULT-VALUE}).")
  int connections = 100;

  @Override
  public Integer call() throws IOException, InterruptedException {
    var plan =
        new WatchBench.Plan(
            servers.kinds,
            servers.launchers(),
            members,
            watchers,
            connections,
            rounds.rounds,
            rounds.warmup,
            rounds.seconds);
    Table table = new WatchBench(plan, this::progress).run(rounds.dir);
    return report(
        rounds.dir,
        "%d members and the client on it; one put of 256 bytes at a time, latency until the last watcher heard of it; %d s of warm-up, then %d s."
            .formatted(members, rounds.warmup, rounds.seconds),
        table);
  }
}
