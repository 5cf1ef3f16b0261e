package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.net.PeerAddress;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.StateMachine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One node's disk is all that is left of three. */
class SalvageTest {
  private static final ClusterId AFTER = new ClusterId(77);
  private static final WalConfig WAL = new WalConfig(1 << 18, 1 << 16);
  private static final NodeId SELF = new NodeId(1);

  private final Map<NodeId, PeerAddress> members = new TreeMap<>();
  private final List<FaultyDirectory> disks = new ArrayList<>();
  private final List<RaftNode<Long, Counter>> nodes = new ArrayList<>();

  @AfterEach
  void closeAll() {
    nodes.forEach(RaftNode::close);
  }

  @ParameterizedTest
  @ValueSource(longs = {50, 100_000}) // with snapshots, and from the log alone
  void whatReachedTheNodeGoesOnInAClusterOfItsOwn(long snapshotEntries) throws Exception {
    writeToThree(500, snapshotEntries);
    FaultyDirectory left = disks.getFirst();
    FaultyDirectory fresh = new FaultyDirectory();

    EntryId last = Salvage.run(left, fresh, new Counter(), AFTER, WAL);
    RaftNode<Long, Counter> alone = start(fresh, Map.of(SELF, PeerAddress.loopback(0)), AFTER, 50);

    assertThat(add(alone, 7)).isEqualTo(507);
    assertThat(alone.members().voters()).containsExactly(SELF);
    assertThat(alone.members().removed()).containsExactly(new NodeId(2), new NodeId(3));
    // The old data is as good as before.
    assertThat(Salvage.run(left, new FaultyDirectory(), new Counter(), AFTER, WAL)).isEqualTo(last);
  }

  @Test
  void whatIsNobodysCannotBeSalvaged() {
    FaultyDirectory empty = new FaultyDirectory();

    assertThatThrownBy(() -> Salvage.run(empty, new FaultyDirectory(), new Counter(), AFTER, WAL))
        .isInstanceOf(StorageException.class)
        .hasMessageEndingWith("holds no data of a member; name the directory of one that ran");
  }

  @Test
  void theFormerClustersIdIsRefused() throws Exception {
    writeToThree(1, 100);
    ClusterId former = NodeConfig.of(SELF, members, Path.of("unused")).cluster();

    assertThatThrownBy(
            () -> Salvage.run(disks.getFirst(), new FaultyDirectory(), new Counter(), former, WAL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("is the former one");
  }

  @Test
  void whatAMachineKeptByItselfIsCarriedOver() throws Exception {
    NodeConfig config =
        NodeConfig.of(SELF, Map.of(SELF, PeerAddress.loopback(0)), Path.of("unused"))
            .withWal(WAL)
            .withSnapshots(SnapshotTriggers.DEFAULT.withEntries(50));
    FaultyDirectory disk = new FaultyDirectory();
    KeepingCounter counter = new KeepingCounter(EntryId.ZERO, 0).keeping();
    try (var node = RaftNode.start(config, disk, counter, new NodeListener() {})) {
      while (disk.list().stream().noneMatch(name -> name.endsWith(".snapshot"))) {
        node.submit(Bytes.utf8("1")).get();
      }
    }
    KeepingCounter salvaged = new KeepingCounter(EntryId.ZERO, 0);

    FaultyDirectory to = new FaultyDirectory();
    Salvage.run(disk, to, salvaged, counter.reopened(), AFTER, WAL);

    assertThat(salvaged.sum).isEqualTo(counter.sum).isPositive();
    assertThat(to.list()).filteredOn(name -> name.endsWith(".snapshot")).hasSize(1);
    assertThatThrownBy(() -> Salvage.run(disk, new FaultyDirectory(), new Counter(), AFTER, WAL))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("was kept by the state machine, which has it no more");
  }

  @Test
  void aMachineWithoutSnapshotsIsRefused() throws Exception {
    writeToThree(1, 100);
    StateMachine<Long> without = commands -> commands.stream().map(command -> 0L).toList();

    assertThatThrownBy(
            () -> Salvage.run(disks.getFirst(), new FaultyDirectory(), without, AFTER, WAL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no snapshots");
  }

  private void writeToThree(int count, long snapshotEntries) throws Exception {
    for (int port : FreePorts.take(3)) {
      members.put(new NodeId(members.size() + 1L), PeerAddress.loopback(port));
      disks.add(new FaultyDirectory());
    }
    ClusterId cluster = NodeConfig.of(SELF, members, Path.of("unused")).cluster();
    for (FaultyDirectory disk : disks) {
      nodes.add(start(disk, members, cluster, snapshotEntries));
    }
    for (int i = 0; i < count; i++) {
      add(nodes.getFirst(), 1); // applied there, so it is in that node's log
    }
    closeAll();
    nodes.clear();
  }

  private RaftNode<Long, Counter> start(
      FaultyDirectory disk,
      Map<NodeId, PeerAddress> known,
      ClusterId cluster,
      long snapshotEntries) {
    int place = Math.max(0, disks.indexOf(disk));
    NodeConfig config =
        NodeConfig.of(new NodeId(place + 1L), known, Path.of("unused"))
            .withCluster(cluster)
            .withWal(WAL)
            .withSnapshots(SnapshotTriggers.DEFAULT.withEntries(snapshotEntries));
    RaftNode<Long, Counter> node =
        RaftNode.start(config, disk, new Counter(), new NodeListener() {});
    if (!disks.contains(disk)) {
      nodes.add(node);
    }
    return node;
  }

  private static long add(RaftNode<Long, Counter> node, long amount) throws Exception {
    Outcome<Long> outcome = node.submit(Bytes.utf8(Long.toString(amount))).get();
    assertThat(outcome).isInstanceOf(Outcome.Applied.class);
    return ((Outcome.Applied<Long>) outcome).result();
  }
}
