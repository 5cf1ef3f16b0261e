package dev.balsa.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.OverHttp;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every member hands out the page, and nothing else of its archive. */
class PageFilesTest extends OverHttp {
  @ParameterizedTest
  @CsvSource({
    "/ui/, text/html; charset=utf-8, <!doctype html>",
    "/ui/app.js, text/javascript; charset=utf-8, import",
    "/ui/i18n.js, text/javascript; charset=utf-8, export",
    "/ui/style.css, text/css; charset=utf-8, --accent",
    "/ui/lang/zh.json, application/json, 领导者",
    "/ui/lang/zh.html, text/html; charset=utf-8, 任期",
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
}
