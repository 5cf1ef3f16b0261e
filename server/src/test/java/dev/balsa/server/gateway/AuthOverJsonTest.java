package dev.balsa.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.OverHttp;
import dev.balsa.server.auth.Users;
import java.net.http.HttpResponse;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Users over HTTP, as curl and Patroni bring their token: in the header Authorization. */
class AuthOverJsonTest extends OverHttp {
  private static final String FOO = "{\"key\":\"Zm9v\"}";

  @Test
  void theTokenGoesIntoTheHeader() throws Exception {
    new Users(server.channel()).enable();
    String token = token("root");

    assertThat(post("kv/range", FOO, "").statusCode()).isEqualTo(400);
    assertThat(post("kv/range", FOO, "").body())
        .contains("\"error\":\"etcdserver: user name is empty\"")
        .contains("\"code\":3");
    assertThat(post("kv/range", FOO, token).statusCode()).isEqualTo(200);
    assertThat(post("kv/range", FOO, "Bearer " + token).statusCode()).isEqualTo(200);
    assertThat(post("kv/range", FOO, "nonsense").statusCode()).isEqualTo(401);
    assertThat(post("kv/range", FOO, token("alice")).statusCode()).isEqualTo(403);
  }

  @Test
  void aWatchOverHttpIsLookedAtToo() throws Exception {
    new Users(server.channel()).enable();

    String watch = "{\"create_request\":{\"key\":\"Zm9v\"}}";
    try (Stream<String> lines = lines("/v3/watch", watch, "Authorization", token("alice"))) {
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

  private HttpResponse<String> post(String path, String body, String authorization)
      throws Exception {
    return authorization.isEmpty()
        ? post("/v3/" + path, body, new String[0])
        : post("/v3/" + path, body, "Authorization", authorization);
  }
}
