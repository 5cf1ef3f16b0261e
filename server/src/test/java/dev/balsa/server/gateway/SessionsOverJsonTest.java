package dev.balsa.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.OverHttp;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Writes over HTTP that take effect once, and other metadata in headers. */
class SessionsOverJsonTest extends OverHttp {
  private static final Pattern SESSION = Pattern.compile("\"session\":\"([0-9]+)\"");
  private static final Pattern REVISION = Pattern.compile("\"revision\":\"([0-9]+)\"");
  private static final String PUT = "{\"key\":\"Zm9v\",\"value\":\"YmFy\"}";

  @Test
  void aWriteThatIsAskedForAgainIsAnsweredAndNotDone() throws Exception {
    String session = open();

    String first = put(session, "1").body();
    String again = put(session, "1").body();
    String next = put(session, "2").body();

    assertThat(found(REVISION, again)).isEqualTo(found(REVISION, first));
    assertThat(found(REVISION, next)).isNotEqualTo(found(REVISION, first));
    assertThat(post("/v3/kv/range", "{\"key\":\"Zm9v\"}").body()).contains("\"version\":\"2\"");
  }

  @Test
  void aSessionIsKeptAndClosed() throws Exception {
    String session = open();
    String named = "{\"session\":\"" + session + "\"}";

    assertThat(post("/v3/session/keepalive", named).statusCode()).isEqualTo(200);
    assertThat(post("/v3/session/close", named).statusCode()).isEqualTo(200);
    assertThat(put(session, "1").statusCode()).isEqualTo(400);
  }

  @Test
  void whatIsNoNumberIsNamed() throws Exception {
    HttpResponse<String> answer = put("x", "1");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("balsa-session is 'x'");
  }

  @Test
  void whatBelongsToTheProtocolOrIsBinaryIsNotHandedOn() throws Exception {
    HttpResponse<String> answer =
        post(
            "/v3/kv/put",
            PUT,
            "Grpc-Metadata-Grpc-Timeout",
            "never",
            "Grpc-Metadata-Some-Bin",
            "%%%",
            "Grpc-Metadata-",
            "x");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private String open() throws Exception {
    return found(SESSION, post("/v3/session/open", "{}").body());
  }

  private HttpResponse<String> put(String session, String sequence) throws Exception {
    return post(
        "/v3/kv/put",
        PUT,
        "Grpc-Metadata-Balsa-Session",
        session,
        "Grpc-Metadata-Balsa-Sequence",
        sequence);
  }

  private static String found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as(text).isTrue();
    return matcher.group(1);
  }
}
