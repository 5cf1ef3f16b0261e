package dev.balsa.node.net;

import dev.balsa.node.net.PeerStatus.Connection;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.NodeId;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One other node as others may see it. The loop writes every field, any thread reads; an adder
 * costs the loop no more than a plain one while nobody contends.
 */
final class Peer {
  final NodeId node;

  final LongAdder bytesSent = new LongAdder();
  final LongAdder bytesReceived = new LongAdder();
  final LongAdder messagesDropped = new LongAdder();
  final LongAdder sendFailures = new LongAdder();
  volatile PeerAddress address;
  volatile Connection outbound = Connection.WAITING;
  volatile long bytesQueued;
  volatile @Nullable IncarnationId incarnation;
  volatile @Nullable Accepted accepted;

  Peer(NodeId node, PeerAddress address) {
    this.node = node;
    this.address = address;
  }

  PeerStatus status() {
    return new PeerStatus(
        node,
        address,
        outbound,
        accepted != null,
        incarnation,
        bytesSent.sum(),
        bytesReceived.sum(),
        bytesQueued,
        messagesDropped.sum(),
        sendFailures.sum());
  }
}
