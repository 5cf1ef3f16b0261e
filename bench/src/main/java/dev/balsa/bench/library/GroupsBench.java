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
    Table table = new Table("groups", "idle ones are", "CPU of three nodes, % of a core", "sent");
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
      found(hosts);
      TimeUnit.SECONDS.sleep(settleSeconds);
      long sentBefore = bytesSent(hosts);
      CpuMeter meter = CpuMeter.start(List.of());
      TimeUnit.SECONDS.sleep(seconds);
      double cores = meter.read().self();
      long sent = bytesSent(hosts) - sentBefore;
      table.add(
          List.of(
              Integer.toString(groups),
              name,
              Table.number(100 * cores),
              "%d bytes a second".formatted(sent / seconds)));
    } finally {
      hosts.forEach(RaftHost::close);
    }
  }

  private void found(List<RaftHost> hosts) throws IOException {
    List<RaftGroup<Boolean, BalsaLog.ChainMachine>> first = new ArrayList<>();
    for (long id = 1; id <= groups; id++) {
      for (RaftHost host : hosts) {
        var group = host.create(new GroupId(id), new BalsaLog.ChainMachine(new Chain()));
        if (host.equals(hosts.getFirst())) {
          first.add(group);
        }
      }
    }
    for (RaftGroup<Boolean, BalsaLog.ChainMachine> group : first) {
      apply(group);
    }
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
