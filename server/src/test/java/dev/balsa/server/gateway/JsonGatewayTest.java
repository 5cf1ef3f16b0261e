package dev.balsa.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.node.Outcome;
import dev.balsa.raft.Refusal;
import dev.balsa.server.OverHttp;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The API in JSON, as curl speaks it. */
class JsonGatewayTest extends OverHttp {
  // "foo", "bar" and "new" in base64.
  private static final String FOO = "Zm9v";
  private static final String BAR = "YmFy";
  private static final String NEW = "bmV3";

  @Test
  void whatIsPutIsFound() throws Exception {
    HttpResponse<String> put =
        post("kv/put", "{\"key\":\"" + FOO + "\",\"value\":\"" + BAR + "\"}");
    HttpResponse<String> range = post("kv/range", "{\"key\":\"" + FOO + "\"}");

    assertThat(put.statusCode()).isEqualTo(200);
    assertThat(put.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(put.body())
        .contains("\"revision\":\"2\"")
        .startsWith("{\"header\":{\"cluster_id\":");
    assertThat(range.body())
        .contains(
            "\"kvs\":[{\"key\":\"Zm9v\",\"create_revision\":\"2\",\"mod_revision\":\"2\","
                + "\"version\":\"1\",\"value\":\"YmFy\"}],\"count\":\"1\"");
  }

  @Test
  void namesInBothSpellingsNumbersInBothFormsAndUnknownFieldsAreTaken() throws Exception {
    post("kv/put", "{\"key\":\"" + FOO + "\",\"value\":\"" + BAR + "\"}");

    String old = "{\"key\":\"" + FOO + "\",\"value\":\"" + NEW + "\",\"prevKv\":true,\"what\":1}";
    HttpResponse<String> put = post("kv/put", old);
    HttpResponse<String> text = post("kv/range", "{\"key\":\"" + FOO + "\",\"revision\":\"2\"}");
    HttpResponse<String> number = post("kv/range", "{\"key\":\"" + FOO + "\",\"revision\":2}");

    assertThat(put.body()).contains("\"prev_kv\":{").contains(BAR);
    assertThat(text.body()).contains(BAR).isEqualTo(number.body());
  }

  @Test
  void aTransactionComparesAndAnswersEachOperation() throws Exception {
    String txn =
        """
        {"compare":[{"target":"VERSION","key":"Zm9v","result":"EQUAL","version":"0"}],
         "success":[{"requestPut":{"key":"Zm9v","value":"YmFy"}}],
         "failure":[{"request_range":{"key":"Zm9v"}}]}
        """;

    HttpResponse<String> first = post("kv/txn", txn);
    HttpResponse<String> second = post("kv/txn", txn);

    assertThat(first.body()).contains("\"succeeded\":true").contains("\"response_put\"");
    assertThat(second.body()).doesNotContain("succeeded").contains("\"response_range\"");
  }

  @Test
  void maintenanceIsThereAndABackupGoesOutLineByLine() throws Exception {
    post("maintenance/alarm", "{\"action\":\"ACTIVATE\",\"memberID\":\"7\",\"alarm\":\"NOSPACE\"}");

    assertThat(post("maintenance/alarm", "{\"action\":\"GET\"}").body())
        .contains("\"alarms\":[{\"memberID\":\"7\",\"alarm\":\"NOSPACE\"}]");
    assertThat(post("maintenance/status", "{}").body())
        .contains("\"version\":\"", "\"dbSize\":\"", "\"leader\":\"", "\"raftIndex\":\"");
    assertThat(post("maintenance/defragment", "{}").body()).startsWith("{");
    assertThat(post("maintenance/hash", "{}").body()).contains("\"hash\":");
    assertThat(post("maintenance/hashkv", "{}").body()).contains("\"hash_revision\":\"1\"");
    assertThat(post("maintenance/downgrade", "{\"version\":\"3.5\"}").body())
        .contains("\"version\":\"3.6\"");
    assertThat(post("maintenance/snapshot", "{}").body().lines())
        .isNotEmpty()
        .allMatch(line -> line.startsWith("{\"result\":{\"header\":"));
  }

  @Test
  void maintenanceThatIsRefusedSaysWhy() throws Exception {
    HttpResponse<String> target = post("maintenance/transfer-leadership", "{\"targetID\":\"99\"}");
    HttpResponse<String> version = post("maintenance/downgrade", "{\"version\":\"x\"}");

    assertThat(target.statusCode()).isEqualTo(400);
    assertThat(target.body()).contains("etcdserver: bad leader transferee");
    assertThat(version.statusCode()).isEqualTo(400);
    assertThat(version.body()).contains("etcdserver: wrong downgrade target version format");
  }

  @Test
  void anEmptyBodyIsAnEmptyRequest() throws Exception {
    HttpResponse<String> list = post("cluster/member/list", "");

    assertThat(list.statusCode()).isEqualTo(200);
    assertThat(list.body()).contains("\"members\":[");
  }

  @Test
  void aRefusalHasBothOfEtcdsErrorShapes() throws Exception {
    HttpResponse<String> range = post("kv/range", "{\"key\":\"" + FOO + "\",\"revision\":99}");

    assertThat(range.statusCode()).isEqualTo(400);
    assertThat(range.body())
        .isEqualTo(
            "{\"error\":\"etcdserver: mvcc: required revision is a future revision\","
                + "\"message\":\"etcdserver: mvcc: required revision is a future revision\","
                + "\"code\":11,\"details\":[]}");
  }

  @Test
  void aRefusalOfTheCoreHasItsHttpStatus() throws Exception {
    server.backend().scriptWrite(new Outcome.Refused<>(Refusal.UNCOMMITTED_BYTES));

    HttpResponse<String> put = post("kv/put", "{\"key\":\"" + FOO + "\"}");

    assertThat(put.statusCode()).isEqualTo(429);
    assertThat(put.body()).contains("\"code\":8");
  }

  @Test
  void whatIsNoJsonIsToldSoAndChangesNothing() throws Exception {
    for (String body : List.of("{\"key\":\"Zm9v\"", "{\"key\":[]}", "key=foo")) {
      HttpResponse<String> answer = post("kv/put", body);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body())
          .contains("request is not the JSON of this call")
          .contains("\"code\":3");
    }
    assertThat(post("kv/range", "{\"key\":\"Zm9v\"}").body()).contains("\"revision\":\"1\"");
  }

