package dev.balsa.server.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.tls.CertificateNames;
import dev.balsa.node.tls.Tls;
import dev.balsa.node.tls.TlsFiles;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.SocketFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients with and without the right certificates come to a port that demands them. */
class TlsPortTest {
  @TempDir private static Path folder;

  private static TestCertificates certificates;
  private static SecureServer server;

  @BeforeAll
  static void start() throws IOException {
    certificates =
        TestCertificates.in(folder.resolve("certs"))
            .issue("server", "127.0.0.1", "localhost")
            .issue("client");
    List<String> flags =
        Stream.concat(
                certificates.serverFlags("server").stream(), certificates.mutualFlags().stream())
            .toList();
    server = SecureServer.start(folder.resolve("data"), flags);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP_2", "HTTP_1_1"}) // the former offers both by ALPN
  void httpIsAnsweredWhicheverVersionIsOffered(HttpClient.Version version) throws Exception {
    try (HttpClient http = client(files("client"), version)) {
      assertThat(get(http, "/health").body()).contains("\"health\":\"true\"");
      assertThat(get(http, "/ui/").statusCode()).isEqualTo(200);
      HttpResponse<String> range =
          http.send(
              HttpRequest.newBuilder(URI.create(server.url() + "/v3/kv/range"))
                  .POST(BodyPublishers.ofString("{\"key\":\"YQ==\"}"))
                  .build(),
              BodyHandlers.ofString());
      assertThat(range.body()).contains("\"header\"");
    }
  }

  @Test
  void jetcdWritesAndReads() throws Exception {
    try (Client client =
        Client.builder()
            .endpoints(server.url())
            .sslContext(
                builder ->
                    builder
                        .trustManager(certificates.ca().toFile())
                        .keyManager(
                            certificates.cert("client").toFile(),
                            certificates.key("client").toFile()))
            .build()) {
      ByteSequence key = ByteSequence.from("by jetcd", UTF_8);

      client.getKVClient().put(key, ByteSequence.from("v", UTF_8)).get(60, TimeUnit.SECONDS);

      assertThat(
              client
                  .getKVClient()
                  .get(key)
                  .get(60, TimeUnit.SECONDS)
                  .getKvs()
                  .getFirst()
                  .getValue())
          .isEqualTo(ByteSequence.from("v", UTF_8));
    }
  }

  @Test
  void whoShowsNoCertificateIsRefused() {
    try (HttpClient bare =
        client(TlsFiles.NONE.trusting(certificates.ca()), HttpClient.Version.HTTP_1_1)) {
      assertThatThrownBy(() -> get(bare, "/health")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void certificateOfAnotherAuthorityIsRefused() throws Exception {
    TestCertificates foreign = TestCertificates.in(folder.resolve("foreign")).issue("client");
    TlsFiles files =
        TlsFiles.of(foreign.cert("client"), foreign.key("client")).trusting(certificates.ca());

    try (HttpClient stranger = client(files, HttpClient.Version.HTTP_1_1)) {
      assertThatThrownBy(() -> get(stranger, "/health")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void clientTellsAnotherAuthoritysServer() throws Exception {
    TestCertificates foreign = TestCertificates.in(folder.resolve("others"));

    try (HttpClient client =
        client(files("client").trusting(foreign.ca()), HttpClient.Version.HTTP_1_1)) {
      assertThatThrownBy(() -> get(client, "/health")).isInstanceOf(SSLException.class);
    }
  }

  @Test
  void tls12IsRefused() throws Exception {
    try (SSLSocket socket = socket(files("client").takingTls12())) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});

      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--tls-min-version=TLS1.2 --tls-max-version=TLS1.3",
        "--tls-min-version=TLS1.2 --tls-max-version=TLS1.2"
      })
  void clientOfTls12IsServedIfTheFlagsSaySo(String versions) throws Exception {
    List<String> flags =
        Stream.concat(
                certificates.serverFlags("server").stream(), Arrays.stream(versions.split(" ")))
            .toList();
    SSLParameters only12 = new SSLParameters(null, new String[] {"TLSv1.2"});
    try (SecureServer older = SecureServer.start(folder.resolve("of " + versions), flags);
        HttpClient http =
            HttpClient.newBuilder()
                .sslContext(Tls.open(files("client")).context())
                .sslParameters(only12)
                .build()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(older.url() + "/version")).build(),
              BodyHandlers.ofString());

      assertThat(answer.body()).contains("\"etcdserver\"");
      assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.2");
    }
  }

  @Test
  void newestVersionIsRefusedWhereTheFlagsEndBeforeIt() throws Exception {
    List<String> flags =
        Stream.concat(
                certificates.serverFlags("server").stream(),
                Stream.of("--tls-min-version=TLS1.2", "--tls-max-version=TLS1.2"))
            .toList();
    SocketFactory sockets = Tls.open(files("client")).context().getSocketFactory();
    try (SecureServer older = SecureServer.start(folder.resolve("older"), flags);
        SSLSocket newest = (SSLSocket) sockets.createSocket("127.0.0.1", older.port());
        SSLSocket both = (SSLSocket) sockets.createSocket("127.0.0.1", older.port())) {
      newest.setEnabledProtocols(new String[] {"TLSv1.3"});
      both.setEnabledProtocols(new String[] {"TLSv1.2", "TLSv1.3"});

      assertThatThrownBy(newest::startHandshake).isInstanceOf(SSLException.class);
      both.startHandshake();
      assertThat(both.getSession().getProtocol()).isEqualTo("TLSv1.2");
    }
  }

  @Test
  void onlyTheSuitesOfTheFlagAreSpokenInTls12() throws Exception {
    String wanted = "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256";
    List<String> flags =
        Stream.concat(
                certificates.serverFlags("server").stream(),
                Stream.of("--tls-min-version=TLS1.2", "--cipher-suites=" + wanted))
            .toList();
    SocketFactory sockets = Tls.open(files("client")).context().getSocketFactory();
    try (SecureServer choosy = SecureServer.start(folder.resolve("choosy"), flags);
        SSLSocket willing = (SSLSocket) sockets.createSocket("127.0.0.1", choosy.port());
        SSLSocket other = (SSLSocket) sockets.createSocket("127.0.0.1", choosy.port());
        SSLSocket newer = (SSLSocket) sockets.createSocket("127.0.0.1", choosy.port())) {
      willing.setEnabledProtocols(new String[] {"TLSv1.2"});
      other.setEnabledProtocols(new String[] {"TLSv1.2"});
      other.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"});

      willing.startHandshake();
      newer.startHandshake();

      assertThat(willing.getSession().getCipherSuite()).isEqualTo(wanted);
      assertThat(newer.getSession().getProtocol()).isEqualTo("TLSv1.3");
      assertThatThrownBy(other::startHandshake).isInstanceOf(SSLException.class);
    }
  }

  @Test
  void newCertificateIsShownFromTheNextConnectionOnAndABrokenOneIsNot() throws Exception {
    certificates.issue("rotated", "127.0.0.1");
    try (SecureServer rotating =
        SecureServer.start(folder.resolve("rotating"), certificates.serverFlags("rotated"))) {
      X509Certificate before = shownBy(rotating);
      certificates.issue("rotated", "127.0.0.1");
      X509Certificate after = shownBy(rotating);
      Files.writeString(certificates.cert("rotated"), "not a certificate");
      X509Certificate broken = shownBy(rotating);

      assertThat(after.getSerialNumber()).isNotEqualTo(before.getSerialNumber());
      assertThat(broken).isEqualTo(after);
    }
  }

  @Test
  void memberMakesItsOwnCertificateAndKeepsIt() throws Exception {
    Path data = folder.resolve("auto");
    List<String> flags = List.of("--auto-tls", "--self-signed-cert-validity=3");
    List<BigInteger> serials = new ArrayList<>();
    for (int start = 0; start < 2; start++) {
      try (SecureServer own = SecureServer.start(data, flags);
          SSLSocket socket =
              (SSLSocket)
                  Tls.open(TlsFiles.NONE.trusting(folder.resolve("auto.tls/client.crt")))
                      .dial(plain(own), "127.0.0.1", own.port())) {
        X509Certificate shown = Objects.requireNonNull(Tls.shown(socket.getSession()));
        serials.add(shown.getSerialNumber());
        assertThat(
                Duration.between(shown.getNotBefore().toInstant(), shown.getNotAfter().toInstant()))
            .isEqualTo(Duration.ofDays(3 * 365));
      }
    }

    assertThat(serials.getFirst()).isEqualTo(serials.getLast());
  }

  private static Socket plain(SecureServer one) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), one.port());
  }

  private static X509Certificate shownBy(SecureServer one) throws IOException {
    try (SSLSocket socket =
        (SSLSocket)
            Tls.open(files("client"))
                .context()
                .getSocketFactory()
                .createSocket("127.0.0.1", one.port())) {
      socket.startHandshake();
      X509Certificate shown = Objects.requireNonNull(Tls.shown(socket.getSession()));
      assertThat(CertificateNames.commonName(shown)).isEqualTo("rotated");
      return shown;
    }
  }

  @Test
  void plaintextIsToldToUseTls() throws Exception {
    try (Socket socket = plain(server)) {
      socket.getOutputStream().write("GET /health HTTP/1.1\r\n\r\n".getBytes(UTF_8));

      InputStream in = socket.getInputStream();

      assertThat(new String(in.readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 400")
          .contains("use https://");
    }
  }

  @Test
  void grpcClientThatOffersHttp2AloneGetsIt() throws Exception {
    try (SSLSocket socket = socket(files("client"))) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);

      socket.startHandshake();

      assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
    }
  }

  private static TlsFiles files(String name) {
    return TlsFiles.of(certificates.cert(name), certificates.key(name)).trusting(certificates.ca());
  }

  private static SSLSocket socket(TlsFiles files) throws IOException {
    return (SSLSocket)
        Tls.open(files).context().getSocketFactory().createSocket("127.0.0.1", server.port());
  }

  private static HttpClient client(TlsFiles files, HttpClient.Version version) {
    return HttpClient.newBuilder().sslContext(Tls.open(files).context()).version(version).build();
  }

  private static HttpResponse<String> get(HttpClient http, String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(server.url() + path)).build(), BodyHandlers.ofString());
  }
}
