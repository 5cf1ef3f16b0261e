package dev.balsa.node.net;

import dev.balsa.node.Identity;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.tls.Tls;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Transports on loopback ports of the system's choice, all polled by the test's own thread. */
final class LoopbackNodes implements AutoCloseable {
  static final ClusterId CLUSTER = new ClusterId(0xc1);
  static final GroupId GROUP = new GroupId(1);
  private static final int POLLS_MAX = 20_000;

  final List<Node> nodes = new ArrayList<>();
  final List<String> log = new ArrayList<>();
  private long clock; // nanoseconds; moves by a millisecond in each turn of pollUntil

  /** A mesh of nodes 1 to {@code count}, not yet connected. */
  static LoopbackNodes mesh(int count, TcpConfig.Bounds bounds) {
    LoopbackNodes net = new LoopbackNodes();
    for (int id = 1; id <= count; id++) {
      net.add(id, id, count, bounds);
    }
    net.introduce();
    return net;
  }

  static LoopbackNodes mesh(int count) {
    return mesh(count, TcpConfig.Bounds.DEFAULT);
  }

  /** Adds a node that knows nodes 1 to {@code count}. */
  Node add(long id, long incarnation, int count, TcpConfig.Bounds bounds) {
    return add(id, incarnation, count, new Wire(bounds, null));
  }

  /** Adds a node that speaks TLS and knows nodes 1 to {@code count}. */
  Node add(long id, int count, Tls tls) {
    return add(id, id, count, new Wire(TcpConfig.Bounds.DEFAULT, tls));
  }

  private record Wire(TcpConfig.Bounds bounds, @Nullable Tls tls) {
    PeerAddress address(int port) {
      PeerAddress plain = PeerAddress.loopback(port);
      return tls == null ? plain : plain.secured();
    }
  }

  private Node add(long id, long incarnation, int count, Wire wire) {
    Map<NodeId, PeerAddress> peers = new TreeMap<>();
    for (int peer = 1; peer <= count; peer++) {
      if (peer != id) {
        peers.put(new NodeId(peer), wire.address(1)); // until introduced; nobody listens
      }
    }
    Identity self = new Identity(CLUSTER, new NodeId(id), new IncarnationId(incarnation));
    TcpConfig config = new TcpConfig(self, wire.address(0), peers, wire.bounds(), id, wire.tls());
    Node node =
        new Node(
            id,
            wire,
            new TcpTransport(
                config,
                new SliceCodec(),
                () -> clock,
                InetAddress::getAllByName,
                new Journal((level, text) -> log.add(text))));
    nodes.add(node);
    return node;
  }

  /** Tells every node where the others listen. */
  void introduce() {
    for (Node node : nodes) {
      for (Node other : nodes) {
        if (node.id != other.id) {
          node.transport.locate(other.nodeId(), node.wire.address(other.transport.localPort()));
        }
      }
    }
  }

  Node node(int id) {
    return nodes.stream().filter(node -> node.id == id).findFirst().orElseThrow();
  }

  void connectAll() {
    pollUntil(
        () ->
            nodes.stream()
                .flatMap(node -> node.transport.peers().stream())
                .allMatch(peer -> peer.outbound() == PeerStatus.Connection.CONNECTED));
  }

  /** Lets all nodes' clocks jump. */
  void passSeconds(long seconds) {
    clock += seconds * 1_000_000_000L;
  }

  /** Polls all nodes in turn until {@code done}; fails after very many turns. */
  void pollUntil(BooleanSupplier done) {
    for (int i = 0; i < POLLS_MAX; i++) {
      if (done.getAsBoolean()) {
        return;
      }
      clock += 1_000_000;
      for (Node node : nodes) {
        node.transport.flush();
        node.transport.poll(1_000_000 / nodes.size(), node);
      }
    }
    throw new AssertionError("still not so after %d polls; log: %s".formatted(POLLS_MAX, log));
  }

  List<String> logged(String part) {
    return log.stream().filter(line -> line.contains(part)).toList();
  }

  void stop(Node node) {
    node.transport.close();
    nodes.remove(node);
  }

  @Override
  public void close() {
    nodes.forEach(node -> node.transport.close());
  }

  static Message ack(long from, long match) {
    return new Message.AppendAck(new NodeId(from), 1, match, 0);
  }

  static Message append(long from, long index, int bytes) {
    byte[] data = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      data[i] = (byte) (i * 31 + i / 251);
    }
    EntryId prev = index == 1 ? EntryId.ZERO : new EntryId(1, index - 1);
    Entry entry = new Entry(new EntryId(1, index), new Payload.Command(Bytes.wrap(data)));
    return new Message.Append(new NodeId(from), 1, new LogSlice(prev, List.of(entry)), 0, 0);
  }

  /** A transport and what it delivered. */
  static final class Node implements Transport.Receiver {
    final long id;
    private final Wire wire;
    final TcpTransport transport;
    final List<Message> received = new ArrayList<>();
    final List<GroupId> groups = new ArrayList<>();
    final List<NodeId> unreachable = new ArrayList<>();
    final Map<NodeId, Long> roundTrips = new TreeMap<>(); // the last one, nanoseconds

    Node(long id, TcpTransport transport) {
      this(id, new Wire(TcpConfig.Bounds.DEFAULT, null), transport);
    }

    private Node(long id, Wire wire, TcpTransport transport) {
      this.id = id;
      this.wire = wire;
      this.transport = transport;
    }

    NodeId nodeId() {
      return new NodeId(id);
    }

    PeerStatus peer(long other) {
      return transport.peers().stream()
          .filter(peer -> peer.node().value() == other)
          .findFirst()
          .orElseThrow();
    }

    @Override
    public void received(GroupId group, Message message) {
      groups.add(group);
      received.add(message);
    }

    @Override
    public void answered(NodeId peer, long nanos) {
      roundTrips.put(peer, nanos);
    }

    @Override
    public void unreachable(NodeId peer) {
      unreachable.add(peer);
    }
  }
}
