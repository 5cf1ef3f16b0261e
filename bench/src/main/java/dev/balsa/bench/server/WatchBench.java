package dev.balsa.bench.server;

import dev.balsa.bench.measure.CpuMeter;
import dev.balsa.bench.measure.Latency;
import dev.balsa.bench.measure.Results;
import dev.balsa.bench.measure.Spread;
import dev.balsa.bench.measure.Table;
import dev.balsa.bench.measure.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/** How many events a second reach many watchers of one key, on all members. */
public final class WatchBench {
  private final Plan plan;
  private final Consumer<String> progress;
  private final Results<ServerKind, Integer, Measured> results = new Results<>();

  /** {@code progress} gets a line a turn. */
  public WatchBench(Plan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /**
   * Measures each kind in each round below {@code parent} and returns the table.
   *
   * @throws IOException if a member does not start or does not answer
   */
  public Table run(Path parent) throws IOException, InterruptedException {
    for (int round = 0; round < plan.rounds(); round++) {
      for (ServerKind kind : Results.order(plan.kinds(), round)) {
        progress.accept("round %d of %d: %s".formatted(round + 1, plan.rounds(), name(kind)));
        results.add(kind, plan.watchers(), turn(kind, parent));
      }
    }
    Table table =
        new Table(
            "watchers",
            "server",
            "runs",
            "events per s, median (min..max)",
            "p50 ms",
            "p99 ms",
            "servers' CPU, all",
            "others' CPU",
            "x " + name(plan.kinds().getFirst()));
    for (ServerKind kind : plan.kinds()) {
      Spread rate = rates(kind);
      table.add(
          List.of(
              Integer.toString(plan.watchers()),
              name(kind),
              Integer.toString(plan.rounds()),
              Table.spread(rate),
              results.median(kind, plan.watchers(), it -> Latency.of(it.latencies()).p50Millis()),
              results.median(kind, plan.watchers(), it -> Latency.of(it.latencies()).p99Millis()),
              results.median(kind, plan.watchers(), it -> it.cpu().watched()),
              results.median(kind, plan.watchers(), it -> it.cpu().others()),
              Table.number(rate.ratioTo(rates(plan.kinds().getFirst())))));
    }
    return table;
  }

  private Measured turn(ServerKind kind, Path parent) throws IOException, InterruptedException {
    try (Workspace workspace = Workspace.create(parent)) {
      ServerCluster cluster =
          ServerCluster.start(workspace, kind, plan.members(), plan.launchers());
      try (Connections connections = new Connections(cluster.members(), plan.connections())) {
        FanOut fan = FanOut.start(connections, plan.watchers());
        TimeUnit.SECONDS.sleep(plan.warmupSeconds());
        var unused = fan.takeLatencies();
        CpuMeter meter = CpuMeter.start(cluster.processes());
        long from = System.nanoTime();
        TimeUnit.SECONDS.sleep(plan.seconds());
        Histogram latencies = fan.takeLatencies();
        return new Measured(System.nanoTime() - from, latencies, meter.read());
      }
    }
  }

  private Spread rates(ServerKind kind) {
    return results.spread(
        kind,
        plan.watchers(),
        it -> it.latencies().getTotalCount() * (double) plan.watchers() * 1e9 / it.nanos());
  }

  private static String name(ServerKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /**
   * What to measure.
   *
   * @param kinds the first is what the others are compared with
   * @param watchers of the one key, over all connections
   * @param connections to the members in turn, at most as many as watchers
   * @param warmupSeconds of writing before the measurement of a turn
   */
  public record Plan(
      List<ServerKind> kinds,
      Launchers launchers,
      int members,
      int watchers,
      int connections,
      int rounds,
      int warmupSeconds,
      int seconds) {
    public Plan {
      if (kinds.isEmpty() || rounds < 1 || seconds < 1 || warmupSeconds < 0 || members < 1) {
        throw new IllegalArgumentException(
            "nothing to measure: give at least one peer, one member, one round and one second");
      }
      if (connections < 1 || watchers < connections) {
        throw new IllegalArgumentException(
            "%d watchers over %d connections: give at least one connection, and at least one watcher each"
                .formatted(watchers, connections));
      }
    }
  }

  private record Measured(long nanos, Histogram latencies, CpuMeter.Use cpu) {}
}
