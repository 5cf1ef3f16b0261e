package dev.balsa.bench.server;

import dev.balsa.bench.measure.Latency;
import dev.balsa.bench.measure.Results;
import dev.balsa.bench.measure.Spread;
import dev.balsa.bench.measure.Table;
import dev.balsa.bench.measure.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Servers side by side: in every round each has its turn, and rounds change who goes first. */
public final class ServerBench {
  private final Plan plan;
  private final Consumer<String> progress;
  private final Results<ServerKind, ServerLoad, LoadedCluster.Measured> results = new Results<>();

  /** {@code progress} gets a line a turn. */
  public ServerBench(Plan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /**
   * Runs every round below {@code parent} and returns the table.
   *
   * @throws IOException if a member does not start or does not answer
   */
  public Table run(Path parent) throws IOException, InterruptedException {
    for (int round = 0; round < plan.rounds(); round++) {
      for (ServerKind kind : Results.order(plan.kinds(), round)) {
        progress.accept("round %d of %d: %s".formatted(round + 1, plan.rounds(), name(kind)));
        turn(kind, parent);
      }
    }
    return table();
  }

  private void turn(ServerKind kind, Path parent) throws IOException, InterruptedException {
    try (Workspace workspace = Workspace.create(parent)) {
      ServerCluster servers =
          ServerCluster.start(workspace, kind, plan.members(), plan.launchers());
      LoadedCluster cluster = new LoadedCluster(servers, new Keyspace(plan.keys()));
      cluster.preload();
      for (ServerLoad load : plan.loads()) {
        warm(cluster, load);
      }
      for (ServerLoad load : plan.loads()) {
        warm(cluster, load);
        results.add(kind, load, cluster.run(load, plan.seconds() * 1_000L));
      }
    }
  }

  /** Half of the warm-up. */
  private void warm(LoadedCluster cluster, ServerLoad load)
      throws IOException, InterruptedException {
    var unused = cluster.run(load, plan.warmupSeconds() * 500L);
  }

  private Table table() {
    Table table =
        new Table(
            "load",
            "server",
            "runs",
            "per s, median (min..max)",
            "p50 ms",
            "p99 ms",
            "p99.9 ms",
            "client CPU",
            "servers' CPU, all",
            "largest RSS MiB",
            "per force",
            "failed",
            "others' CPU",
            "x " + name(plan.kinds().getFirst()));
    for (ServerLoad load : plan.loads()) {
      for (ServerKind kind : plan.kinds()) {
        table.add(row(kind, load));
      }
    }
    return table;
  }

  private List<String> row(ServerKind kind, ServerLoad load) {
    Spread rate = rates(kind, load);
    return List.of(
        load.toString(),
        name(kind),
        Integer.toString(plan.rounds()),
        Table.spread(rate),
        results.median(kind, load, turn -> Latency.of(turn.latencies()).p50Millis()),
        results.median(kind, load, turn -> Latency.of(turn.latencies()).p99Millis()),
        results.median(kind, load, turn -> Latency.of(turn.latencies()).p999Millis()),
        results.median(kind, load, turn -> turn.cpu().self()),
        results.median(kind, load, turn -> turn.cpu().watched()),
        results.median(kind, load, LoadedCluster.Measured::memoryMib),
        results.median(kind, load, LoadedCluster.Measured::perForce),
        results.median(kind, load, LoadedCluster.Measured::failed),
        results.median(kind, load, turn -> turn.cpu().others()),
        Table.number(rate.ratioTo(rates(plan.kinds().getFirst(), load))));
  }

  private Spread rates(ServerKind kind, ServerLoad load) {
    return results.spread(kind, load, LoadedCluster.Measured::perSecond);
  }

  private static String name(ServerKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /**
   * What to measure.
   *
   * @param kinds the first is what the others are compared with
   * @param keys how many there are, each written once before the loads
   * @param warmupSeconds of each load; half of them before the first measurement of a turn, so that
   *     servers know all that is asked of them, half right before the load's own measurement, so
   *     that none pays for what the load before it left to do
   * @param seconds measured a load
   */
  public record Plan(
      List<ServerKind> kinds,
      Launchers launchers,
      int members,
      int keys,
      List<ServerLoad> loads,
      int rounds,
      int warmupSeconds,
      int seconds) {
    public Plan {
      if (kinds.isEmpty() || loads.isEmpty() || rounds < 1 || seconds < 1 || members < 1) {
        throw new IllegalArgumentException(
            "nothing to measure: give at least one peer, one load, one member, one round and one second");
      }
      if (keys < 1 || keys > Keyspace.COUNT_MAX) {
        throw new IllegalArgumentException(
            "%d keys: give 1 to %d".formatted(keys, Keyspace.COUNT_MAX));
      }
      for (ServerLoad load : loads) {
        if (load.outstanding() > keys) {
          throw new IllegalArgumentException(
              "load %s needs a key for each request, and there are %d; give more --keys"
                  .formatted(load, keys));
        }
      }
    }
  }
}
