package dev.balsa.node.net;

import static java.nio.channels.SelectionKey.OP_CONNECT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;

import dev.balsa.node.codec.MalformedException;
import dev.balsa.node.net.MessageCodec.Tail;
import dev.balsa.node.net.PeerStatus.Connection;
import dev.balsa.node.tls.Tls;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.Message;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Our connection to one peer, on which we send: dialed again whenever it breaks, and asked by pings
 * whether it still lives, since a silent network shows in no other way while there is little to
 * send.
 */
final class Dialed implements Endpoint {
  private static final long BACKOFF_NANOS_MIN = 50_000_000;
  private static final long BACKOFF_NANOS_MAX = 1_000_000_000;
  private static final long STABLE_NANOS = 1_000_000_000;

  /** Pings are sent this many times within the silence that ends a connection. */
  private static final int PINGS_PER_SILENCE = 5;

  private final TcpTransport net;
  private final Peer peer;
  private final Outbox outbox;
  private final ByteBuffer welcome = ByteBuffer.allocate(Welcome.BYTES);
  private FrameReader pongs = new FrameReader(0);
  private @Nullable Socket socket;
  private long deadline; // when tick has something to do
  private long connectedAt;
  private int failures; // in a row, without a stable connection between
  private int address; // which of the resolved addresses to try next
  private boolean pongMissing;
  private long pingedAt;
  private long sent; // bytes written on all connections so far
  private long pingEnd; // sent ≥ pingEnd once the last ping has left
  private long sentAtPingCheck;
  private boolean overflown;
  private boolean closed;

  Dialed(TcpTransport net, Peer peer) {
    this.net = net;
    this.peer = peer;
    this.outbox = new Outbox(net.chunks());
    this.deadline = net.now();
  }

  Peer peer() {
    return peer;
  }

  long deadline() {
    return deadline;
  }

  /** Does what is due at {@link #deadline}. */
  void tick() {
    if (net.now() - deadline < 0) {
      return;
    }
    switch (peer.outbound) {
      case WAITING -> dial();
      case RESOLVING -> deadline = net.now() + net.bounds().silenceNanosMax();
      case CONNECTING, GREETING -> fail("no answer in time");
      case CONNECTED -> ping();
    }
  }

  /** The peer has just dialed us, so it is there: do not wait longer. */
  void dialSoon() {
    if (peer.outbound == Connection.WAITING) {
      deadline = net.now();
    }
  }

  /** Buffers the message, or drops it. */
  void send(GroupId group, Message message) {
    if (peer.outbound != Connection.CONNECTED) {
      peer.messagesDropped.increment();
      return;
    }
    Tail tail = net.codec().tail(message);
    int tailBytes = tail.bytes().remaining();
    if (tailBytes > net.bounds().frameBytesMax() - MessageCodec.HEAD_BYTES_MAX) {
      peer.messagesDropped.increment();
      net.journal()
          .warnOnce(
              peer.node.toString(),
              "too large",
              ("message of %d bytes for node %s is over the frame limit of %d and is never sent;"
                      + " lower the size of requests")
                  .formatted(tailBytes, peer.node, net.bounds().frameBytesMax()));
      return;
    }
    if (isFull(tailBytes)) {
      peer.messagesDropped.increment();
      if (!overflown) {
        overflown = true;
        net.arrivals().lost(peer.node);
      }
      return;
    }
    ByteBuffer out = outbox.room(Frame.HEADER_BYTES + MessageCodec.HEAD_BYTES_MAX);
    int start = out.position();
    Frame.begin(out);
    MessageCodec.putHead(message, out);
    Frame.seal(out, start, MessageCodec.type(message), group.value(), tailBytes, tail.crc());
    outbox.append(tail.bytes());
  }

  /**
   * Once full, stays so until half is gone: else single messages would slip in between lost ones.
   */
  private boolean isFull(int more) {
    long limit = net.bounds().outboundBytesMax();
    long queued = outbox.bytes();
    overflown = overflown && queued > limit / 2;
    return overflown || (queued > 0 && queued + more + Frame.HEADER_BYTES > limit);
  }

  /** Writes what is buffered, unless the socket is known to be full. */
  void flush() {
    if (socket != null && !outbox.isEmpty() && !socket.waitsToWrite()) {
      write(socket);
    }
  }

  void close() {
    closed = true;
    disconnect();
  }

  @Override
  public void ready() {
    Socket current = socket;
    if (current == null) {
      return;
    }
    try {
      if (peer.outbound == Connection.CONNECTING) {
        if (current.channel.finishConnect()) {
          greet(current);
        }
        return;
      }
      read(current);
    } catch (SSLException e) {
      refused(Tls.reason(e));
    } catch (IOException e) {
      fail(reason(e));
    } catch (MalformedException e) {
      fail(String.valueOf(e.getMessage()));
    }
    if (current.key.isValid()) {
      write(current);
    }
  }

  private void dial() {
    if (peer.address.isLiteral()) {
      connect(net.resolve(peer.address.host()));
      return;
    }
    peer.outbound = Connection.RESOLVING;
    deadline = net.now() + net.bounds().silenceNanosMax();
    net.resolveAside(peer.address.host(), this::connect);
  }

  private void connect(InetAddress[] addresses) {
    if (closed) {
      return;
    }
    if (addresses.length == 0) {
      fail("the name service does not know the host");
      return;
    }
    InetAddress host = addresses[Math.floorMod(address++, addresses.length)];
    try {
      SocketChannel channel = SocketChannel.open();
      SelectionKey key = net.register(channel, OP_CONNECT, this);
      Line line = net.lines().dialed(channel, key, this, peer.address);
      Socket fresh = new Socket(channel, key, line);
      socket = fresh;
      peer.outbound = Connection.CONNECTING;
      deadline = net.now() + net.bounds().silenceNanosMax();
      if (channel.connect(new InetSocketAddress(host, peer.address.port()))) {
        greet(fresh);
      }
    } catch (IOException e) {
      fail(reason(e));
    }
  }

