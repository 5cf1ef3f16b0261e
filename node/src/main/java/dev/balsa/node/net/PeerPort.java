package dev.balsa.node.net;

import static java.nio.channels.SelectionKey.OP_ACCEPT;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashSet;

/**
 * Where peers and strangers knock. Bounds what strangers can hold: so many connections, for so
 * long.
 */
final class PeerPort implements Endpoint {
  private static final int ACCEPTS_MAX = 16;
  private static final int BACKLOG = 128;
  private static final long PAUSE_NANOS = 1_000_000_000;

  private final TcpTransport net;
  private final ServerSocketChannel server;
  private final SelectionKey key;
  private final PeerAddress address;
  private final LinkedHashSet<Accepted> strangers = new LinkedHashSet<>(); // oldest first
  private boolean paused;
  private long resumeAt;

  /**
   * Binds {@code wanted}.
   *
   * @throws NetworkException if that is impossible
   */
  PeerPort(TcpTransport net, PeerAddress wanted, Selector selector) {
    this.net = net;
    this.server = bind(wanted);
    try {
      this.key = server.register(selector, OP_ACCEPT, this);
    } catch (IOException e) {
      throw failure(wanted, e);
    }
    this.address = new PeerAddress(wanted.host(), server.socket().getLocalPort(), wanted.secure());
  }

  private static ServerSocketChannel bind(PeerAddress wanted) {
    try {
      ServerSocketChannel server = ServerSocketChannel.open();
      try {
        server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        server.configureBlocking(false);
        InetAddress host = InetAddress.getByName(wanted.host());
        return server.bind(new InetSocketAddress(host, wanted.port()), BACKLOG);
      } catch (IOException e) {
        server.close();
        throw e;
      }
    } catch (IOException e) {
      throw failure(wanted, e);
    }
  }

  private static NetworkException failure(PeerAddress wanted, IOException e) {
    boolean inUse = e instanceof BindException && String.valueOf(e.getMessage()).contains("in use");
    return new NetworkException(
        inUse
            ? "peer address %s is in use; stop the other process or change --listen-peer-urls"
                .formatted(wanted)
            : "cannot listen on peer address %s: %s; change --listen-peer-urls"
                .formatted(wanted, e.getMessage()),
        e);
  }

  /** Where it listens, with the port that the system chose if it was left to it. */
  PeerAddress address() {
    return address;
  }

  /** How long until {@link #tick} has something to do, at most {@code wait}. */
  long untilDue(long wait) {
    long until = wait;
    if (!strangers.isEmpty()) {
      until = Math.min(until, strangers.getFirst().deadline() - net.now());
    }
    return paused ? Math.min(until, resumeAt - net.now()) : until;
  }

  void tick() {
    while (!strangers.isEmpty() && net.now() - strangers.getFirst().deadline() >= 0) {
      strangers.getFirst().expire();
    }
    if (paused && net.now() - resumeAt >= 0) {
      paused = false;
      key.interestOps(OP_ACCEPT);
    }
  }

  /** The connection is known by now, or closed. */
  void forget(Accepted stranger) {
    strangers.remove(stranger);
  }

  void close() {
    while (!strangers.isEmpty()) {
      strangers.getFirst().close();
    }
    net.close(server);
  }

  @Override
  public void ready() {
    try {
      for (int i = 0; i < ACCEPTS_MAX; i++) {
        SocketChannel channel = server.accept();
        if (channel == null) {
          return;
        }
        admit(channel);
      }
    } catch (IOException e) {
      // Out of file descriptors, most likely: the connection stays in the queue, so look later.
      net.journal()
          .warnOnce(
              "self",
              "accept",
              "peer port %s cannot accept connections: %s; raise the limit of open files"
                  .formatted(address, e.getMessage()));
      paused = true;
      resumeAt = net.now() + PAUSE_NANOS;
      key.interestOps(0);
    }
  }

  private void admit(SocketChannel channel) {
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      strangers.add(new Accepted(net, channel));
    } catch (IOException e) {
      net.close(channel); // gone before we looked
    }
    if (strangers.size() > net.bounds().pendingHandshakesMax()) {
      strangers.getFirst().evict();
    }
  }
}
