package dev.balsa.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.Alarm;
import dev.balsa.node.Consistency;
import dev.balsa.raft.Refusal;
import dev.balsa.server.LocalBackend;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an orchestrator is told, and why. */
class ProbesTest {
  private final LocalBackend backend = new LocalBackend();
  private final HttpRoutes routes = new HttpRoutes();
  private final List<String> checks = new ArrayList<>();

  @BeforeEach
  void add() {
    new Probes(
            backend,
            LocalBackend.SELF,
            Duration.ofMinutes(1),
            (type, name, passed) -> checks.add(type + " " + name + " " + passed))
        .addTo(routes);
  }

  @Test
  void aMemberThatServesIsLiveAndReady() {
    assertThat(get("/livez", "")).isEqualTo(new Plain(200, "ok\n"));
    assertThat(get("/readyz", "")).isEqualTo(new Plain(200, "ok\n"));
  }

  @Test
  void everyCheckIsToldWithItsResult() {
    get("/livez", "");
    backend.scriptReadRefusal(Refusal.NO_LEADER);
    get("/readyz/linearizable_read", "");

    assertThat(checks)
        .containsExactly("livez serializable_read true", "readyz linearizable_read false");
  }

  @Test
  void verboseListsTheChecks() {
    assertThat(get("/readyz", "verbose").body())
        .isEqualTo(
            "[+]data_corruption ok\n[+]serializable_read ok\n[+]linearizable_read ok\n[+]non_learner ok\nok\n");
  }

  @Test
  void aMemberWithoutAQuorumIsLiveButNotReadyAndSaysWhy() {
    // The second read, which is the linearizable one, is refused.
    Plain live = get("/livez", "");
    backend.scriptReadRefusal(Refusal.NO_LEADER);
    Plain ready = get("/readyz/linearizable_read", "");

    assertThat(live.status()).isEqualTo(200);
    assertThat(ready.status()).isEqualTo(503);
    assertThat(ready.body())
        .isEqualTo("[-]linearizable_read failed: read refused: NO_LEADER\nnot ok\n");
  }

  @Test
  void anExcludedCheckIsNotMade() {
    assertThat(get("/readyz", "verbose&exclude=linearizable_read").body())
        .isEqualTo("[+]data_corruption ok\n[+]serializable_read ok\n[+]non_learner ok\nok\n");
    assertThat(backend.reads()).containsOnly(Consistency.STALE);
  }

  @Test
  void aMemberOfAClusterThatDisagreesIsLiveButNotReady() {
    backend.raise(new Alarm(9, Alarm.Type.NOSPACE));
    assertThat(get("/readyz", "").status()).isEqualTo(200);

    backend.raise(new Alarm(9, Alarm.Type.CORRUPT));

    assertThat(get("/livez", "").status()).isEqualTo(200);
    assertThat(get("/readyz", ""))
        .isEqualTo(get("/readyz", "verbose"))
        .extracting(Plain::status)
        .isEqualTo(503);
    assertThat(get("/readyz/data_corruption", "").body())
        .isEqualTo("[-]data_corruption failed: alarm activated: CORRUPT\nnot ok\n");
    assertThat(get("/readyz", "exclude=data_corruption").status()).isEqualTo(200);
  }

  @Test
  void eachCheckHasItsOwnPath() {
    assertThat(get("/livez/serializable_read", "").status()).isEqualTo(200);
    assertThat(get("/readyz/non_learner", "").status()).isEqualTo(200);
    assertThat(get("/livez/linearizable_read", "").status()).isEqualTo(404);
  }

  private record Plain(int status, String body) {}

  private Plain get(String path, String query) {
    var uri =
        new io.grpc.netty.shaded.io.netty.handler.codec.http.QueryStringDecoder(path + "?" + query);
    HttpAnswer answer =
        routes.answer(new HttpQuery("GET", uri.path(), uri.parameters(), "", "")).join();
    return new Plain(answer.status(), new String(answer.body(), StandardCharsets.UTF_8));
  }
}
