package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.net.PeerAddress;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Event;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.SnapshotRules;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whole nodes whose logs are cut behind snapshots. */
class SnapshotNodeTest {
  private final Map<NodeId, PeerAddress> members = new TreeMap<>();
  private final List<FaultyDirectory> disks = new ArrayList<>();
  private final List<RaftNode<Long, Counter>> nodes = new ArrayList<>();
  private final Map<Integer, CompletableFuture<Event>> installed = new ConcurrentHashMap<>();
  private final Map<Integer, Integer> taken = new ConcurrentHashMap<>();

  @AfterEach
  void closeAll() {
    nodes.forEach(RaftNode::close);
  }

  @Test
  void aRestartReplaysOnlyWhatFollowsTheLatestSnapshot() throws Exception {
    prepare(1);
    nodes.add(startOne(0, 5_000));
    write(nodes.getFirst(), 100_000);
    long written = 100_000 + writeUntilSnapshots(0, 2);
    nodes.getFirst().close();

    nodes.set(0, startOne(0, 5_000));
    long sum = read(nodes.getFirst(), Counter::sum);
    long replayed = read(nodes.getFirst(), Counter::applied);

    assertThat(sum).isEqualTo(written);
    assertThat(replayed).isLessThan(written / 2);
  }

  @Test
  void aFollowerThatWasAwayCatchesUpByASnapshotWhileWritesGoOn() throws Exception {
    prepare(3);
    for (int i = 0; i < 3; i++) {
      nodes.add(startOne(i, 500));
    }
    write(nodes.getFirst(), 10);
    int leader = leader();
    int away = (leader + 1) % 3;
    nodes.get(away).close();
    long written = 10 + writeUntilSnapshots(leader, 3);

    nodes.set(away, startOne(away, 500));
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(() -> write(nodes.get(leader), 2_000));
    Event event = installed(away).get();
    writer.get();

    assertThat(event).isInstanceOf(Event.SnapshotInstalled.class);
    assertThat(read(nodes.get(away), Counter::sum)).isEqualTo(written + 2_000);
    assertThat(read(nodes.get(away), Counter::applied)).isLessThan(written + 2_000 - 500);
    assertThat(add(nodes.get(away), 5)).isEqualTo(written + 2_005);
  }

  @Test
  void aNodeWhoseNewestSnapshotIsDamagedStartsFromTheOneBefore() throws Exception {
    prepare(1);
    nodes.add(startOne(0, 200));
    long written = writeUntilSnapshots(0, 5);
    nodes.getFirst().close();
    FaultyDirectory disk = disks.getFirst();
    List<String> snapshots = snapshots(disk);
    // A third is there if the node closed between its last force and the core's word.
    assertThat(snapshots).hasSizeBetween(2, 3);

    disk.flip(snapshots.getLast(), 40, 1);
    nodes.set(0, startOne(0, 200));

    assertThat(read(nodes.getFirst(), Counter::sum)).isEqualTo(written);
    assertThat(disk.list()).contains(snapshots.getLast() + ".damaged");
  }

  @Test
  void withoutAnySnapshotThatTheLogGoesOnFromTheNodeDoesNotStart() throws Exception {
    prepare(1);
    nodes.add(startOne(0, 200));
    writeUntilCut(0);
    nodes.getFirst().close();
    FaultyDirectory disk = disks.getFirst();
    snapshots(disk).forEach(name -> disk.flip(name, 40, 1));

    assertThatThrownBy(() -> startOne(0, 200))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("remove this member from the cluster and add it anew");
  }

  private CompletableFuture<Event> installed(int node) {
    return Objects.requireNonNull(installed.get(node));
  }

  private int leader() {
    NodeId leader = Objects.requireNonNull(nodes.getFirst().status().raft().leader());
    return (int) leader.value() - 1;
  }

  private static List<String> snapshots(FaultyDirectory disk) {
    return disk.list().stream().filter(name -> name.endsWith(".snapshot")).toList();
  }

  /** Writes until a node has taken so many snapshots; returns how often. */
  private long writeUntilSnapshots(int node, int count) {
    long written = 0;
    while (taken.getOrDefault(node, 0) < count) {
      write(nodes.get(node), 100);
      written += 100;
    }
    return written;
  }

  private void writeUntilCut(int node) {
    while (disks.get(node).list().contains("0000000000000001.wal")) {
      write(nodes.get(node), 100);
    }
  }

  private void prepare(int count) {
    for (int port : FreePorts.take(count)) {
      members.put(new NodeId(members.size() + 1L), PeerAddress.loopback(port));
      disks.add(new FaultyDirectory());
    }
  }

  private RaftNode<Long, Counter> startOne(int node, long entries) {
    installed.put(node, new CompletableFuture<>());
    NodeConfig config =
        NodeConfig.of(new NodeId(node + 1L), members, Path.of("unused"))
            .withWal(new WalConfig(1 << 18, 1 << 16))
            .withSnapshots(SnapshotTriggers.DEFAULT.withEntries(entries));
    config =
        config.withRaft(
            config.raft().withSnapshots(new SnapshotRules(100, 1 << 20, 1 << 18, 1L << 30)));
    NodeListener listener =
        new NodeListener() {
          @Override
          public void event(Event event) {
            if (event instanceof Event.SnapshotInstalled) {
              installed(node).complete(event);
            } else if (event instanceof Event.SnapshotTaken) {
              taken.merge(node, 1, Integer::sum);
            }
          }

          @Override
          public void failed(Throwable cause) {
            installed(node).completeExceptionally(cause);
          }
        };
    return RaftNode.start(config, disks.get(node), new Counter(), listener);
  }

  /** Adds 1 so many times, many at once. */
  private static void write(RaftNode<Long, Counter> node, int count) {
    List<CompletableFuture<Outcome<Long>>> outcomes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      outcomes.add(node.submit(Bytes.utf8("1")));
    }
    outcomes.forEach(outcome -> assertThat(outcome.join()).isInstanceOf(Outcome.Applied.class));
  }

  private static long read(RaftNode<Long, Counter> node, Function<Counter, Long> query)
      throws Exception {
    ReadOutcome<Long> outcome = node.<Long>read(Consistency.LINEARIZABLE, query).get();
    assertThat(outcome).isInstanceOf(ReadOutcome.Served.class);
    return ((ReadOutcome.Served<Long>) outcome).value();
  }

  private static long add(RaftNode<Long, Counter> node, long number) throws Exception {
    Outcome<Long> outcome = node.submit(Bytes.utf8(Long.toString(number))).get();
    assertThat(outcome).isInstanceOf(Outcome.Applied.class);
    return ((Outcome.Applied<Long>) outcome).result();
  }
}
