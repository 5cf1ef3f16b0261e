package dev.balsa.node.net;

import dev.balsa.node.Identity;
import dev.balsa.node.tls.Tls;
import dev.balsa.raft.NodeId;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link TcpTransport} must know. Identity is the node id; an address only says where to
 * find it at the moment.
 *
 * @param self who this node is
 * @param listen where to accept peers; port 0 lets the system choose
 * @param peers where the other nodes listen; must not name this node
 * @param bounds limits on memory and time
 * @param seed of the jitter between dials
 * @param tls for connections whose address asks for it; null if none may
 */
public record TcpConfig(
    Identity self,
    PeerAddress listen,
    Map<NodeId, PeerAddress> peers,
    Bounds bounds,
    long seed,
    @Nullable Tls tls) {

  /** Refuses a peer list that holds this node itself. */
  public TcpConfig {
    peers = Collections.unmodifiableMap(new TreeMap<>(peers));
    if (peers.containsKey(self.node())) {
      throw new IllegalArgumentException(
          "peers name node %s, which is this node; name only the others".formatted(self.node()));
    }
  }

  /** With {@link Bounds#DEFAULT}. */
  public TcpConfig(Identity self, PeerAddress listen, Map<NodeId, PeerAddress> peers, long seed) {
    this(self, listen, peers, Bounds.DEFAULT, seed, null);
  }

  /** In the clear. */
  public TcpConfig(
      Identity self, PeerAddress listen, Map<NodeId, PeerAddress> peers, Bounds bounds, long seed) {
    this(self, listen, peers, bounds, seed, null);
  }

  /** The same with what TLS is made of. */
  public TcpConfig withTls(@Nullable Tls other) {
    return new TcpConfig(self, listen, peers, bounds, seed, other);
  }

  /**
   * Limits, all positive.
   *
   * @param frameBytesMax the largest body of a frame that is sent or accepted
   * @param outboundBytesMax how much is buffered for one peer; what does not fit is dropped. A
   *     single message may exceed it when nothing else is buffered.
   * @param pendingHandshakesMax accepted connections that have not said who they are; one more
   *     closes the oldest
   * @param silenceNanosMax how long a dial, a handshake or a ping may go unanswered
   */
  public record Bounds(
      int frameBytesMax, long outboundBytesMax, int pendingHandshakesMax, long silenceNanosMax) {
    /**
     * 64 MiB for a frame and for a peer's buffer, 64 strangers, 5 seconds (as etcd's peer reads).
     */
    public static final Bounds DEFAULT = new Bounds(64 << 20, 64L << 20, 64, 5_000_000_000L);

    public Bounds {
      positive("frameBytesMax", frameBytesMax);
      positive("outboundBytesMax", outboundBytesMax);
      positive("pendingHandshakesMax", pendingHandshakesMax);
      positive("silenceNanosMax", silenceNanosMax);
    }

    private static void positive(String name, long value) {
      if (value <= 0) {
        throw new IllegalArgumentException("%s is %d, must be positive".formatted(name, value));
      }
    }
  }
}
