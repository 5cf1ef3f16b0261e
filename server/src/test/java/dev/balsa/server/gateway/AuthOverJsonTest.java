package dev.balsa.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.TestServer;
import dev.balsa.server.auth.Users;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Users over HTTP, as curl and Patroni bring their token: in the header Authorization. */
class AuthOverJsonTest {
  private static final String FOO = "{\"key\":\"Zm9v\"}";
  private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

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

  @Test
  void theTokenGoesIntoTheHeader() throws Exception {
    new Users(server.channel()).enable();
    String token = logIn("root");

    assertThat(post("kv/range", FOO, "").statusCode()).isEqualTo(400);
    assertThat(post("kv/range", FOO, "").body())
        .contains("\"error\":\"etcdserver: user name is empty\"")
        .contains("\"code\":3");
    assertThat(post("kv/range", FOO, token).statusCode()).isEqualTo(200);
    assertThat(post("kv/range", FOO, "Bearer " + token).statusCode()).isEqualTo(200);
    assertThat(post("kv/range", FOO, "nonsense").statusCode()).isEqualTo(401);
    assertThat(post("kv/range", FOO, logIn("alice")).statusCode()).isEqualTo(403);
  }

  @Test
  void aWatchOverHttpIsLookedAtToo() throws Exception {
    new Users(server.channel()).enable();

    HttpResponse<java.util.stream.Stream<String>> watch =
        http.send(
            request("watch", "{\"create_request\":{\"key\":\"Zm9v\"}}", logIn("alice")),
            BodyHandlers.ofLines());
    try (var lines = watch.body()) {
      assertThat(lines.findFirst())
          .hasValueSatisfying(line -> assertThat(line).contains("etcdserver: permission denied"));
    }
  }

  @Test
  void everyPathOfAuthLeadsSomewhere() throws Exception {
    assertThat(post("auth/status", "{}", "").body()).contains("\"authRevision\":\"1\"");
    assertThat(post("auth/enable", "", "").body()).contains("root user does not exist");
    assertThat(post("auth/user/add", "{\"name\":\"root\",\"password\":\"root\"}", "").body())
        .startsWith("{\"header\"");
    assertThat(post("auth/role/add", "{\"name\":\"r\"}", "").statusCode()).isEqualTo(200);
    String grant =
        "{\"name\":\"r\",\"perm\":{\"permType\":\"READWRITE\",\"key\":\"Zm9v\",\"range_end\":\"AA==\"}}";
    assertThat(post("auth/role/grant", grant, "").statusCode()).isEqualTo(200);
    assertThat(post("auth/role/get", "{\"role\":\"r\"}", "").body())
        .contains(
            "\"perm\":[{\"permType\":\"READWRITE\",\"key\":\"Zm9v\",\"range_end\":\"AA==\"}]");
    assertThat(post("auth/role/list", "", "").body()).contains("\"roles\":[\"r\"]");
    assertThat(post("auth/user/grant", "{\"user\":\"root\",\"role\":\"r\"}", "").statusCode())
        .isEqualTo(200);
    assertThat(post("auth/user/grant", "{\"user\":\"root\",\"role\":\"root\"}", "").statusCode())
        .isEqualTo(200);
    assertThat(post("auth/user/get", "{\"name\":\"root\"}", "").body())
        .contains("\"roles\":[\"r\",\"root\"]");
    assertThat(post("auth/user/list", "", "").body()).contains("\"users\":[\"root\"]");
    assertThat(
            post("auth/user/changepw", "{\"name\":\"root\",\"password\":\"n\"}", "").statusCode())
        .isEqualTo(200);
    assertThat(post("auth/user/revoke", "{\"name\":\"root\",\"role\":\"r\"}", "").statusCode())
        .isEqualTo(200);
    String revoke = "{\"role\":\"r\",\"key\":\"Zm9v\",\"range_end\":\"AA==\"}";
    assertThat(post("auth/role/revoke", revoke, "").statusCode()).isEqualTo(200);
    assertThat(post("auth/role/delete", "{\"role\":\"r\"}", "").statusCode()).isEqualTo(200);
    assertThat(post("auth/user/delete", "{\"name\":\"root\"}", "").statusCode()).isEqualTo(200);
    assertThat(post("auth/disable", "", "").statusCode()).isEqualTo(200);
  }

  private String logIn(String name) throws Exception {
    String body =
        post("auth/authenticate", "{\"name\":\"%s\",\"password\":\"%s\"}".formatted(name, name), "")
            .body();
    Matcher token = TOKEN.matcher(body);
    assertThat(token.find()).as(body).isTrue();
    return token.group(1);
  }

  private HttpResponse<String> post(String path, String body, String authorization)
      throws Exception {
    return http.send(request(path, body, authorization), BodyHandlers.ofString());
  }

  private HttpRequest request(String path, String body, String authorization) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.address().getPort() + "/v3/" + path))
            .POST(BodyPublishers.ofString(body));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return request.build();
  }
}
