package dev.balsa.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.node.tls.Tls;
import dev.balsa.node.tls.TlsFiles;
import dev.balsa.server.live.FlightRecords;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page asks of a member that serves it by TLS. */
class LivePageByTlsTest {
  private static final String COMPACT = "/ui/live/operations/compact";

  @TempDir private static Path folder;

  private static TestCertificates certificates;
  private static SecureServer server;

  @BeforeAll
  static void start() throws IOException {
    certificates =
        TestCertificates.in(folder.resolve("certs")).issue("server", "127.0.0.1", "localhost");
    List<String> flags =
        Stream.concat(certificates.serverFlags("server").stream(), Stream.of("--ui-operations"))
            .toList();
    server = SecureServer.start(folder.resolve("data"), flags);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  /** A connection each: one that the member has closed as idle would refuse the next request. */
  private static HttpResponse<String> post(String path, String body, String origin)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .headers("Content-Type", "application/json", "Origin", origin)
            .POST(BodyPublishers.ofString(body))
            .build();
    return send(request);
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    try (HttpClient http =
        HttpClient.newBuilder()
            .sslContext(Tls.open(TlsFiles.NONE.trusting(certificates.ca())).context())
            .version(HttpClient.Version.HTTP_1_1)
            .build()) {
      return http.send(request, BodyHandlers.ofString());
    }
  }

  private static HttpResponse<String> put() throws Exception {
    return post("/v3/kv/put", "{\"key\":\"aw==\",\"value\":\"dg==\"}", server.url());
  }

  private static String compaction(HttpResponse<String> after) {
    String revision = after.body().replaceAll("(?s).*\"revision\":\\s*\"(\\d+)\".*", "$1");
    return "{\"revision\":\"%s\"}".formatted(revision);
  }

  @Test
  void itsOwnPageCompactsTheHistory() throws Exception {
    HttpResponse<String> answer = post(COMPACT, compaction(put()), server.url());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void anotherSitesPageChangesNothingAndSeesNothing() throws Exception {
    String body = compaction(put());
    String other = "https://evil.example";

    assertThat(post(COMPACT, body, other).statusCode()).isEqualTo(403);
    assertThat(post(FlightRecords.PATH, "{}", other).statusCode()).isEqualTo(403);
    assertThat(post(COMPACT, body, server.url()).statusCode()).isEqualTo(200);
  }

  @Test
  void itSaysHowLongItsCertificateLasts() throws Exception {
    long end =
        Tls.open(TlsFiles.of(certificates.cert("server"), certificates.key("server"))).ownUntil();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.url() + "/ui/live/self")).GET().build();
    long before = System.currentTimeMillis();

    String report = send(request).body();

    long left = Long.parseLong(report.replaceAll("(?s).*\"certified\":(\\d+).*", "$1"));
    assertThat(left).isBetween(end - System.currentTimeMillis(), end - before);
  }

  @Test
  void itsFlightRecordsAreGivenToItsPage() throws Exception {
    HttpResponse<String> answer = post(FlightRecords.PATH + "?all=true", "{}", server.url());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).startsWith("balsa-trace 2\n");
  }
}
