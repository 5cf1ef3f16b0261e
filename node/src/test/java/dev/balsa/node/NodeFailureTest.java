package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.disk.FaultyDirectory.Operation;
import dev.balsa.node.net.NetworkException;
import dev.balsa.node.net.PeerAddress;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.NoCommands;
import dev.balsa.raft.NoCommit;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.ReadsWait;
import dev.balsa.raft.Refusal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a node does when its disk, its state machine or its port fails it, and what others notice.
 */
class NodeFailureTest {
  private final Map<NodeId, PeerAddress> members = new TreeMap<>();
  private WalConfig wal = new WalConfig(1 << 20, 1 << 16);
  private final List<FaultyDirectory> disks = new ArrayList<>();
  private final List<CompletableFuture<Throwable>> failures = new ArrayList<>();
  private final List<RaftNode<Long, Counter>> nodes = new ArrayList<>();

  @AfterEach
  void closeAll() {
    nodes.forEach(RaftNode::close);
  }

  @Test
  void aFullDiskStopsTheNodeByNameAndTheOthersGoOn() throws Exception {
    start(3);
    add(nodes.getFirst(), 1);
    CompletableFuture<Throwable> failure = failures.get(2);

    disks.get(2).failAt(Operation.WRITE, 1, "No space left on device");
    CompletableFuture<Outcome<Long>> meanwhile = nodes.getFirst().submit(Bytes.utf8("0"));

    assertThat(failure.get())
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("No space left on device");
    assertThat(meanwhile.get()).isNotNull(); // answered, whoever led
    assertThat(nodes.get(2).submit(Bytes.utf8("1")).get()).isInstanceOf(Outcome.Stopped.class);
    assertThat(add(nodes.get(1), 4)).isEqualTo(5);
  }

  @Test
  void withoutSpaceForTheLogCommandsAreRefusedByNameAndReadsServedUntilThereIsSpaceAgain()
      throws Exception {
    wal = new WalConfig(8192, 4096);
    start(1);
    RaftNode<Long, Counter> node = nodes.getFirst();
    add(node, 1);

    disks.getFirst().full(true);
    Outcome<Long> refused = fill(node);
    await(() -> !node.status().why().isEmpty());
    NodeStatus full = node.status();
    var read = node.read(Consistency.LINEARIZABLE, Counter::sum).get();
    disks.getFirst().full(false);
    await(() -> node.status().why().isEmpty());

    assertThat(refused).isEqualTo(new Outcome.Refused<Long>(Refusal.DISK_FULL));
    assertThat(full.why()).hasOnlyElementsOfType(NoCommands.DiskFull.class).hasSize(1);
    assertThat(read).isInstanceOf(ReadOutcome.Served.class);
    assertThat(add(node, 2)).isEqualTo(3);
    assertThat(failures.getFirst()).isNotDone();
  }

  @Test
  void aLeaderWithAFullDiskHandsOverAndCanLeadAgainOnceThereIsSpace() throws Exception {
    wal = new WalConfig(8192, 4096);
    start(3);
    add(nodes.getFirst(), 1);
    int full = Math.toIntExact(leader(nodes.getFirst())) - 1;
    RaftNode<Long, Counter> old = nodes.get(full);
    RaftNode<Long, Counter> other = nodes.get((full + 1) % 3);

    disks.get(full).full(true);
    fill(old);
    await(() -> leader(other) > 0 && leader(other) != full + 1);
    assertThat(add(other, 2)).isEqualTo(3);
    disks.get(full).full(false);
    await(() -> old.status().why().isEmpty());
    RaftNode<Long, Counter> leading = nodes.get(Math.toIntExact(leader(other)) - 1);

    assertThat(leading.transfer(new NodeId(full + 1)).get())
        .isInstanceOf(TransferOutcome.Done.class);
    assertThat(add(old, 4)).isEqualTo(7);
    assertThat(failures).noneMatch(CompletableFuture::isDone);
  }

  /** Submits zeros until one is refused. */
  private static Outcome<Long> fill(RaftNode<Long, Counter> node) throws Exception {
    Bytes zero = Bytes.utf8("0".repeat(500));
    Outcome<Long> outcome = node.submit(zero).get();
    while (outcome instanceof Outcome.Applied) {
      outcome = node.submit(zero).get();
    }
    return outcome;
  }

  @Test
  void aNodeComesBackWithAllItPromisedOnceTheDiskHasRoomAgain() throws Exception {
    start(3);
    add(nodes.getFirst(), 1);
    CompletableFuture<Throwable> failure = failures.getFirst();
    disks.getFirst().failAt(Operation.WRITE, 1, "No space left on device");
    CompletableFuture<Outcome<Long>> meanwhile = nodes.get(1).submit(Bytes.utf8("0"));
    failure.get();
    assertThat(meanwhile.get()).isNotNull(); // answered, whoever led
    add(nodes.get(1), 2);

    nodes.getFirst().close();
    nodes.set(0, startOne(0, new CompletableFuture<>()));

    assertThat(add(nodes.getFirst(), 4)).isEqualTo(7);
  }

