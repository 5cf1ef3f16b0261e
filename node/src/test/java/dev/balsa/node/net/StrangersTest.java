package dev.balsa.node.net;

import static dev.balsa.node.net.LoopbackNodes.CLUSTER;
import static dev.balsa.node.net.LoopbackNodes.ack;
import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.node.Identity;
import dev.balsa.node.net.LoopbackNodes.Node;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrangersTest {
  private static final int REPLY_TIMEOUT_MILLIS = 20_000;

  private LoopbackNodes net;
  private Node one;

  @BeforeEach
  void twoConnectedNodes() {
    net = LoopbackNodes.mesh(2, new TcpConfig.Bounds(1 << 20, 1 << 20, 4, 5_000_000_000L));
    net.connectAll();
    one = net.node(1);
  }

  @AfterEach
  void theTwoStillTalk() {
    int before = one.received.size();
    net.node(2).transport.send(LoopbackNodes.GROUP, one.nodeId(), ack(2, 42));
    net.pollUntil(() -> one.received.size() > before);
    net.close();
    assertThat(one.unreachable).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    // version, cluster, from, to, incarnation, reason
    "2, c1, 2, 1, 2, VERSION",
    "1, c2, 2, 1, 2, CLUSTER",
    "1, c1, 2, 3, 2, MISDIRECTED",
    "1, c1, 9, 1, 2, UNKNOWN_NODE",
    "1, c1, 1, 1, 2, UNKNOWN_NODE",
    "1, c1, 2, 1, 5, DUPLICATE",
  })
  void aStrangersHelloIsRefusedWithItsReasonAndLoggedOnce(
      short version, String cluster, long from, long to, long incarnation, Rejection reason)
      throws IOException {
    Identity identity =
        new Identity(
            new ClusterId(HexFormat.fromHexDigits(cluster)),
            new NodeId(from),
            new IncarnationId(incarnation));
    byte[] hello = bytes(new Hello(version, identity, new NodeId(to)));

    for (int i = 0; i < 3; i++) {
      assertThat(verdictOn(hello)).isEqualTo(reason.code());
    }

    assertThat(net.logged(reason.remedy())).hasSize(1);
  }

  @Test
  void aDamagedHelloIsRefused() throws IOException {
    Identity identity = new Identity(CLUSTER, new NodeId(2), new IncarnationId(2));
    byte[] hello = bytes(new Hello(Hello.VERSION, identity, new NodeId(1)));
    hello[20] ^= 1;

    assertThat(verdictOn(hello)).isEqualTo(Rejection.DAMAGED.code());
  }

  @Test
  void anHttpRequestIsRecognized() throws IOException {
    byte[] request = "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    assertThat(verdictOn(request)).isEqualTo(Rejection.MAGIC.code());

    assertThat(net.logged("an HTTP request, which belongs to the client port")).hasSize(1);
    assertThat(net.logged("127.0.0.1")).isNotEmpty();
  }

  @Test
  void aTlsHelloIsRecognized() throws IOException {
    assertThat(verdictOn(new byte[] {0x16, 0x03, 0x01, 0, 5, 1, 0, 0, 1, 0}))
        .isEqualTo(Rejection.MAGIC.code());

    assertThat(net.logged("a TLS hello, but this peer port has no TLS")).hasSize(1);
  }

  @Test
  void garbageIsRefusedWithoutReadingItAll() throws IOException {
    byte[] garbage = new byte[1 << 16];
    Arrays.fill(garbage, (byte) 0xaa);
    try (Socket socket = connect()) {
      socket.getOutputStream().write(garbage);

      net.pollUntil(() -> !net.logged("bytes aaaaaaaaaaaaaaaa").isEmpty());
    }
  }

  @Test
  void aSilentClientIsClosedInTime() throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(new byte[] {(byte) 0x92, 0x42});
      one.transport.poll(0, one);

      net.passSeconds(3); // two steps, so that the peers' own pings are answered in between
      net.pollUntil(() -> one.peer(2).bytesReceived() > 39);
      net.passSeconds(3);
      net.pollUntil(() -> !net.logged("of 46 bytes of a hello").isEmpty());

      assertThat(reply(socket)).hasSize(Welcome.BYTES);
    }
  }

  @Test
  void theOldestSilentClientGivesWayToANewOne() throws IOException {
    try (Socket oldest = connect();
        Socket b = connect();
        Socket c = connect();
        Socket d = connect();
        Socket e = connect()) {
      net.pollUntil(() -> !net.logged("too many connections without a hello").isEmpty());

      assertThat(reply(oldest)).isEmpty();
      for (Socket kept : new Socket[] {b, c, d, e}) {
        assertThat(kept.isConnected()).isTrue();
      }
    }
  }

  @Test
  void aMalformedFrameClosesOnlyItsConnectionAndIsNamed() throws IOException {
    net.stop(net.node(2));
    net.pollUntil(() -> !one.peer(2).inbound());
    try (Socket socket = connect()) {
      Identity two = new Identity(CLUSTER, new NodeId(2), new IncarnationId(2));
      socket.getOutputStream().write(bytes(new Hello(Hello.VERSION, two, new NodeId(1))));
      net.pollUntil(() -> one.peer(2).inbound());
      ByteBuffer frame = ByteBuffer.allocate(Frame.HEADER_BYTES).putInt(15, 1 << 30);

      socket.getOutputStream().write(frame.array());
      net.pollUntil(() -> !one.peer(2).inbound());

      assertThat(net.logged("(node 2): frame of type 0 announces 1073741824 bytes")).hasSize(1);
    }
    one.unreachable.clear(); // we stopped node 2 ourselves
    net.add(2, 2, 2, TcpConfig.Bounds.DEFAULT);
    net.introduce();
    net.connectAll();
  }

  @Test
  void aDialerIsToldWhyItWasRefused() {
    Node stranger = net.add(3, 3, 2, TcpConfig.Bounds.DEFAULT);
    stranger.transport.locate(one.nodeId(), PeerAddress.loopback(one.transport.localPort()));

    net.pollUntil(() -> !net.logged("node 1 at 127.0.0.1:%d refused".formatted(port())).isEmpty());

    assertThat(net.logged("UNKNOWN_NODE: from its side, no such node is a member here")).hasSize(1);
    net.stop(stranger);
  }

  private static byte[] bytes(Hello hello) {
    byte[] bytes = new byte[Hello.BYTES];
    hello.encode().get(bytes);
    return bytes;
  }

  private byte verdictOn(byte[] hello) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(hello);
      byte[] reply = reply(socket);
      assertThat(reply).hasSize(Welcome.BYTES);
      assertThat(Hello.isIntact(ByteBuffer.wrap(reply))).isTrue();
      return Welcome.decode(ByteBuffer.wrap(reply)).verdict();
    }
  }

  /** All that comes until the other side closes. */
  private byte[] reply(Socket socket) {
    byte[] reply = new byte[Welcome.BYTES];
    int[] filled = {0};
    net.pollUntil(
        () -> {
          try {
            if (filled[0] == reply.length) {
              return true;
            }
            socket.setSoTimeout(1);
            int count = socket.getInputStream().read(reply, filled[0], reply.length - filled[0]);
            filled[0] += Math.max(count, 0);
            return count < 0;
          } catch (SocketTimeoutException e) {
            return false;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    return Arrays.copyOf(reply, filled[0]);
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
    socket.setSoTimeout(REPLY_TIMEOUT_MILLIS);
    return socket;
  }

  private int port() {
    return one.transport.localPort();
  }
}