  private void greet(Socket current) throws IOException {
    current.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    current.key.interestOps(OP_READ);
    peer.outbound = Connection.GREETING;
    deadline = net.now() + net.bounds().silenceNanosMax();
    welcome.clear();
    outbox.append(new Hello(Hello.VERSION, net.self(), peer.node).encode());
    write(current);
  }

  private void read(Socket current) throws IOException, MalformedException {
    ByteBuffer in = net.readBuffer().clear();
    int count = current.line.read(in);
    if (count < 0) {
      fail("the peer closed the connection");
      return;
    }
    peer.bytesReceived.add(count);
    in.flip();
    if (peer.outbound == Connection.GREETING) {
      Hello.fill(welcome, in);
      if (!welcome.hasRemaining()) {
        judge(Welcome.decode(welcome));
      }
    }
    if (peer.outbound == Connection.CONNECTED) {
      pongs.take(in, this::pong);
    }
  }

  private void judge(Welcome answer) {
    if (!Hello.mayBeginWithMagic(welcome)) {
      refused("it does not speak Balsa's peer protocol; fix the addresses in --initial-cluster");
    } else if (answer.verdict() == Rejection.REMOVED.code()
        && Hello.isIntact(welcome)
        && answer.from().cluster().equals(net.self().cluster())
        && answer.from().node().equals(peer.node)) {
      net.arrivals().removed(peer.node);
      refused(Rejection.describe(answer.verdict()));
    } else if (answer.verdict() != Welcome.ACCEPTED) {
      refused(Rejection.describe(answer.verdict()));
    } else if (!Hello.isIntact(welcome)) {
      refused("its welcome does not match its checksum");
    } else if (!answer.from().cluster().equals(net.self().cluster())
        || !answer.from().node().equals(peer.node)) {
      refused(
          "it is node %s of cluster %s; fix the addresses in --initial-cluster"
              .formatted(answer.from().node(), answer.from().cluster()));
    } else {
      net.remember(peer, answer.from().incarnation());
      peer.outbound = Connection.CONNECTED;
      connectedAt = net.now();
      pongs = new FrameReader(0);
      pongMissing = false;
      deadline = connectedAt + net.bounds().silenceNanosMax() / PINGS_PER_SILENCE;
      net.journal().info("connected to node %s at %s".formatted(peer.node, peer.address));
    }
  }

  private void refused(String why) {
    net.journal()
        .warnOnce(
            peer.node.toString(),
            why,
            "node %s at %s refused this node's connection: %s"
                .formatted(peer.node, peer.address, why));
    failures = Integer.SIZE; // nothing will be better in a moment
    fail(why);
  }

  /** Asks whether the peer lives; a ping that still waits behind other bytes is no failure. */
  private void ping() {
    boolean stillLeaving = sentAtPingCheck < pingEnd && sentAtPingCheck < sent;
    if (pongMissing && !stillLeaving) {
      fail("no answer to a ping in time");
      return;
    }
    if (!pongMissing) {
      outbox.append(net.ping());
      pingEnd = sent + outbox.bytes();
      pongMissing = true;
      pingedAt = net.now();
      flush();
    }
    if (socket != null) {
      sentAtPingCheck = sent;
      deadline = net.now() + net.bounds().silenceNanosMax();
    }
  }

  private void pong(Frame frame) throws MalformedException {
    if (frame.type() != Frame.PONG) {
      throw new MalformedException("frame of type %d, wanted a pong".formatted(frame.type()));
    }
    pongMissing = false;
    net.arrivals().answered(peer.node, net.now() - pingedAt);
    deadline = net.now() + net.bounds().silenceNanosMax() / PINGS_PER_SILENCE;
  }

  private void write(Socket current) {
    long before = outbox.bytes();
    try {
      current.line.flush();
      current.key.interestOps(current.line.interest(!outbox.writeTo(current.line)));
    } catch (IOException e) {
      fail(reason(e));
      return;
    }
    long after = outbox.bytes();
    sent += before - after;
    peer.bytesSent.add(before - after);
    peer.bytesQueued = after;
  }

  private void fail(String why) {
    boolean connected = peer.outbound == Connection.CONNECTED;
    disconnect();
    peer.sendFailures.increment();
    if (connected && net.now() - connectedAt >= STABLE_NANOS) {
      failures = 0;
    }
    if (connected) {
      net.arrivals().lost(peer.node);
      net.journal()
          .warn("lost connection to node %s at %s: %s".formatted(peer.node, peer.address, why));
    } else if (failures == 0) {
      net.journal()
          .info("cannot reach node %s at %s yet: %s".formatted(peer.node, peer.address, why));
    }
    long backoff = Math.min(BACKOFF_NANOS_MAX, BACKOFF_NANOS_MIN << Math.min(failures++, 5));
    deadline = net.now() + net.jitter(backoff);
  }

  private void disconnect() {
    if (socket != null) {
      socket.line.end();
      net.close(socket.channel);
      socket = null;
    }
    outbox.clear();
    overflown = false;
    peer.bytesQueued = 0;
    peer.outbound = Connection.WAITING;
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  /** A channel, its place in the selector, and what is spoken on it. */
  private record Socket(SocketChannel channel, SelectionKey key, Line line) {
    boolean waitsToWrite() {
      return (key.interestOps() & OP_WRITE) != 0;
    }
  }
}
