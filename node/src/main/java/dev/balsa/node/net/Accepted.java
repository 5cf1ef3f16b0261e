package dev.balsa.node.net;

import static java.nio.channels.SelectionKey.OP_READ;

import dev.balsa.node.codec.MalformedException;
import dev.balsa.node.tls.CertificateNames;
import dev.balsa.node.tls.Tls;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.Message;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A connection that somebody opened to our peer port: a stranger until its hello is accepted, then
 * the one on which that peer sends.
 */
final class Accepted implements Endpoint {
  /** Reads in one turn, so that one busy peer does not starve the others. */
  private static final int READS_MAX = 4;

  private final TcpTransport net;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final Line line;
  private final InetSocketAddress remote;
  private final long deadline;
  private final ByteBuffer hello = ByteBuffer.allocate(Hello.BYTES);
  private final FrameReader frames;
  private @Nullable Peer peer; // null while a stranger
  private @Nullable IncarnationId incarnation;
  private long heardAt;
  private GroupId lastGroup = new GroupId(0);

  Accepted(TcpTransport net, SocketChannel channel) throws IOException {
    this.net = net;
    this.channel = channel;
    this.remote = (InetSocketAddress) channel.getRemoteAddress();
    this.deadline = net.now() + net.bounds().silenceNanosMax();
    this.frames = new FrameReader(net.bounds().frameBytesMax());
    this.key = net.register(channel, OP_READ, this);
    this.line = net.lines().accepted(channel, key, this);
  }

  /** Until when the hello must be complete. */
  long deadline() {
    return deadline;
  }

  @Override
  public void ready() {
    try {
      line.flush();
      if (peer == null) {
        readHello();
      } else {
        readFrames(peer);
      }
    } catch (SSLException e) {
      String reason = Tls.reason(e);
      warnOnce(reason, "no TLS with it: " + reason + "; closing the connection");
      close();
    } catch (IOException e) {
      close();
    } catch (MalformedException e) {
      warnOnce(String.valueOf(e.getMessage()), e.getMessage() + "; closing the connection");
      close();
    }
    if (key.isValid()) {
      key.interestOps(line.interest(false));
    }
  }

  /** The hello did not come in time. */
  void expire() {
    refuse(Rejection.SILENT, hello.position() + " of " + Hello.BYTES + " bytes of a hello");
  }

  /** Makes room for another connection. */
  void evict() {
    warnOnce("evicted", "too many connections without a hello; closing the oldest");
    close();
  }

  void close() {
    line.end();
    net.close(channel);
    net.forget(this);
    if (peer != null && peer.accepted == this) {
      peer.accepted = null;
    }
  }

  private void readHello() throws IOException, MalformedException {
    ByteBuffer in = net.readBuffer().clear();
    if (line.read(in) < 0) {
      close();
      return;
    }
    Hello.fill(hello, in.flip());
    if (!Hello.mayBeginWithMagic(hello)) {
      refuse(Rejection.MAGIC, guess());
    } else if (hello.position() >= Hello.VERSIONED_BYTES && hello.getShort(8) != Hello.VERSION) {
      refuse(
          Rejection.VERSION, "version %d, wanted %d".formatted(hello.getShort(8), Hello.VERSION));
    } else if (!hello.hasRemaining()) {
      judge(Hello.decode(hello));
    }
    Peer welcomed = peer;
    if (welcomed != null) {
      frames.take(in, frame -> frame(welcomed, frame));
    }
  }

  private void judge(Hello said) throws IOException {
    Peer known = net.peer(said.from().node());
    if (!Hello.isIntact(hello)) {
      refuse(Rejection.DAMAGED, "a hello");
    } else if (Inquiry.isIt(said)) {
      reply(Inquiry.answer(net.self(), net.committed()));
      close();
    } else if (!said.from().cluster().equals(net.self().cluster())) {
      refuse(
          Rejection.CLUSTER,
          "node %s of cluster %s, this is cluster %s"
              .formatted(said.from().node(), said.from().cluster(), net.self().cluster()));
    } else if (!said.to().equals(net.self().node())) {
      refuse(
          Rejection.MISDIRECTED,
          "node %s looks for node %s, this is node %s"
              .formatted(said.from().node(), said.to(), net.self().node()));
    } else if (net.committed().removed().contains(said.from().node())) {
      refuse(Rejection.REMOVED, "node %s".formatted(said.from().node()));
    } else if (known == null) {
      net.arrivals().knocked(said.from().node());
      refuse(Rejection.UNKNOWN_NODE, "node %s".formatted(said.from().node()));
    } else if (!isNamed(known)) {
      refuse(
          Rejection.CERTIFICATE,
          "node %s, dialed at %s, with another's certificate".formatted(known.node, known.address));
    } else if (isTaken(known, said.from().incarnation())) {
      refuse(Rejection.DUPLICATE, "node %s".formatted(said.from().node()));
    } else {
      welcome(known, said.from().incarnation());
    }
  }

