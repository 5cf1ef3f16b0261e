package dev.balsa.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.balsa.node.tls.CertificateAuthority;
import dev.balsa.node.tls.CertificateAuthority.Subject;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.PutRequest;
import dev.balsa.server.StartException;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BalsaServerTest {
  @TempDir Path folder;

  @Test
  void servesAnUnmodifiedClientAsSoonAsItHasStarted() {
    try (BalsaServer server = BalsaServer.builder().start();
        Jetcd client = Jetcd.of(List.of(server.endpoint()))) {
      client.put("greeting", "hello");

      assertThat(client.values("greeting")).containsExactly("hello");
    }
  }

  @Test
  void startsQuicklyOnceTheJvmIsWarm() {
    for (int round = 1; round <= 5; round++) {
      long start = System.nanoTime();
      try (BalsaServer server = BalsaServer.builder().start()) {
        System.out.printf("start %d took %d ms%n", round, (System.nanoTime() - start) / 1_000_000);

        assertThat(server.endpoint()).hasScheme("http").hasHost("127.0.0.1");
      }
    }
  }

  @Test
  void serversBesideEachOtherShareNothing() {
    try (BalsaServer one = BalsaServer.builder().start();
        BalsaServer other = BalsaServer.builder().start();
        Jetcd client = Jetcd.of(List.of(one.endpoint()));
        Jetcd otherClient = Jetcd.of(List.of(other.endpoint()))) {
      client.put("key", "one");

      assertThat(one.endpoint()).isNotEqualTo(other.endpoint());
      assertThat(otherClient.values("key")).isEmpty();
    }
  }

  @Test
  void keepsInAFolderWhatIsThereWhenItStartsAgain() {
    Path data = folder.resolve("data");
    try (BalsaServer server = BalsaServer.builder().dataDirectory(data).withoutFsync().start();
        Jetcd client = Jetcd.of(List.of(server.endpoint()))) {
      client.put("key", "kept");
    }

    try (BalsaServer server = BalsaServer.builder().dataDirectory(data).start();
        Jetcd client = Jetcd.of(List.of(server.endpoint()))) {
      assertThat(client.values("key")).containsExactly("kept");
    }
    assertThat(data).isNotEmptyDirectory();
    assertThat(Files.exists(Path.of("memory"))).isFalse();
  }

  @Test
  void namesThePortThatIsTaken() {
    try (BalsaServer server = BalsaServer.builder().start()) {
      int port = server.endpoint().getPort();

      assertThatThrownBy(() -> BalsaServer.builder().port(port).start())
          .isInstanceOf(StartException.class)
          .hasMessageContaining("127.0.0.1:" + port);
    }
  }

  @Test
  void speaksTlsWithTheCertificateItIsGiven() throws Exception {
    Path certificate = folder.resolve("server.crt");
    Path key = folder.resolve("server.key");
    Instant now = Instant.now();
    CertificateAuthority.selfSigned(
            new Subject("balsa", List.of("127.0.0.1"), now, now.plus(Duration.ofDays(1))))
        .write(certificate, key);

    try (BalsaServer server = BalsaServer.builder().tls(certificate, key).start()) {
      assertThat(server.endpoint()).hasScheme("https");
      ManagedChannel channel =
          Grpc.newChannelBuilder(
                  server.endpoint().getAuthority(),
                  TlsChannelCredentials.newBuilder().trustManager(certificate.toFile()).build())
              .build();
      try {
        assertThat(
                KVGrpc.newBlockingStub(channel)
                    .put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build())
                    .getHeader()
                    .getRevision())
            .isEqualTo(2);
      } finally {
        channel.shutdownNow();
      }
    }
  }

  @Test
  void namesTheCertificateThatIsNotThere() {
    Path missing = folder.resolve("server.crt");

    assertThatThrownBy(() -> BalsaServer.builder().tls(missing, missing).start())
        .isInstanceOf(StartException.class)
        .hasMessageContaining(missing.toString());
  }

  @Test
  void comesBackOnThePortItIsTold() {
    URI first;
    try (BalsaServer server = BalsaServer.builder().start()) {
      first = server.endpoint();
    }

    try (BalsaServer server = BalsaServer.builder().port(first.getPort()).start()) {
      assertThat(server.endpoint()).isEqualTo(first);
    }
  }

  @Test
  void leasesEndByTheTimeThatTheTestLetsPass() {
    try (BalsaServer server = BalsaServer.builder().start();
        Jetcd client = Jetcd.of(List.of(server.endpoint()))) {
      server.leaseTime().freeze();
      long lease = client.grant(Duration.ofHours(1));
      client.putLeased("session", "alive", lease);
      server.leaseTime().advance(Duration.ofMinutes(59));
      assertThat(client.values("session")).containsExactly("alive");

      server.leaseTime().advance(Duration.ofMinutes(2));

      Await.until("the lease ends", () -> client.values("session").isEmpty());
    }
  }

  @Test
  void timeDoesNotGoBack() {
    LeaseTime time = new LeaseTime();
    time.freeze();
    long before = time.millis();
    time.advance(Duration.ofMillis(1500));

    assertThat(time.millis()).isEqualTo(before + 1500);
    assertThatThrownBy(() -> time.advance(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT-0.001S");
  }
}
