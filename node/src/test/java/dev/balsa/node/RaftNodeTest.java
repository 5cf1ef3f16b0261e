package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.node.net.PeerAddress;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.TransferFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes: real log, real sockets on loopback, real threads. */
class RaftNodeTest {
  @TempDir Path directory;
  private final List<RaftNode<Long, Counter>> nodes = new ArrayList<>();

  @AfterEach
  void closeAll() {
    nodes.forEach(RaftNode::close);
  }

  @Test
  void aSingleNodeAppliesWhatItIsGiven() throws Exception {
    start(addresses(1));

    var outcome = nodes.getFirst().submit(Bytes.utf8("7")).get();

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Applied.class, applied -> assertThat(applied.result()).isEqualTo(7L));
  }

  @Test
  void everyNodeTakesCommandsAndReadsWhatAnyOtherWrote() throws Exception {
    start(addresses(3));
    long sum = 0;

    for (int i = 1; i <= 300; i++) {
      sum += i;
      var outcome = nodes.get(i % 3).submit(Bytes.utf8(Integer.toString(i))).get();
      assertThat(outcome).isInstanceOf(Outcome.Applied.class);
      var read = nodes.get((i + 1) % 3).read(Consistency.LINEARIZABLE, Counter::sum).get();
      long wanted = sum;
      assertThat(read)
          .isInstanceOfSatisfying(
              ReadOutcome.Served.class, served -> assertThat(served.value()).isEqualTo(wanted));
    }
  }

  @Test
  void aRestartedClusterRemembersEverything() throws Exception {
    Map<NodeId, PeerAddress> addresses = addresses(3);
    start(addresses);
    List<CompletableFuture<Outcome<Long>>> outcomes = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      outcomes.add(nodes.get(i % 3).submit(Bytes.utf8("1")));
    }
    for (var outcome : outcomes) {
      assertThat(outcome.get()).isInstanceOf(Outcome.Applied.class);
    }

    closeAll();
    nodes.clear();
    start(addresses);

    assertThat(nodes.getFirst().read(Consistency.LINEARIZABLE, Counter::sum).get())
        .isInstanceOfSatisfying(
            ReadOutcome.Served.class, served -> assertThat(served.value()).isEqualTo(1000L));
  }

  @Test
  void theLeadershipMovesToTheChosenNodeAndCommandsGoOnMeanwhile() throws Exception {
    start(addresses(3));
    nodes.getFirst().submit(Bytes.utf8("1")).get(); // a leader is known then
    RaftNode<Long, Counter> leader = leader();
    RaftNode<Long, Counter> target = nodes.get((nodes.indexOf(leader) + 1) % 3);
    NodeId id = target.status().raft().self();

    awaitHeard(target);
    List<CompletableFuture<Outcome<Long>>> before = submit(leader, 100);
    var moved = leader.transfer(id);
    List<CompletableFuture<Outcome<Long>>> after = submit(leader, 100);

    assertThat(moved.get())
        .isInstanceOfSatisfying(
            TransferOutcome.Done.class, done -> assertThat(done.leader()).isEqualTo(id));
    for (var outcome : before) {
      assertThat(outcome.get()).isInstanceOf(Outcome.Applied.class);
    }
    for (var outcome : after) {
      assertThat(outcome.get()).isInstanceOf(Outcome.Applied.class);
    }
    assertThat(leader.transfer(id).get())
        .isEqualTo(new TransferOutcome.Failed(TransferFailure.NOT_LEADER));
  }

  @Test
  void aLeaderHandsOverToAConnectedNodeAndAnswersOnceClosed() throws Exception {
    start(addresses(3));
    nodes.getFirst().submit(Bytes.utf8("1")).get();
    RaftNode<Long, Counter> leader = leader();
    awaitHeard(nodes.get((nodes.indexOf(leader) + 1) % 3));

    TransferOutcome handedOver = leader.handOver().get();
    leader.close();

    assertThat(handedOver).isInstanceOf(TransferOutcome.Done.class);
    assertThat(leader.transfer(new NodeId(1)).get()).isInstanceOf(TransferOutcome.Stopped.class);
  }

  @Test
  void aNodeAloneHasNobodyToHandOverTo() throws Exception {
    start(addresses(1));
    nodes.getFirst().submit(Bytes.utf8("1")).get();

    assertThat(nodes.getFirst().handOver().get())
        .isEqualTo(new TransferOutcome.Failed(TransferFailure.TARGET_SILENT));
  }

  /** Many round trips between the node and its leader; each of its answers is a sign of life. */
  private static void awaitHeard(RaftNode<Long, Counter> follower) throws Exception {
    for (int i = 0; i < 20; i++) {
      assertThat(follower.submit(Bytes.utf8("1")).get()).isInstanceOf(Outcome.Applied.class);
    }
  }

  private static List<CompletableFuture<Outcome<Long>>> submit(
      RaftNode<Long, Counter> node, int count) {
    List<CompletableFuture<Outcome<Long>>> outcomes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      outcomes.add(node.submit(Bytes.utf8("1")));
    }
    return outcomes;
  }

  private RaftNode<Long, Counter> leader() {
    return nodes.stream()
        .filter(node -> node.status().raft().self().equals(node.status().raft().leader()))
        .findFirst()
        .orElseThrow();
  }

  private void start(Map<NodeId, PeerAddress> addresses) {
    for (NodeId id : addresses.keySet()) {
      nodes.add(
          RaftNode.start(
              Patient.config(id, addresses, directory.resolve(id.toString())), new Counter()));
    }
  }

  private static Map<NodeId, PeerAddress> addresses(int count) {
    Map<NodeId, PeerAddress> addresses = new TreeMap<>();
    for (int port : FreePorts.take(count)) {
      addresses.put(new NodeId(addresses.size() + 1L), PeerAddress.loopback(port));
    }
    return addresses;
  }
}
