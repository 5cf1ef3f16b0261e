package dev.balsa.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every member hands out the page, and nothing else of its archive. */
class PageFilesTest {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
  }

  @AfterEach
  void stop() {
    http.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/ui/, text/html; charset=utf-8, <!doctype html>",
    "/ui/app.js, text/javascript; charset=utf-8, import",
    "/ui/i18n.js, text/javascript; charset=utf-8, export",
    "/ui/style.css, text/css; charset=utf-8, --accent",
    "/ui/lang/zh.json, application/json, 领导者",
    "/ui/tour.txt, text/plain; charset=utf-8, chapter",
  })
  void filesOfThePageAreServedWithTheirTypes(String path, String type, String part)
      throws Exception {
    HttpResponse<String> answer = get(path);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).hasValue(type);
    assertThat(answer.body()).contains(part);
  }

  @Test
  void thePageMayLoadNothingFromElsewhere() throws Exception {
    HttpResponse<String> answer = get("/ui/");

    assertThat(answer.headers().firstValue("content-security-policy"))
        .hasValueSatisfying(
            policy -> assertThat(policy).startsWith("default-src 'none'").doesNotContain("http"));
    assertThat(answer.headers().firstValue("x-content-type-options")).hasValue("nosniff");
    assertThat(answer.headers().firstValue("set-cookie")).isEmpty();
  }

  @Test
  void aPathWithoutItsLastSlashLeadsToThePage() throws Exception {
    HttpResponse<String> answer = get("/ui");

    assertThat(answer.statusCode()).isEqualTo(308);
    assertThat(answer.headers().firstValue("location")).hasValue("/ui/");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ui/nothing.js",
        "/ui/../Session.class",
        "/ui/..%2fSession.class",
        "/ui/%2e%2e/%2e%2e/web/Session.class",
        "/ui/lang/",
        "/ui//app.js",
        "/ui/lang/en.json/x"
      })
  void nothingElseOfTheArchiveIsServed(String path) throws Exception {
    assertThat(get(path).statusCode()).isEqualTo(404);
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }
}
