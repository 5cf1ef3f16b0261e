package dev.balsa.server.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.NodeId;
import dev.balsa.server.backend.ClusterMember;
import dev.balsa.server.http.HttpQuery.Provenance;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A browser changes the cluster only where a person opened this server's page. */
class SamePageTest {
  private static final List<ClusterMember> MEMBERS =
      List.of(new ClusterMember(new NodeId(1), "a", List.of(), List.of("http://db.example:2379")));

  private static String objection(String type, String host, String origin, String site) {
    return String.valueOf(
        SamePage.objection(new Provenance(host, origin, site, type, false), MEMBERS));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:2379, http://127.0.0.1:2379",
    "[::1]:2379, http://[::1]:2379",
    "localhost:2379, https://localhost:2379",
    "db.example:2379, http://db.example:2379",
    "10.0.0.7, http://10.0.0.7",
  })
  void thePageOfThisServerMayAsk(String host, String origin) {
    assertThat(objection("application/json; charset=utf-8", host, origin, "same-origin"))
        .isEqualTo("null");
    assertThat(objection("application/json", host, origin, "")).isEqualTo("null");
  }

  @Test
  void whereTlsIsSpokenThePageMustHaveComeByIt() {
    Provenance byTls =
        new Provenance(
            "127.0.0.1:2379", "https://127.0.0.1:2379", "same-origin", "application/json", true);
    Provenance inThePlain =
        new Provenance(
            "127.0.0.1:2379", "http://127.0.0.1:2379", "same-origin", "application/json", true);

    assertThat(SamePage.objection(byTls, MEMBERS)).isNull();
    assertThat(String.valueOf(SamePage.objection(inThePlain, MEMBERS)))
        .contains("not from this server's page");
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain, 127.0.0.1:2379, http://127.0.0.1:2379, '', must be application/json",
    "'', 127.0.0.1:2379, http://127.0.0.1:2379, '', must be application/json",
    "application/jsonx, 127.0.0.1:2379, http://127.0.0.1:2379, '', must be application/json",
    "application/json, 127.0.0.1:2379, '', '', not from this server's page",
    "application/json, 127.0.0.1:2379, null, '', not from this server's page",
    "application/json, 127.0.0.1:2379, http://evil.example, '', not from this server's page",
    "application/json, 127.0.0.1:2379, http://127.0.0.1:8080, '', not from this server's page",
    "application/json, 127.0.0.1:2379, http://127.0.0.1:2379, same-site, another page",
    "application/json, evil.example:2379, http://evil.example:2379, '', no name of a member",
  })
  void anyOtherMayNot(String type, String host, String origin, String site, String reason) {
    assertThat(objection(type, host, origin, site)).contains(reason);
  }
}
