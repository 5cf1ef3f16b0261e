package dev.balsa.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.tls.Tls;
import dev.balsa.node.tls.TlsFiles;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.RangeRequest;
import dev.balsa.server.tls.SecureServer;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Metrics and health by themselves, for who is to see nothing else. */
class MetricsPortTest {
  @TempDir private static Path folder;

  private static SecureServer plain;

  @BeforeAll
  static void start() throws Exception {
    plain =
        SecureServer.start(
            folder.resolve("plain"),
            List.of("--auto-tls", "--listen-metrics-urls=http://127.0.0.1:0"));
    var unused = plain.server().leaderKnown().get(1, TimeUnit.MINUTES);
  }

  @AfterAll
  static void stop() {
    if (plain != null) {
      plain.close();
    }
  }

  private static int port(SecureServer server) {
    return server.server().metricsAddresses().getFirst().getPort();
  }

  private static HttpResponse<String> get(HttpClient http, String url) throws Exception {
    return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/health", "/livez", "/readyz", "/readyz/linearizable_read"})
  void healthIsToldInThePlainThoughClientsNeedTls(String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = get(http, "http://127.0.0.1:" + port(plain) + path);

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ui", "/ui/", "/v3/kv/range", "/version", "/debug/why", "/live"})
  void nothingElseIsThere(String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      assertThat(get(http, "http://127.0.0.1:" + port(plain) + path).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void keysCannotBeReadThere() {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port(plain)).usePlaintext().build();
    try {
      assertThatThrownBy(
              () -> KVGrpc.newBlockingStub(channel).range(RangeRequest.getDefaultInstance()))
          .hasMessageStartingWith("UNIMPLEMENTED");
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void itSpeaksTlsWithTheCertificateForClients() throws Exception {
    Path data = folder.resolve("secure");
    List<String> flags =
        List.of(
            "--auto-tls",
            "--listen-client-urls=http://127.0.0.1:0",
            "--listen-metrics-urls=https://127.0.0.1:0");
    try (SecureServer secure = SecureServer.start(data, flags);
        HttpClient http =
            HttpClient.newBuilder()
                .sslContext(
                    Tls.open(TlsFiles.NONE.trusting(folder.resolve("secure.tls/client.crt")))
                        .context())
                .build()) {
      assertThat(get(http, "https://127.0.0.1:" + port(secure) + "/metrics").body())
          .contains("etcd_server_has_leader");
    }
  }

  @Test
  void anAddressThatIsTakenIsNamedWithItsFlag() throws Exception {
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      String url = "http://127.0.0.1:" + taken.getLocalPort();

      assertThatThrownBy(
              () ->
                  SecureServer.start(
                      folder.resolve("taken"),
                      List.of("--auto-tls", "--listen-metrics-urls=" + url)))
          .isInstanceOf(StartException.class)
          .hasMessageStartingWith("cannot listen on " + url)
          .hasMessageEndingWith("or choose another by --listen-metrics-urls");
    }
  }
}