  @Test
  void onlyPostIsTakenAndOnlyOnKnownPaths() throws Exception {
    assertThat(get("/v3/kv/range").statusCode()).isEqualTo(405);
    assertThat(post("kv/rang", "{}").statusCode()).isEqualTo(404);
  }

  @Test
  void whatTheServerDoesNotDoIsSaidSo() throws Exception {
    HttpResponse<String> downgrade =
        post("maintenance/downgrade", "{\"action\":\"ENABLE\",\"version\":\"3.5\"}");

    assertThat(downgrade.statusCode()).isEqualTo(501);
    assertThat(downgrade.body()).contains("\"code\":12");
  }

  @Test
  void locksAndElectionsHaveTheirPaths() throws Exception {
    HttpResponse<String> locked = post("lock/lock", "{\"name\":\"" + FOO + "\"}");
    HttpResponse<String> unlocked = post("lock/unlock", "{\"key\":\"" + FOO + "\"}");
    HttpResponse<String> nobody = post("election/leader", "{\"name\":\"" + BAR + "\"}");
    HttpResponse<String> elected =
        post("election/campaign", "{\"name\":\"" + BAR + "\",\"value\":\"" + NEW + "\"}");
    HttpResponse<String> leader = post("election/leader", "{\"name\":\"" + BAR + "\"}");

    assertThat(locked.body()).contains("\"header\":{", "\"key\":\"Zm9vL");
    assertThat(unlocked.body()).contains("\"revision\":\"2\"");
    assertThat(nobody.body()).contains("election: no leader", "\"code\":2");
    assertThat(elected.body()).contains("\"leader\":{", "\"rev\":\"3\"");
    assertThat(leader.body()).contains("\"value\":\"" + NEW + "\"");
  }

  @Test
  void everyPathOfEtcdHasAMethod() {
    Map<String, String> etcds = new TreeMap<>(GatewayPaths.methods());
    etcds.values().removeIf(method -> method.startsWith("balsapb."));

    assertThat(etcds).hasSize(51);
    assertThat(new TreeSet<>(etcds.values())).hasSize(51 - 3);
  }

  @Test
  void aWatchSendsALineForEachAnswerUntilTheClientGoes() throws Exception {
    try (Stream<String> stream = lines("watch", "{\"create_request\":{\"key\":\"Zm9v\"}}")) {
      Iterator<String> lines = stream.iterator();
      String created = lines.next();
      post("kv/put", "{\"key\":\"Zm9v\",\"value\":\"YmFy\"}");
      String first = lines.next();
      post("kv/deleterange", "{\"key\":\"Zm9v\"}");
      String second = lines.next();

      assertThat(created).startsWith("{\"result\":{").contains("\"created\":true");
      assertThat(first).contains("\"events\":[{\"kv\":{\"key\":\"Zm9v\"").contains(BAR);
      assertThat(second).contains("\"type\":\"DELETE\"");
    }
  }

  @Test
  void twoRequestsInOneBodyMakeTwoWatches() throws Exception {
    String body = "{\"create_request\":{\"key\":\"Zm9v\"}} {\"create_request\":{\"key\":\"YmFy\"}}";
    try (Stream<String> stream = lines("watch", body)) {
      Iterator<String> lines = stream.iterator();

      assertThat(lines.next()).contains("\"created\":true");
      assertThat(lines.next()).contains("\"watch_id\":\"1\"").contains("\"created\":true");
    }
  }

  @Test
  void aKeepAliveIsAnsweredOnceAndEnds() throws Exception {
    post("lease/grant", "{\"ID\":\"77\",\"TTL\":\"60\"}");

    try (Stream<String> stream = lines("lease/keepalive", "{\"ID\":\"77\"}")) {
      assertThat(stream.toList())
          .singleElement()
          .asString()
          .startsWith("{\"result\":{")
          .endsWith("\"ID\":\"77\",\"TTL\":\"60\"}}");
    }
  }

  private Stream<String> lines(String path, String body) throws Exception {
    return lines("/v3/" + path, body, new String[0]);
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return post("/v3/" + path, body, "Content-Type", "application/x-www-form-urlencoded");
  }
}
