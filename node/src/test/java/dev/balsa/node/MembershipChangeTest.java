package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.node.net.PeerAddress;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.Event;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Refusal;
import dev.balsa.raft.Seat;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members come and go while whole nodes run. */
class MembershipChangeTest {
  private static final NodeId ONE = new NodeId(1);

  @TempDir Path directory;
  private final TreeMap<NodeId, PeerAddress> addresses = new TreeMap<>();
  private final TreeMap<NodeId, RaftNode<Long, Counter>> nodes = new TreeMap<>();
  private final CompletableFuture<Membership> three = new CompletableFuture<>();

  MembershipChangeTest() {
    for (int port : FreePorts.take(3)) {
      addresses.put(new NodeId(addresses.size() + 1L), PeerAddress.loopback(port));
    }
  }

  @AfterEach
  void closeAll() {
    nodes.values().forEach(RaftNode::close);
  }

  private static List<NodeId> ids(long... nodes) {
    return LongStream.of(nodes).mapToObj(NodeId::new).toList();
  }

  private RaftNode<Long, Counter> start(NodeConfig config) {
    NodeListener listener =
        new NodeListener() {
          @Override
          public void event(Event event) {
            if (event instanceof Event.ConfigurationTaken(var at, Membership taken)
                && taken.voters().size() == 3) {
              three.complete(taken);
            }
          }
        };
    RaftNode<Long, Counter> node = RaftNode.start(config, new Counter(), listener);
    nodes.put(config.self(), node);
    return node;
  }

  private NodeConfig founder() {
    return NodeConfig.of(ONE, Map.of(ONE, address(1)), directory.resolve("1"));
  }

  private PeerAddress address(long node) {
    PeerAddress address = addresses.get(new NodeId(node));
    if (address == null) {
      throw new IllegalArgumentException("no node " + node);
    }
    return address;
  }

  private Change add(long node) {
    Bytes context = Bytes.utf8(address(node).toString());
    return new Change.Add(new NodeId(node), Seat.JOINING, context);
  }

  private RaftNode<Long, Counter> join(long node) {
    NodeId id = new NodeId(node);
    return start(NodeConfig.of(id, addresses, directory.resolve(id.toString())).joining());
  }

  /** A founder that two others have joined; both count. */
  private void threeNodes() throws Exception {
    RaftNode<Long, Counter> first = start(founder());
    assertThat(first.submit(Bytes.utf8("7")).get()).isInstanceOf(Outcome.Applied.class);
    assertThat(first.reconfigure(List.of(add(2), add(3))).get())
        .isInstanceOf(ChangeOutcome.Done.class);
    join(2);
    join(3);
    assertThat(three.get().voters()).isEqualTo(ids(1, 2, 3));
  }

  @Test
  void nodesJoinCatchUpAndCarryOnWithoutTheFirst() throws Exception {
    threeNodes();
    RaftNode<Long, Counter> second = nodes.get(new NodeId(2));
    assertThat(second).isNotNull();

    ChangeOutcome removed = settled(second, new Change.Remove(ONE));
    Objects.requireNonNull(nodes.remove(ONE)).close();

    assertThat(removed)
        .isInstanceOfSatisfying(
            ChangeOutcome.Done.class,
            done -> assertThat(done.membership().voters()).isEqualTo(ids(2, 3)));
    assertThat(second.submit(Bytes.utf8("5")).get())
        .isInstanceOfSatisfying(
            Outcome.Applied.class, applied -> assertThat(applied.result()).isEqualTo(12L));
    assertThat(second.members().removed()).isEqualTo(ids(1));
  }

  @Test
  void aRestartedNodeTakesItsMembershipFromTheLogAndNotFromItsSettings() throws Exception {
    threeNodes();
    Objects.requireNonNull(nodes.remove(ONE)).close();

    RaftNode<Long, Counter> again = start(founder());

    assertThat(again.read(Consistency.LINEARIZABLE, Counter::sum).get())
        .isInstanceOf(ReadOutcome.Served.class);
    assertThat(again.members().voters()).isEqualTo(ids(1, 2, 3));
    assertThat(again.peers()).hasSize(2);
  }

  @Test
  void aChangeThatCannotBeIsRefusedByName() throws Exception {
    RaftNode<Long, Counter> first = start(founder());
    assertThat(first.submit(Bytes.utf8("7")).get()).isInstanceOf(Outcome.Applied.class);

    assertThat(first.reconfigure(List.of(new Change.Remove(ONE))).get())
        .isEqualTo(new ChangeOutcome.Refused(Refusal.LAST_VOTER));
    assertThat(first.reconfigure(List.of(new Change.Remove(new NodeId(9)))).get())
        .isEqualTo(new ChangeOutcome.Refused(Refusal.UNKNOWN_MEMBER));
  }

  /** Asks until no other change is in the way. */
  private static ChangeOutcome settled(RaftNode<Long, Counter> node, Change change)
      throws Exception {
    while (true) {
      ChangeOutcome outcome = node.reconfigure(List.of(change)).get();
      boolean early =
          outcome instanceof ChangeOutcome.Refused(Refusal reason)
              && (reason == Refusal.CHANGE_IN_PROGRESS || reason == Refusal.NO_LEADER);
      if (!early) {
        return outcome;
      }
      Thread.onSpinWait();
    }
  }
}
