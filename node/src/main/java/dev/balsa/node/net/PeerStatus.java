package dev.balsa.node.net;

import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * What the transport knows of one peer, for metrics and people. Counts are since the start and may
 * be a moment apart from each other.
 *
 * @param node the peer
 * @param address where it is dialed
 * @param outbound how far our connection to it is
 * @param inbound whether its connection to us is open
 * @param incarnation the data directory it last showed, or null if it never did
 * @param bytesSent written to its sockets
 * @param bytesReceived read from its sockets
 * @param bytesQueued waiting to be written
 * @param messagesDropped not sent, for want of a connection or of room
 * @param sendFailures dials that failed and connections that broke
 */
public record PeerStatus(
    NodeId node,
    PeerAddress address,
    Connection outbound,
    boolean inbound,
    @Nullable IncarnationId incarnation,
    long bytesSent,
    long bytesReceived,
    long bytesQueued,
    long messagesDropped,
    long sendFailures) {

  /** The stages of our connection to a peer. */
  public enum Connection {
    WAITING,
    RESOLVING,
    CONNECTING,
    GREETING,
    CONNECTED
  }
}
