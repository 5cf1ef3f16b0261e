package dev.balsa.node.net;

import static dev.balsa.node.net.LoopbackNodes.ack;
import static dev.balsa.node.net.LoopbackNodes.append;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.Identity;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.net.LoopbackNodes.Node;
import dev.balsa.node.net.PeerStatus.Connection;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TcpTransportTest {
  private static final TcpConfig.Bounds SMALL =
      new TcpConfig.Bounds(1 << 20, 1 << 20, 64, 5_000_000_000L);

  @Test
  void messagesBothWaysArriveInOrder() {
    try (LoopbackNodes net = LoopbackNodes.mesh(2)) {
      Node one = net.node(1);
      Node two = net.node(2);
      net.connectAll();
      List<Message> toTwo = new ArrayList<>();
      List<Message> toOne = new ArrayList<>();
      for (int i = 1; i <= 5_000; i++) {
        toTwo.add(append(1, i, i % 700));
        toOne.add(ack(2, i));
      }

      toTwo.forEach(message -> one.transport.send(LoopbackNodes.GROUP, two.nodeId(), message));
      toOne.forEach(message -> two.transport.send(LoopbackNodes.GROUP, one.nodeId(), message));
      net.pollUntil(() -> two.received.size() + one.received.size() >= 10_000);

      assertThat(two.received).isEqualTo(toTwo);
      assertThat(one.received).isEqualTo(toOne);
      assertThat(one.unreachable).isEmpty();
    }
  }

  @Test
  void threeNodesAllReachEachOther() {
    try (LoopbackNodes net = LoopbackNodes.mesh(3)) {
      net.connectAll();

      for (Node from : net.nodes) {
        for (Node to : net.nodes) {
          if (from != to) {
            from.transport.send(
                LoopbackNodes.GROUP, to.nodeId(), ack(from.id, 10 * from.id + to.id));
          }
        }
      }
      net.pollUntil(() -> net.nodes.stream().allMatch(node -> node.received.size() == 2));

      assertThat(net.node(1).received).containsExactlyInAnyOrder(ack(2, 21), ack(3, 31));
      assertThat(net.node(2).received).containsExactlyInAnyOrder(ack(1, 12), ack(3, 32));
      assertThat(net.node(3).received).containsExactlyInAnyOrder(ack(1, 13), ack(2, 23));
    }
  }

  @Test
  void largeSlicesArriveWholeBetweenSmallMessages() {
    try (LoopbackNodes net = LoopbackNodes.mesh(2)) {
      Node one = net.node(1);
      Node two = net.node(2);
      net.connectAll();
      List<Message> sent =
          List.of(append(1, 1, 8 << 20), ack(1, 1), append(1, 2, 5_000), append(1, 3, 8 << 20));

      sent.forEach(message -> one.transport.send(LoopbackNodes.GROUP, two.nodeId(), message));
      net.pollUntil(() -> two.received.size() == 4);

      assertThat(two.received.equals(sent)).isTrue(); // a diff of 16 MiB helps nobody
      assertThat(one.peer(2).bytesQueued()).isZero();
      assertThat(one.peer(2).bytesSent()).isGreaterThan(16L << 20);
      assertThat(two.peer(1).bytesReceived()).isGreaterThan(16L << 20);
    }
  }

  @Test
  void aPeerThatComesBackIsFoundAgainAndItsLossIsReportedOnce() {
    try (LoopbackNodes net = LoopbackNodes.mesh(2)) {
      Node one = net.node(1);
      net.connectAll();
      net.stop(net.node(2));
      net.pollUntil(() -> !one.unreachable.isEmpty());

      one.transport.send(LoopbackNodes.GROUP, new NodeId(2), ack(1, 1)); // nobody is there
      Node reborn = net.add(2, 2, 2, TcpConfig.Bounds.DEFAULT);
      net.introduce();
      net.connectAll();
      one.transport.send(LoopbackNodes.GROUP, new NodeId(2), ack(1, 2));
      net.pollUntil(() -> !reborn.received.isEmpty());

      assertThat(reborn.received).containsExactly(ack(1, 2));
      assertThat(one.unreachable).containsExactly(new NodeId(2));
      assertThat(one.peer(2).messagesDropped()).isEqualTo(1);
      assertThat(one.peer(2).sendFailures()).isPositive();
    }
  }

  @Test
  void aPeerWithAnotherDataDirectoryIsNamed() {
    try (LoopbackNodes net = LoopbackNodes.mesh(2)) {
      net.connectAll();
      net.stop(net.node(2));
      net.pollUntil(() -> !net.node(1).unreachable.isEmpty());

      net.add(2, 99, 2, TcpConfig.Bounds.DEFAULT);
      net.introduce();
      net.connectAll();

      assertThat(net.logged("node 2 came back with another data directory: incarnation 63"))
          .hasSize(1);
      assertThat(net.node(1).peer(2).incarnation()).isEqualTo(new IncarnationId(99));
    }
  }

  @Test
  void aFullBufferDropsWhatDoesNotFitAndSaysSoOnce() {
    try (LoopbackNodes net = LoopbackNodes.mesh(2, SMALL)) {
      Node one = net.node(1);
      Node two = net.node(2);
      net.connectAll();

      for (int i = 1; i <= 3_000; i++) {
        one.transport.send(LoopbackNodes.GROUP, two.nodeId(), append(1, i, 1_000)); // never flushed
      }
      one.transport.poll(0, one);

      long dropped = one.peer(2).messagesDropped();
      assertThat(one.unreachable).containsExactly(two.nodeId());
      assertThat(dropped).isBetween(1_900L, 2_100L);

      net.pollUntil(() -> two.received.size() == 3_000 - dropped);
      one.transport.send(LoopbackNodes.GROUP, two.nodeId(), ack(1, 7));
      net.pollUntil(() -> two.received.size() == 3_001 - dropped);
      assertThat(two.received.getLast()).isEqualTo(ack(1, 7));
    }
  }

  @Test
  void anAnsweredPingTellsTheRoundTrip() {
    try (LoopbackNodes net = LoopbackNodes.mesh(2)) {
      Node one = net.node(1);
      net.connectAll();

      net.passSeconds(2); // a ping is due
      one.transport.poll(0, one);
      net.passSeconds(1); // on its way
      net.pollUntil(() -> !one.roundTrips.isEmpty());

      assertThat(one.roundTrips).containsOnlyKeys(new NodeId(2));
      assertThat(one.roundTrips.get(new NodeId(2))).isBetween(1_000_000_000L, 5_000_000_000L);
    }
  }

  @Test
  void aPeerThatDoesNotReadHoldsABoundedBufferAndIsGivenUp() {
    try (LoopbackNodes net = LoopbackNodes.mesh(2, SMALL)) {
      Node one = net.node(1);
      Node two = net.node(2);
      net.connectAll();

      for (int i = 1; one.unreachable.isEmpty(); i++) {
        one.transport.send(LoopbackNodes.GROUP, two.nodeId(), append(1, i, 100_000));
        one.transport.flush();
        one.transport.poll(0, one);
        assertThat(one.peer(2).bytesQueued()).isLessThanOrEqualTo(1 << 20);
      }
      one.transport.poll(0, one);
      assertThat(one.peer(2).outbound()).isEqualTo(Connection.CONNECTED);

      net.passSeconds(2); // a ping is due
      one.transport.poll(0, one);
      net.passSeconds(6); // and stays unanswered
      one.transport.poll(0, one);
      one.transport.poll(0, one);

      assertThat(one.peer(2).outbound()).isNotEqualTo(Connection.CONNECTED);
      assertThat(one.peer(2).bytesQueued()).isZero();
      assertThat(net.logged("no answer to a ping in time")).hasSize(1);
    }
  }

  @Test
  void anIdleConnectionIsKeptByPings() {
    try (LoopbackNodes net = LoopbackNodes.mesh(2)) {
      net.connectAll();
      long before = net.node(2).peer(1).bytesReceived();

      for (int i = 0; i < 5; i++) {
        long seen = net.node(1).peer(2).bytesReceived();
        net.passSeconds(2);
        net.pollUntil(() -> net.node(1).peer(2).bytesReceived() > seen);
      }

      assertThat(net.node(1).unreachable).isEmpty();
      assertThat(net.node(2).peer(1).bytesReceived()).isGreaterThan(before);
    }
  }

  @Test
  void messagesOfManyGroupsKeepTheirGroupAndTheirOrder() {
    try (LoopbackNodes net = LoopbackNodes.mesh(2)) {
      net.connectAll();
      Node two = net.node(2);

      for (int i = 1; i <= 6; i++) {
        net.node(1).transport.send(new GroupId(i % 3), two.nodeId(), ack(1, i));
      }
      net.pollUntil(() -> two.received.size() == 6);

      assertThat(two.received)
          .containsExactly(ack(1, 1), ack(1, 2), ack(1, 3), ack(1, 4), ack(1, 5), ack(1, 6));
      assertThat(two.groups.stream().map(GroupId::value)).containsExactly(1L, 2L, 0L, 1L, 2L, 0L);
    }
  }

  @Test
  void namesAreResolvedBesideTheLoop() {
    try (LoopbackNodes net = LoopbackNodes.mesh(2)) {
      int port = net.node(2).transport.localPort();
      net.node(1).transport.locate(new NodeId(2), new PeerAddress("localhost", port));

      net.connectAll();

      assertThat(net.node(1).peer(2).address()).hasToString("localhost:" + port);
    }
  }

  @Test
  void aMessageOverTheFrameLimitIsNotSentAndNamed() {
    try (LoopbackNodes net = LoopbackNodes.mesh(2, SMALL)) {
      net.connectAll();

      net.node(1).transport.send(LoopbackNodes.GROUP, new NodeId(2), append(1, 1, 2 << 20));

      assertThat(net.logged("is over the frame limit of 1048576")).hasSize(1);
      assertThat(net.node(1).peer(2).messagesDropped()).isEqualTo(1);
    }
  }

  @Test
  void wakeupEndsAWaitingPoll() throws InterruptedException {
    try (LoopbackNodes net = new LoopbackNodes()) {
      Node alone = net.add(1, 1, 1, TcpConfig.Bounds.DEFAULT);
      CountDownLatch begun = new CountDownLatch(1);
      Thread loop =
          Thread.ofPlatform()
              .start(
                  () -> {
                    begun.countDown();
                    alone.transport.poll(Long.MAX_VALUE, alone);
                  });
      begun.await();

      alone.transport.wakeup(); // whether it comes before the wait or in it

      loop.join();
      assertThat(loop.isAlive()).isFalse();
    }
  }

  @Test
  void aPortInUseIsNamedWithTheRemedy() {
    try (LoopbackNodes net = LoopbackNodes.mesh(1)) {
      int port = net.node(1).transport.localPort();
      TcpConfig second =
          new TcpConfig(
              new Identity(new ClusterId(1), new NodeId(2), new IncarnationId(2)),
              PeerAddress.loopback(port),
              Map.of(),
              1);

      assertThatThrownBy(() -> new TcpTransport(second, new SliceCodec()))
          .isInstanceOf(NetworkException.class)
          .hasMessage(
              "peer address 127.0.0.1:%d is in use; stop the other process or change"
                  + " --listen-peer-urls",
              port);
    }
  }

  @Test
  void whatIsForANodeThatIsNoPeerIsDropped() {
    try (LoopbackNodes net = LoopbackNodes.mesh(1)) {
      net.node(1).transport.send(LoopbackNodes.GROUP, new NodeId(9), ack(1, 1));

      assertThat(net.node(1).transport.peers()).isEmpty();
    }
  }
}
