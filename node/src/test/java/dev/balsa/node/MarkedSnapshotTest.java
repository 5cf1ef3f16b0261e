package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.net.PeerAddress;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.RaftConfig;
import dev.balsa.raft.SnapshotRules;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** State machines that keep their state by themselves, so that only a follower needs a snapshot. */
class MarkedSnapshotTest {
  private static final String FIRST_SEGMENT = "0000000000000001.wal";
  private static final long SNAPSHOT_BYTES = 1_000;

  private final Map<NodeId, PeerAddress> members = new TreeMap<>();
  private final List<FaultyDirectory> disks = new ArrayList<>();
  private final List<RaftNode<Long, KeepingCounter>> nodes = new ArrayList<>();
  private final Map<Integer, CompletableFuture<EntryId>> installed = new ConcurrentHashMap<>();

  private long tailEntries = 20;
  private String one = "1";

  @AfterEach
  void closeAll() {
    nodes.forEach(RaftNode::close);
  }

  @Test
  void theLogIsCutThoughNothingOfTheStateIsWritten() throws Exception {
    prepare(1);
    KeepingCounter counter = fresh();
    nodes.add(start(0, counter));

    long sum = writeUntilCut(0);

    assertThat(counter.written()).isZero();
    assertThat(snapshots(0)).hasSize(1);
    KeepingCounter kept = reopened(0);
    nodes.getFirst().close();
    nodes.set(0, start(0, kept));
    assertThat(sum(0)).isEqualTo(sum);
    assertThat(kept.restores).isZero();
  }

  @Test
  void aTailOfManyBytesGoesThoughItHasFewEntries() {
    tailEntries = 1_000_000;
    one = "0".repeat(100_000) + "1";
    prepare(1);
    nodes.add(start(0, fresh()));

    assertThat(writeUntilCut(0)).isLessThan(1_000);
  }

  @Test
  void aMachineThatLostWhatItKeptDoesNotStartAlone() {
    prepare(1);
    nodes.add(start(0, fresh()));
    writeUntilCut(0);
    nodes.removeFirst().close();

    assertThatThrownBy(() -> start(0, fresh()))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("no snapshot reaches it (found: [])");
  }

  @Test
  void aMachineThatLostWhatItKeptGetsAllFromItsPeers() throws Exception {
    startThree();
    int leader = leader();
    int unlucky = (leader + 1) % 3;
    long sum = writeUntilCut(unlucky);
    nodes.get(unlucky).close();
    sum = Math.max(sum, writeUntilCut(leader));

    nodes.set(unlucky, start(unlucky, fresh()));

    assertThat(sum(unlucky)).isEqualTo(sum);
  }

  @Test
  void aFollowerThatWasAwayGetsASnapshotThatIsWrittenForIt() throws Exception {
    startThree();
    int leader = leader();
    int away = (leader + 1) % 3;
    KeepingCounter kept = reopened(away);
    nodes.get(away).close();
    long sum = writeUntilCut(leader);

    nodes.set(away, start(away, kept));

    assertThat(Objects.requireNonNull(installed.get(away)).get().index()).isPositive();
    write(leader, 10);
    assertThat(sum(away)).isEqualTo(sum + 10);
  }

  private void startThree() {
    prepare(3);
    for (int i = 0; i < 3; i++) {
      nodes.add(start(i, fresh()));
    }
    write(0, 10);
  }

  private static KeepingCounter fresh() {
    return new KeepingCounter(EntryId.ZERO, 0).keeping();
  }

  private int leader() {
    return (int) Objects.requireNonNull(nodes.getFirst().status().raft().leader()).value() - 1;
  }

  private List<String> snapshots(int node) {
    return disks.get(node).list().stream().filter(name -> name.endsWith(".snapshot")).toList();
  }

  private void prepare(int count) {
    for (int port : FreePorts.take(count)) {
      members.put(new NodeId(members.size() + 1L), PeerAddress.loopback(port));
      disks.add(new FaultyDirectory());
    }
  }

  private RaftNode<Long, KeepingCounter> start(int node, KeepingCounter counter) {
    installed.put(node, new CompletableFuture<>());
    NodeConfig config =
        NodeConfig.of(new NodeId(node + 1L), members, Path.of("unused"))
            .withWal(new WalConfig(1 << 16, 1 << 14))
            .withSnapshots(SnapshotTriggers.DEFAULT.withEntries(200));
    SnapshotRules rules =
        new SnapshotRules(tailEntries, SNAPSHOT_BYTES, (int) SNAPSHOT_BYTES, 1L << 30);
    NodeListener listener =
        new NodeListener() {
          @Override
          public void event(Event event) {
            if (event instanceof Event.SnapshotInstalled(EntryId before, EntryId last)) {
              installed(node).complete(last);
            }
          }

          @Override
          public void failed(Throwable cause) {
            installed(node).completeExceptionally(cause);
          }
        };
    RaftConfig raft = config.raft().withSnapshots(rules);
    return RaftNode.start(
        config.withRaft(members.size() == 1 ? raft : patient(raft)),
        disks.get(node),
        counter,
        listener);
  }

  /**
   * No stall of the machine is taken for the death of a leader: what it was asked has an answer.
   */
  private static RaftConfig patient(RaftConfig raft) {
    return raft.withTimings(
        TimeUnit.SECONDS.toNanos(4),
        TimeUnit.SECONDS.toNanos(5),
        TimeUnit.MILLISECONDS.toNanos(50));
  }

  private CompletableFuture<EntryId> installed(int node) {
    return Objects.requireNonNull(installed.get(node));
  }

  /** Writes until the first segment of a node's log is gone; returns the sum then. */
  private long writeUntilCut(int node) {
    long sum = 0;
    while (disks.get(node).list().contains(FIRST_SEGMENT)) {
      sum = write(node, 100);
    }
    return sum;
  }

  /** Adds 1 so many times, many at once; returns the sum then. */
  private long write(int node, int count) {
    List<CompletableFuture<Outcome<Long>>> outcomes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      outcomes.add(nodes.get(node).submit(Bytes.utf8(one)));
    }
    long sum = 0;
    for (CompletableFuture<Outcome<Long>> outcome : outcomes) {
      assertThat(outcome.join()).isInstanceOf(Outcome.Applied.class);
      sum = ((Outcome.Applied<Long>) outcome.join()).result();
    }
    return sum;
  }

  private long sum(int node) throws Exception {
    return served(nodes.get(node).read(Consistency.LINEARIZABLE, counter -> counter.sum).get());
  }

  private KeepingCounter reopened(int node) throws Exception {
    return served(nodes.get(node).read(Consistency.LINEARIZABLE, KeepingCounter::reopened).get());
  }

  private static <T> T served(ReadOutcome<T> outcome) {
    assertThat(outcome).isInstanceOf(ReadOutcome.Served.class);
    return ((ReadOutcome.Served<T>) outcome).value();
  }
}