  /** A certificate is made out to hosts, and a node is known by the host at which it is dialed. */
  private boolean isNamed(Peer known) {
    X509Certificate shown = line.shown();
    return shown == null || CertificateNames.names(shown, known.address.host());
  }

  /** A live connection is not given up for another data directory's, a silent one is. */
  private boolean isTaken(Peer known, IncarnationId claimed) {
    Accepted older = known.accepted;
    return older != null
        && !claimed.equals(older.incarnation)
        && net.now() - older.heardAt < net.bounds().silenceNanosMax();
  }

  private void welcome(Peer known, IncarnationId claimed) throws IOException {
    Accepted older = known.accepted;
    if (older != null) {
      older.close(); // the peer dials again only when it gave that one up
    }
    incarnation = claimed;
    heardAt = net.now();
    peer = known;
    known.accepted = this;
    known.bytesReceived.add(Hello.BYTES);
    net.remember(known, claimed);
    net.arrivals().greeted(known.node, claimed);
    net.forget(this);
    answer(Welcome.ACCEPTED);
    net.dialed(known).dialSoon();
  }

  private void answer(byte verdict) throws IOException {
    reply(new Welcome(Hello.VERSION, verdict, net.self()).encode());
  }

  /** A reply is far smaller than a socket's buffer: if it does not fit, the peer does not read. */
  private void reply(ByteBuffer bytes) throws IOException {
    line.write(new ByteBuffer[] {bytes}, 1);
    if (bytes.hasRemaining()) {
      throw new IOException("peer does not read its replies");
    }
  }

  private void readFrames(Peer from) throws IOException, MalformedException {
    ByteBuffer in = net.readBuffer();
    for (int reads = 0; reads < READS_MAX; reads++) {
      int count = line.read(in.clear());
      if (count < 0) {
        close();
        return;
      }
      heardAt = net.now();
      from.bytesReceived.add(count);
      frames.take(in.flip(), frame -> frame(from, frame));
      if (count < in.capacity()) {
        return;
      }
    }
  }

  private void frame(Peer from, Frame frame) throws MalformedException {
    if (frame.type() == Frame.PING) {
      try {
        reply(net.pong());
      } catch (IOException e) {
        close();
      }
      return;
    }
    Message message = net.codec().decode(frame);
    if (!message.from().equals(from.node)) {
      throw new MalformedException(
          "node %s sent a message in the name of node %s".formatted(from.node, message.from()));
    }
    net.arrivals().received(group(frame), message);
  }

  /** Most frames are of the group of the one before. */
  private GroupId group(Frame frame) {
    if (frame.group() != lastGroup.value()) {
      lastGroup = new GroupId(frame.group());
    }
    return lastGroup;
  }

  private void refuse(Rejection rejection, String found) {
    warnOnce(rejection + " " + found, "refused: found %s; %s".formatted(found, rejection.remedy()));
    try {
      answer(rejection.code());
    } catch (IOException e) {
      // Whoever it is went away or does not read; the refusal stands.
    }
    close();
  }

  private void warnOnce(String reason, String text) {
    net.journal()
        .warnOnce(
            remote.getAddress().getHostAddress(),
            reason,
            "peer port %s, connection from %s:%d%s: %s"
                .formatted(
                    net.listening(),
                    remote.getAddress().getHostAddress(),
                    remote.getPort(),
                    peer == null ? "" : " (node " + peer.node + ")",
                    text));
  }

  /** What the first bytes of a stranger look like. */
  private String guess() {
    byte[] first = new byte[Math.min(hello.position(), Hello.MAGIC_BYTES)];
    hello.get(0, first);
    String text = new String(first, StandardCharsets.ISO_8859_1);
    if (text.matches("(GET|PUT|POST|HEAD|PRI|OPTIONS|DELETE|PATCH|CONNECT) ?.*")) {
      return "an HTTP request, which belongs to the client port (--listen-client-urls)";
    }
    if (first.length > 1 && first[0] == 0x16 && first[1] == 0x03) {
      return "a TLS hello, but this peer port has no TLS: use http:// in --initial-cluster";
    }
    return "bytes " + HexFormat.of().formatHex(first);
  }
}