  @Test
  void aFailedForceStopsTheNodeAndIsNotRetried() throws Exception {
    start(1);
    add(nodes.getFirst(), 1);
    CompletableFuture<Throwable> failure = failures.getFirst();
    int before = disks.getFirst().count(Operation.FORCE);

    disks.getFirst().failAt(Operation.FORCE, 1, "Input/output error");
    Outcome<Long> outcome = nodes.getFirst().submit(Bytes.utf8("2")).get();

    assertThat(outcome).isInstanceOf(Outcome.Stopped.class);
    assertThat(failure.get()).isInstanceOf(StorageException.class);
    nodes.getFirst().close();
    assertThat(disks.getFirst().count(Operation.FORCE)).isEqualTo(before + 1);
  }

  @Test
  void aForceThatHangsIsToldEndsTheLeadershipAndTheNodeComesBackByItself() throws Exception {
    start(3);
    add(nodes.getFirst(), 1);
    int hung = Math.toIntExact(leader(nodes.getFirst())) - 1;
    RaftNode<Long, Counter> old = nodes.get(hung);
    RaftNode<Long, Counter> other = nodes.get((hung + 1) % 3);

    disks.get(hung).hangForces();
    CompletableFuture<Outcome<Long>> meanwhile = old.submit(Bytes.utf8("0"));
    await(() -> leader(other) > 0 && leader(other) != hung + 1);

    assertThat(old.status().why()).first().isInstanceOf(NoCommit.ForceHangs.class);
    assertThat(add(other, 2)).isEqualTo(3);
    disks.get(hung).heal();
    assertThat(meanwhile.get()).isNotNull(); // answered, whatever became of it
    assertThat(add(old, 4)).isEqualTo(7);
    assertThat(old.status().why()).noneMatch(NoCommit.ForceHangs.class::isInstance);
  }

  @Test
  void readsThatWaitForABusyStateMachineSaySo() throws Exception {
    start(1);
    CompletableFuture<Long> go = new CompletableFuture<>();
    RaftNode<Long, Counter> node = nodes.getFirst();
    add(node, 1);
    var held = node.read(Consistency.STALE, counter -> go.join());

    await(() -> node.status().why().stream().anyMatch(ReadsWait.NotApplied.class::isInstance));
    go.complete(0L);

    assertThat(held.get()).isInstanceOf(ReadOutcome.Served.class);
    await(() -> node.status().why().isEmpty());
  }

  @Test
  void aStateMachineThatThrowsStopsTheNodeAndAnswersEveryoneWaiting() throws Exception {
    start(1);
    CompletableFuture<Throwable> failure = failures.getFirst();

    Outcome<Long> poisoned = nodes.getFirst().submit(Bytes.utf8("no number")).get();

    assertThat(poisoned).isInstanceOf(Outcome.Stopped.class);
    assertThat(failure.get()).isInstanceOf(NumberFormatException.class);
    assertThat(nodes.getFirst().submit(Bytes.utf8("1")).get()).isInstanceOf(Outcome.Stopped.class);
    assertThat(nodes.getFirst().read(Consistency.STALE, Counter::sum).get())
        .isInstanceOf(ReadOutcome.Stopped.class);
    assertThat(nodes.getFirst().status().failed()).isTrue();
  }

  @Test
  void anInterruptedNodeGoesOn() throws Exception {
    start(1);
    Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("balsa-"))
        .forEach(Thread::interrupt);

    assertThat(add(nodes.getFirst(), 3)).isEqualTo(3);
  }

  @Test
  void aTakenPeerPortIsNamedAndLeavesTheDirectoryFree() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      members.put(new NodeId(1), PeerAddress.loopback(taken.getLocalPort()));
      disks.add(new FaultyDirectory());

      assertThatThrownBy(() -> startOne(0, new CompletableFuture<>()))
          .isInstanceOf(NetworkException.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
    }
    nodes.add(startOne(0, new CompletableFuture<>()));
    assertThat(add(nodes.getFirst(), 1)).isEqualTo(1);
  }

  private void start(int count) {
    for (int port : FreePorts.take(count)) {
      members.put(new NodeId(members.size() + 1L), PeerAddress.loopback(port));
      disks.add(new FaultyDirectory());
    }
    for (int i = 0; i < count; i++) {
      failures.add(new CompletableFuture<>());
      nodes.add(startOne(i, failures.get(i)));
    }
  }

  private RaftNode<Long, Counter> startOne(int node, CompletableFuture<Throwable> failure) {
    NodeId id = new NodeId(node + 1L);
    NodeConfig config = Patient.config(id, members, Path.of("unused")).withWal(wal);
    NodeListener listener =
        new NodeListener() {
          @Override
          public void failed(Throwable cause) {
            failure.complete(cause);
          }
        };
    return RaftNode.start(config, disks.get(node), new Counter(), listener);
  }

  private static long leader(RaftNode<Long, Counter> node) {
    NodeId leader = node.status().raft().leader();
    return leader == null ? 0 : leader.value();
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  private static long add(RaftNode<Long, Counter> node, long number) throws Exception {
    Outcome<Long> outcome = node.submit(Bytes.utf8(Long.toString(number))).get();
    assertThat(outcome).isInstanceOf(Outcome.Applied.class);
    return ((Outcome.Applied<Long>) outcome).result();
  }
}
