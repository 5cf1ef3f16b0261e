package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.node.net.PeerAddress;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.LeaseRules;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.ReadBasis.Path;
import dev.balsa.raft.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every read tells how it was served, and keeps what its mode promises. */
class ReadModesTest {
  private static final long HOUR = 3_600_000_000_000L;

  @TempDir java.nio.file.Path directory;
  private final List<RaftNode<Long, Counter>> nodes = new ArrayList<>();

  @AfterEach
  void closeAll() {
    nodes.forEach(RaftNode::close);
  }

  @Test
  void aReadTellsItsPathItsPlaceAndItsAge() throws Exception {
    start(3, LeaseRules.OFF);
    nodes.getFirst().submit(Bytes.utf8("7")).get();
    RaftNode<Long, Counter> node = nodes.get(1);

    var linearizable = served(node, Consistency.LINEARIZABLE);
    var lease = served(node, Consistency.LEASE);
    var byAge = served(node, Consistency.notOlderThan(HOUR));
    var byEntries = served(node, Consistency.notMoreBehindThan(1_000));
    var stale = served(node, Consistency.STALE);

    assertThat(linearizable.path()).isEqualTo(Path.READ_INDEX);
    assertThat(linearizable.ageNanosMax()).isBetween(0L, HOUR);
    assertThat(linearizable.index()).isPositive();
    assertThat(linearizable.value()).isEqualTo(7);
    assertThat(lease.path()).as("leases are off").isEqualTo(Path.READ_INDEX);
    assertThat(byAge.path()).isEqualTo(Path.BOUNDED);
    assertThat(byAge.ageNanosMax()).isBetween(0L, HOUR);
    assertThat(byAge.value()).isEqualTo(7);
    assertThat(byEntries.path()).isEqualTo(Path.BOUNDED);
    assertThat(stale.path()).isEqualTo(Path.STALE);
    assertThat(stale.ageNanosMax()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aLeaderServesByItsLeaseOnceItHasOne() throws Exception {
    start(3, LeaseRules.within(100));
    nodes.getFirst().submit(Bytes.utf8("7")).get();
    RaftNode<Long, Counter> leader = leader();

    ReadOutcome.Served<Long> read = served(leader, Consistency.LEASE);
    while (read.path() != Path.LEASE) {
      read = served(leader, Consistency.LEASE); // until a heartbeat is answered
    }

    assertThat(read.value()).isEqualTo(7);
  }

  @Test
  void aNodeAloneServesWhatIsFreshEnoughAndRefusesTheRestByName() throws Exception {
    start(3, LeaseRules.OFF);
    RaftNode<Long, Counter> node = nodes.get(1);
    nodes.getFirst().submit(Bytes.utf8("7")).get();
    served(node, Consistency.LINEARIZABLE);
    nodes.get(0).close();
    nodes.get(2).close();

    var fresh = served(node, Consistency.notOlderThan(HOUR));
    var old = node.read(Consistency.notOlderThan(1), Counter::sum).get();
    var unknown = node.read(Consistency.notMoreBehindThan(0), Counter::sum).get();
    while (unknown instanceof ReadOutcome.Served) {
      unknown =
          node.read(Consistency.notMoreBehindThan(0), Counter::sum)
              .get(); // its leader is lost soon
    }

    assertThat(fresh.value()).isEqualTo(7);
    assertThat(old).isEqualTo(new ReadOutcome.Refused<>(Refusal.TOO_STALE));
    assertThat(unknown).isEqualTo(new ReadOutcome.Refused<>(Refusal.TOO_STALE));
  }

  private static ReadOutcome.Served<Long> served(
      RaftNode<Long, Counter> node, Consistency consistency) throws Exception {
    ReadOutcome<Long> outcome = node.<Long>read(consistency, Counter::sum).get();
    if (outcome instanceof ReadOutcome.Served<Long> served) {
      return served;
    }
    throw new AssertionError(consistency + " gives " + outcome);
  }

  private RaftNode<Long, Counter> leader() {
    return nodes.stream()
        .filter(node -> node.status().raft().self().equals(node.status().raft().leader()))
        .findFirst()
        .orElseThrow();
  }

  private void start(int count, LeaseRules lease) {
    Map<NodeId, PeerAddress> members = new TreeMap<>();
    for (int port : FreePorts.take(count)) {
      members.put(new NodeId(members.size() + 1L), PeerAddress.loopback(port));
    }
    for (NodeId id : members.keySet()) {
      NodeConfig config = Patient.config(id, members, directory.resolve(id.toString()));
      config = config.withRaft(config.raft().withLease(lease));
      nodes.add(RaftNode.start(config, new Counter()));
    }
  }
}
