package dev.balsa.bench.server;

import dev.balsa.bench.measure.CpuMeter;
import dev.balsa.bench.measure.Memory;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import org.HdrHistogram.Histogram;

/** Puts loads on a running cluster, one after the other. */
final class LoadedCluster {
  private static final long SETTLE_MILLIS = 500;
  private static final long PRELOAD_SECONDS = 3_600;
  private static final ServerLoad PRELOAD =
      new ServerLoad(ServerLoad.Operation.PUT, 16, 256, ServerLoad.Target.ALL);

  private final ServerCluster cluster;
  private final Keyspace keys;

  LoadedCluster(ServerCluster cluster, Keyspace keys) {
    this.cluster = cluster;
    this.keys = keys;
  }

  /** Writes every key once. */
  void preload() throws IOException, InterruptedException {
    AtomicInteger next = new AtomicInteger();
    try (Connections connections = new Connections(cluster.members(), PRELOAD.connections())) {
      KvLoop.start(
              keys,
              PRELOAD,
              connections,
              slot -> {
                int key = next.getAndIncrement();
                return key < keys.count() ? key : KvLoop.NO_KEY;
              })
          .awaitRetired(PRELOAD_SECONDS);
    }
  }

  /** Runs {@code load}, leaving out its first half second, and measures {@code millis} of it. */
  Measured run(ServerLoad load, long millis) throws IOException, InterruptedException {
    List<ServerMember> targets =
        switch (load.target()) {
          case ALL -> cluster.members();
          case LEADER -> List.of(cluster.leader());
        };
    try (Connections connections = new Connections(targets, load.connections())) {
      KvLoop loop = KvLoop.start(keys, load, connections, draw(load));
      TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
      double forced = forces();
      var unused = loop.takeLatencies();
      CpuMeter meter = CpuMeter.start(cluster.processes());
      long from = System.nanoTime();
      TimeUnit.MILLISECONDS.sleep(millis);
      Histogram latencies = loop.takeLatencies();
      long nanos = System.nanoTime() - from;
      CpuMeter.Use cpu = meter.read();
      double forces = forces() - forced;
      double memory =
          cluster.processes().stream().mapToDouble(Memory::residentMib).max().orElseThrow();
      loop.drain();
      return new Measured(nanos, latencies, loop.failed(), forces, cpu, memory);
    }
  }

  private double forces() throws IOException, InterruptedException {
    return cluster.members().getFirst().forces();
  }

  /** Any key; but in transactions each slot keeps to keys of its own, so that none conflict. */
  private ToIntFunction<KvLoop.Slot> draw(ServerLoad load) {
    return switch (load.operation()) {
      case PUT, RANGE, SERIALIZABLE_RANGE ->
          slot -> ThreadLocalRandom.current().nextInt(keys.count());
      case TXN -> {
        int own = keys.count() / load.outstanding();
        yield slot -> slot.index() + load.outstanding() * ThreadLocalRandom.current().nextInt(own);
      }
    };
  }

  /**
   * What one load measured.
   *
   * @param nanos how long it was measured
   * @param latencies of the answered requests, in nanoseconds
   * @param failed requests refused, lost, or answered with something else
   * @param forces of the first member's write-ahead log, not a number if it does not tell
   * @param cpu of the servers together, this client, and others
   * @param memoryMib the largest resident set of a member
   */
  record Measured(
      long nanos,
      Histogram latencies,
      long failed,
      double forces,
      CpuMeter.Use cpu,
      double memoryMib) {

    double perSecond() {
      return latencies.getTotalCount() * 1e9 / nanos;
    }

    double perForce() {
      return latencies.getTotalCount() / forces;
    }
  }
}
