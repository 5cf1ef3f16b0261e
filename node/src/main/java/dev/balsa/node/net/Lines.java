package dev.balsa.node.net;

import dev.balsa.node.tls.Tls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Makes the lines of connections, and lends those with TLS the buffers that they share. Loop thread
 * only.
 */
final class Lines {
  /** An engine wants room for so much beyond what a record can hold, so less than that is read. */
  private static final int RECORD_BYTES = 32 << 10;

  private final TcpTransport net;
  private final boolean securePort;
  private final @Nullable Tls tls;
  private final ByteBuffer received;
  private final ByteBuffer sending;

  /**
   * @param readBytes the most that a read puts into its buffer
   */
  Lines(TcpTransport net, boolean securePort, @Nullable Tls tls, int readBytes) {
    if (securePort && tls == null) {
      throw new IllegalArgumentException("the peer port is to speak TLS, but has no certificate");
    }
    this.net = net;
    this.securePort = securePort;
    this.tls = tls;
    this.received = ByteBuffer.allocateDirect(tls == null ? 0 : readBytes - RECORD_BYTES);
    this.sending = ByteBuffer.allocateDirect(tls == null ? 0 : readBytes);
  }

  /** The line of a connection that somebody opened. */
  Line accepted(SocketChannel channel, SelectionKey key, Endpoint owner) throws IOException {
    return securePort && tls != null
        ? new SecureLine(new SecureLine.Ends(channel, key, owner), tls.accepting(), net)
        : new PlainLine(channel);
  }

  /** The line of a connection that is being opened to {@code address}. */
  Line dialed(SocketChannel channel, SelectionKey key, Endpoint owner, PeerAddress address)
      throws IOException {
    if (!address.secure()) {
      return new PlainLine(channel);
    }
    if (tls == null) {
      throw new IOException(
          "its peer URL asks for TLS, but this node has no certificate; name one by"
              + " --peer-cert-file and --peer-key-file");
    }
    return new SecureLine(
        new SecureLine.Ends(channel, key, owner), tls.dialing(address.host(), address.port()), net);
  }

  /** For what comes from a socket; holds nothing between two reads. */
  ByteBuffer received() {
    return received;
  }

  /** For what goes to a socket; holds nothing between two writes. */
  ByteBuffer sending() {
    return sending;
  }
}
