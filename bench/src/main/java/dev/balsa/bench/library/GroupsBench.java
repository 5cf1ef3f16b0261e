package dev.balsa.bench.library;

import dev.balsa.bench.measure.CpuMeter;
import dev.balsa.bench.measure.Table;
import dev.balsa.bench.measure.Workspace;
import dev.balsa.node.NodeConfig;
import dev.balsa.node.Outcome;
import dev.balsa.node.RaftGroup;
import dev.balsa.node.RaftHost;
import dev.balsa.node.net.PeerAddress;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.RaftConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What many groups cost that nobody asks anything: three nodes with all of them, in this JVM. */
public final class GroupsBench {
  private static final int NODES = 3;
  private static final int ATTEMPTS_MAX = 100;
  private static final int AWAKENED_MAX = 100;
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final int groups;
  private final int settleSeconds;
  private final int seconds;

  /** Waits {@code settleSeconds} after each group has a command applied, then measures. */
  public GroupsBench(int groups, int settleSeconds, int seconds) {
    this.groups = groups;
    this.settleSeconds = settleSeconds;
    this.seconds = seconds;
  }

  /**
   * Measures groups that fall silent and groups that do not, below {@code parent}.
   *
   * @throws IOException if the nodes cannot be started or a group does not answer
   */
  public Table run(Path parent) throws IOException, InterruptedException {
    Table table =
        new Table(
            "groups",
            "idle ones are",
            "CPU of three nodes, % of a core",
            "bytes sent a second",
            "heap, MiB",
            "ms to make one on all nodes",
            "first command again, ms",
            "ms to remove one from a node");
    measure(table, parent, "silent", REST_NANOS);
    measure(table, parent, "beating", RaftConfig.NEVER);
    return table;
  }

  private void measure(Table table, Path parent, String name, long restNanos)
      throws IOException, InterruptedException {
    List<RaftHost> hosts = new ArrayList<>();
    try (Workspace workspace = Workspace.create(parent)) {
      Map<NodeId, PeerAddress> addresses = new TreeMap<>();
      for (int port : Workspace.freePorts(NODES)) {
        addresses.put(new NodeId(addresses.size() + 1L), PeerAddress.loopback(port));
      }
      for (NodeId id : addresses.keySet()) {
        RaftConfig timings =
            RaftConfig.of(id, id.value())
                .withTimings(
                    TimeUnit.MILLISECONDS.toNanos(Timing.ELECTION_MIN_MILLIS),
                    TimeUnit.MILLISECONDS.toNanos(Timing.ELECTION_MAX_MILLIS),
                    TimeUnit.MILLISECONDS.toNanos(Timing.HEARTBEAT_MILLIS))
                .withRestAfter(restNanos);
        hosts.add(
            RaftHost.start(
                NodeConfig.of(id, addresses, workspace.directory("node-" + id)).withRaft(timings)));
      }
      double makeMillis = found(hosts);
      TimeUnit.SECONDS.sleep(settleSeconds);
      long sentBefore = bytesSent(hosts);
      CpuMeter meter = CpuMeter.start(List.of());
      TimeUnit.SECONDS.sleep(seconds);
      double cores = meter.read().self();
      long sent = bytesSent(hosts) - sentBefore;
      double heap = heapMebibytes();
      double commandMillis = awaken(hosts);
      double removeMillis = remove(hosts);
      table.add(
          List.of(
              Integer.toString(groups),
              name,
              Table.number(100 * cores),
              Long.toString(sent / seconds),
              Table.number(heap),
              Table.number(makeMillis),
              Table.number(commandMillis),
              Table.number(removeMillis)));
    } finally {
      hosts.forEach(RaftHost::close);
    }
  }

  /** Makes all groups, and says how many milliseconds each took, then waits for their leaders. */
  private double found(List<RaftHost> hosts) throws IOException {
    long start = System.nanoTime();
    List<RaftGroup<Boolean, BalsaLog.ChainMachine>> first = new ArrayList<>();
    for (long id = 1; id <= groups; id++) {
      for (RaftHost host : hosts) {
        var group = host.create(new GroupId(id), new BalsaLog.ChainMachine(new Chain()));
        if (host.equals(hosts.getFirst())) {
          first.add(group);
        }
      }
    }
    double millis = millisEach(start, groups);
    for (RaftGroup<Boolean, BalsaLog.ChainMachine> group : first) {
      apply(group);
    }
    return millis;
  }

  /** One command to each of a few groups, one after the other. */
  @SuppressWarnings("unchecked") // all groups here are of this kind
  private double awaken(List<RaftHost> hosts) throws IOException {
    int count = Math.min(AWAKENED_MAX, groups);
    long start = System.nanoTime();
    for (long id = 1; id <= count; id++) {
      apply((RaftGroup<Boolean, BalsaLog.ChainMachine>) hosts.getLast().group(new GroupId(id)));
    }
    return millisEach(start, count);
  }

  private double remove(List<RaftHost> hosts) {
    long start = System.nanoTime();
    for (long id = 1; id <= groups; id++) {
      for (RaftHost host : hosts) {
        host.remove(new GroupId(id));
      }
    }
    return millisEach(start, groups * NODES);
  }

  private static double millisEach(long start, int count) {
    return (System.nanoTime() - start) / 1e6 / count;
  }

  @SuppressWarnings("ExplicitGC") // what is garbage is not needed
  private static double heapMebibytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1048576.0;
  }

  /** While groups elect their leaders, commands may be refused. */
  private static void apply(RaftGroup<Boolean, BalsaLog.ChainMachine> group) throws IOException {
    Outcome<Boolean> outcome = null;
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      outcome = group.submit(Bytes.utf8("first command of group " + group.id())).join();
      if (outcome instanceof Outcome.Applied) {
        return;
      }
    }
    throw new IOException("group %s takes no command: %s".formatted(group.id(), outcome));
  }

  private static long bytesSent(List<RaftHost> hosts) {
    return hosts.stream()
        .flatMap(host -> host.peers().stream())
        .mapToLong(peer -> peer.bytesSent())
        .sum();
  }
}
