package dev.balsa.node.net;

import static dev.balsa.node.net.LoopbackNodes.GROUP;
import static dev.balsa.node.net.LoopbackNodes.ack;
import static dev.balsa.node.net.LoopbackNodes.append;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.balsa.node.net.LoopbackNodes.Node;
import dev.balsa.node.tls.CertificateAuthority;
import dev.balsa.node.tls.CertificateAuthority.Issued;
import dev.balsa.node.tls.CertificateAuthority.Subject;
import dev.balsa.node.tls.Tls;
import dev.balsa.node.tls.TlsFiles;
import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTransportTest {
  private final Instant from = Instant.now().minus(Duration.ofDays(1));
  private final Instant until = from.plus(Duration.ofDays(3));

  @TempDir Path folder;

  private final LoopbackNodes net = new LoopbackNodes();
  private final CertificateAuthority authority =
      CertificateAuthority.create("authority", from, until);

  @AfterEach
  void close() {
    net.close();
  }

  @Test
  void messagesOfAllSizesArriveInOrderBothWays() throws Exception {
    add(1, tls("node1", authority, "127.0.0.1"));
    add(2, tls("node2", authority, "127.0.0.1"));
    net.introduce();
    net.connectAll();
    List<Message> sent = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      sent.add(ack(1, i));
      sent.add(append(1, 1, i * 517)); // over the size that is copied, over that of a record
    }
    sent.add(append(1, 1, 5 << 20)); // over all buffers

    for (Message message : sent) {
      net.node(1).transport.send(GROUP, net.node(2).nodeId(), message);
    }
    net.node(2).transport.send(GROUP, net.node(1).nodeId(), ack(2, 7));
    net.pollUntil(
        () -> net.node(2).received.size() == sent.size() && net.node(1).received.size() == 1);

    assertThat(net.node(2).received).isEqualTo(sent);
    assertThat(net.node(1).received).containsExactly(ack(2, 7));
    assertThat(net.node(1).unreachable).isEmpty();
  }

  @Test
  void nodeThatComesBackIsConnectedAgain() throws Exception {
    add(1, tls("node1", authority, "127.0.0.1"));
    Node two = add(2, tls("node2", authority, "127.0.0.1"));
    net.introduce();
    net.connectAll();

    net.stop(two);
    net.pollUntil(() -> !net.node(1).peer(2).inbound());
    add(2, tls("node2", authority, "127.0.0.1"));
    net.introduce();
    net.connectAll();

    assertThat(net.logged("lost connection to node 2")).hasSize(1);
  }

  @Test
  void whoIsBeingDialedAtTheEndIsLeftAlone() throws Exception {
    InetAddress here = InetAddress.getLoopbackAddress();
    try (ServerSocket deaf = new ServerSocket(0, 1, here);
        Socket first = new Socket(here, deaf.getLocalPort());
        Socket second = new Socket(here, deaf.getLocalPort())) {
      Node one = add(1, tls("node1", authority, "127.0.0.1"));
      // The queue of those whom nobody accepts is full: a third connection waits.
      one.transport.locate(new NodeId(2), PeerAddress.loopback(deaf.getLocalPort()).secured());
      net.pollUntil(() -> one.peer(2).outbound() == PeerStatus.Connection.CONNECTING);

      assertThatCode(() -> net.stop(one)).doesNotThrowAnyException();

      assertThat(first.isConnected() && second.isConnected()).isTrue();
    }
  }

  @Test
  void certificateOfAnotherHostIsRefusedAndLoggedOnce() throws Exception {
    add(1, tls("node1", authority, "127.0.0.1"));
    Node two = add(2, tls("node2", authority, "node2.example"));
    net.introduce();

    net.pollUntil(
        () ->
            two.peer(1).sendFailures() >= 3
                && !net.logged("CERTIFICATE: from its side").isEmpty()
                && !net.logged("No subject alternative").isEmpty());

    assertThat(net.node(1).peer(2).inbound()).isFalse();
    assertThat(two.peer(1).outbound()).isNotEqualTo(PeerStatus.Connection.CONNECTED);
    assertThat(net.logged("refused: found node 2, dialed at 127.0.0.1")).hasSize(1);
    assertThat(net.logged("CERTIFICATE: from its side")).hasSize(1);
    assertThat(net.logged("No subject alternative")).hasSize(1); // node 1 does not believe it
  }

  @Test
  void certificateOfAnotherAuthorityIsRefusedAndLoggedOnce() throws Exception {
    CertificateAuthority others = CertificateAuthority.create("others", from, until);
    add(1, tls("node1", authority, "127.0.0.1"));
    Node two =
        add(
            2,
            Tls.open(files("node2", others, "127.0.0.1").trusting(ca()).demandingCertificates()));
    net.introduce();

    net.pollUntil(() -> two.peer(1).sendFailures() >= 3 && net.node(1).peer(2).sendFailures() >= 3);

    assertThat(net.node(1).peer(2).inbound()).isFalse();
    assertThat(net.logged("no TLS with it: ")).isNotEmpty().doesNotHaveDuplicates();
  }

  @Test
  void plaintextAndTlsDoNotMixAndAreTold() throws Exception {
    Node secure = add(1, tls("node1", authority, "127.0.0.1"));
    Node plain = net.add(2, 2, 2, TcpConfig.Bounds.DEFAULT);
    net.introduce();

    net.pollUntil(
        () ->
            !net.logged("a TLS hello, but this peer port has no TLS").isEmpty()
                && !net.logged("no TLS with it: ").isEmpty());

    assertThat(secure.peer(2).inbound()).isFalse();
    assertThat(plain.peer(1).inbound()).isFalse();
  }

  @Test
  void newCertificateCountsFromTheNextConnectionOn() throws Exception {
    TlsFiles files = mutual("node2", authority, "node2.example");
    add(1, tls("node1", authority, "127.0.0.1"));
    add(2, Tls.open(files));
    net.introduce();
    net.pollUntil(() -> !net.logged("refused: found node 2").isEmpty());

    files("node2", authority, "127.0.0.1");
    net.connectAll();

    assertThat(net.node(1).peer(2).inbound()).isTrue();
  }

  private Node add(int id, Tls tls) {
    return net.add(id, 2, tls);
  }

  private Tls tls(String name, CertificateAuthority issuer, String host) throws IOException {
    return Tls.open(mutual(name, issuer, host));
  }

  private TlsFiles mutual(String name, CertificateAuthority issuer, String host)
      throws IOException {
    return files(name, issuer, host).trusting(ca()).demandingCertificates();
  }

  private Path ca() throws IOException {
    return Files.writeString(
        folder.resolve("ca"), CertificateAuthority.pem(authority.certificate()));
  }

  private TlsFiles files(String name, CertificateAuthority issuer, String host) throws IOException {
    Issued issued = issuer.issue(new Subject(name, List.of(host), from, until));
    issued.write(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
    return TlsFiles.of(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
  }
}
