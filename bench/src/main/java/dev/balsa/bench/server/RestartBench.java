package dev.balsa.bench.server;

import dev.balsa.bench.measure.CpuMeter;
import dev.balsa.bench.measure.Memory;
import dev.balsa.bench.measure.Results;
import dev.balsa.bench.measure.Table;
import dev.balsa.bench.measure.Workspace;
import dev.balsa.proto.RangeRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** Members with many keys: what they take of memory and disk, and how long restarts take. */
public final class RestartBench {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final String ONLY = "all keys";

  private final Launchers launchers;
  private final int members;
  private final int keys;
  private final Consumer<String> progress;
  private final Results<ServerKind, String, Measured> results = new Results<>();

  /** {@code progress} gets a line a turn. */
  public RestartBench(Launchers launchers, int members, int keys, Consumer<String> progress) {
    if (members < 1 || keys < 1 || keys > Keyspace.COUNT_MAX) {
      throw new IllegalArgumentException(
          "%d members with %d keys: give at least one, and 1 to %d keys"
              .formatted(members, keys, Keyspace.COUNT_MAX));
    }
    this.launchers = launchers;
    this.members = members;
    this.keys = keys;
    this.progress = progress;
  }

  /**
   * Measures each kind in each round below {@code parent} and returns the table.
   *
   * @throws IOException if a member does not start or does not answer
   */
  public Table run(List<ServerKind> kinds, int rounds, Path parent)
      throws IOException, InterruptedException {
    if (kinds.isEmpty() || rounds < 1) {
      throw new IllegalArgumentException(
          "nothing to measure: give at least one peer and one round");
    }
    for (int round = 0; round < rounds; round++) {
      for (ServerKind kind : Results.order(kinds, round)) {
        progress.accept("round %d of %d: %s".formatted(round + 1, rounds, name(kind)));
        results.add(kind, ONLY, measure(kind, parent));
      }
    }
    Table table =
        new Table(
            "server",
            "runs",
            "MiB resident, loaded",
            "MiB on disk",
            "a follower serves again, ms",
            "all serve again, ms",
            "their CPU till then, s",
            "MiB resident, restarted",
            "others' CPU, cores");
    for (ServerKind kind : kinds) {
      table.add(
          List.of(
              name(kind),
              Integer.toString(rounds),
              cell(kind, Measured::loadedMib),
              cell(kind, Measured::diskMib),
              cell(kind, it -> it.followerNanos() / NANOS_PER_MILLI),
              cell(kind, it -> it.allNanos() / NANOS_PER_MILLI),
              cell(kind, Measured::cpuSeconds),
              cell(kind, Measured::restartedMib),
              cell(
                  kind,
                  it -> it.busyCores() - it.cpuSeconds() * NANOS_PER_SECOND / it.allNanos())));
    }
    return table;
  }

  private String cell(ServerKind kind, ToDoubleFunction<Measured> figure) {
    return Table.spread(results.spread(kind, ONLY, figure));
  }

  private Measured measure(ServerKind kind, Path parent) throws IOException, InterruptedException {
    try (Workspace workspace = Workspace.create(parent)) {
      ServerCluster cluster = ServerCluster.start(workspace, kind, members, launchers);
      Keyspace keyspace = new Keyspace(keys);
      new LoadedCluster(cluster, keyspace).preload();
      RangeRequest last = keyspace.range(keys - 1);
      double loaded = largestMib(cluster);
      double disk = cluster.largestDiskMib();
      ServerMember leader = cluster.leader();
      ServerMember follower =
          cluster.members().stream().filter(it -> !it.equals(leader)).findFirst().orElse(leader);
      long followerNanos = cluster.restart(List.of(follower), last);
      CpuMeter meter = CpuMeter.start(List.of());
      long allNanos = cluster.restart(List.copyOf(cluster.members()), last);
      double busy = meter.read().others();
      double cpuSeconds = cluster.processes().stream().mapToDouble(RestartBench::cpuSeconds).sum();
      return new Measured(
          loaded, disk, followerNanos, allNanos, cpuSeconds, busy, largestMib(cluster));
    }
  }

  private static double cpuSeconds(ProcessHandle process) {
    Duration cpu = process.info().totalCpuDuration().orElse(Duration.ZERO);
    return cpu.toNanos() / (double) NANOS_PER_SECOND;
  }

  private static double largestMib(ServerCluster cluster) {
    return cluster.processes().stream().mapToDouble(Memory::residentMib).max().orElseThrow();
  }

  private static String name(ServerKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private record Measured(
      double loadedMib,
      double diskMib,
      long followerNanos,
      long allNanos,
      double cpuSeconds, // of all members until they served
      double busyCores, // of everything but this process, meanwhile
      double restartedMib) {}
}
