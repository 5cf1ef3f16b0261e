package dev.balsa.server.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.server.OverHttp;
import dev.balsa.server.TestServer;
import dev.balsa.server.auth.Users;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the page may change: only if it may at all, only its own, and only for root. */
class OperationsTest extends OverHttp {
  private static final ByteString KEY = ByteString.copyFromUtf8("k");

  @Override
  protected TestServer serve() throws IOException {
    return new TestServer(true);
  }

  /** As the page does, unless {@code headers} say otherwise. */
  @Override
  protected HttpResponse<String> post(String path, String body, String... headers)
      throws Exception {
    String own = "http://127.0.0.1:" + server.address().getPort();
    String[] all =
        Stream.concat(
                Stream.of("Content-Type", "application/json", "Origin", own),
                Arrays.stream(headers))
            .toArray(String[]::new);
    return super.post(path, body, all);
  }

  private void put(String value) {
    var unused =
        server
            .kv()
            .put(
                PutRequest.newBuilder()
                    .setKey(KEY)
                    .setValue(ByteString.copyFromUtf8(value))
                    .build());
  }

  private long readAt(long revision) {
    return server
        .kv()
        .range(RangeRequest.newBuilder().setKey(KEY).setRevision(revision).build())
        .getCount();
  }

  @Test
  void aPageCompactsTheHistory() throws Exception {
    put("old");
    put("new");

    HttpResponse<String> answer = post(Operations.PREFIX + "compact", "{\"revision\":\"3\"}");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThatThrownBy(() -> readAt(2)).hasMessageContaining("compacted");
    assertThat(readAt(3)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "Origin, http://evil.example",
    "Content-Type, text/plain",
    "Sec-Fetch-Site, cross-site",
  })
  void whatAnotherSiteMakesABrowserSendChangesNothing(String header, String value)
      throws Exception {
    put("old");
    put("new");

    HttpResponse<String> answer =
        post(Operations.PREFIX + "compact", "{\"revision\":\"3\"}", header, value);

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(readAt(2)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "transfer",
    "add",
    "promote",
    "remove",
    "compact",
    "disarm",
    "defrag",
    "snapshot",
    "put"
  })
  void nothingIsChangedByLooking(String operation) throws Exception {
    assertThat(get(Operations.PREFIX + operation).statusCode()).isEqualTo(405);
  }

  @Test
  void thisMemberIsDefragmentedAndOneThatNobodyKnowsIsNamed() throws Exception {
    String self = server.backend().status().raft().self().toString();

    assertThat(post(Operations.PREFIX + "defrag", "{}").statusCode()).isEqualTo(200);
    assertThat(post(Operations.PREFIX + "defrag?member=" + self, "{}").statusCode()).isEqualTo(200);
    HttpResponse<String> stranger = post(Operations.PREFIX + "defrag?member=77", "{}");
    assertThat(stranger.statusCode()).isEqualTo(404);
    assertThat(stranger.body()).contains("no address of member 77 is known here");
  }

  @Test
  void withAuthenticationOnlyRootChangesAnything() throws Exception {
    put("old");
    put("new");
    new Users(server.channel()).enable();
    String body = "{\"revision\":\"3\"}";
    String disarm = "{\"action\":\"DEACTIVATE\",\"alarm\":\"NOSPACE\"}";
    String alice = token("alice");

    assertThat(post(Operations.PREFIX + "compact", body).statusCode()).isBetween(400, 403);
    assertThat(post(Operations.PREFIX + "compact", body, "Authorization", alice).statusCode())
        .isEqualTo(403);
    assertThat(post(Operations.PREFIX + "defrag", "{}", "Authorization", alice).statusCode())
        .isEqualTo(403);
    assertThat(post(Operations.PREFIX + "disarm", disarm, "Authorization", alice).statusCode())
        .isEqualTo(403);
    assertThat(post(Operations.PREFIX + "disarm", disarm, "Authorization", token("root")))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(200);
    assertThat(post(Operations.PREFIX + "compact", body, "Authorization", token("root")))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(200);
  }

  @Test
  void aKeyIsWrittenByWhoeverMayWriteItAndOnlyOverWhatWasRead() throws Exception {
    new Users(server.channel()).enable();
    String alice = token("alice");
    String read = "{\"compare\":[{\"key\":\"%s\",\"target\":\"MOD\",\"mod_revision\":\"%d\"}],";
    String put = "\"success\":[{\"request_put\":{\"key\":\"%s\",\"value\":\"dg==\"}}]}";
    String mine = "YQ=="; // a
    String roots = "aw=="; // k

    assertThat(put((read + put).formatted(mine, 0, mine), alice).body())
        .contains("\"succeeded\":true");
    assertThat(put((read + put).formatted(mine, 0, mine), alice).body())
        .doesNotContain("succeeded");
    assertThat(put((read + put).formatted(roots, 0, roots), alice).statusCode()).isEqualTo(403);
    assertThat(post(Operations.PREFIX + "put", "{}").statusCode()).isBetween(400, 403);
  }

  private HttpResponse<String> put(String body, String token) throws Exception {
    return post(Operations.PREFIX + "put", body, "Authorization", token);
  }

  @Test
  void aPlanSaysWhatTheChangeWouldMean() throws Exception {
    String self = server.backend().status().raft().self().toString();

    assertThat(get(Operations.PREFIX + "plan?remove=" + self).body())
        .isEqualTo("{\"refused\":\"LAST_VOTER\"}");
    assertThat(get(Operations.PREFIX + "plan?remove=77").body())
        .isEqualTo("{\"refused\":\"UNKNOWN_MEMBER\"}");
    assertThat(get(Operations.PREFIX + "plan?remove=x").statusCode()).isEqualTo(400);
    assertThat(get(Operations.PREFIX + "plan?remove=1&promote=1").statusCode()).isEqualTo(400);
    assertThat(get(Operations.PREFIX + "plan?add=witness").statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({"learner, 1", "voter, 2"})
  void aPlanForANewMemberCountsItAsOneThatHasCaughtUp(String seat, int voters) throws Exception {
    // Nobody looks at the live view, so of the only old member it is not known that it answers.
    assertThat(get(Operations.PREFIX + "plan?add=" + seat).body())
        .isEqualTo(
            "{\"loses\":true,\"before\":{\"voters\":1,\"spare\":-1},"
                + "\"after\":{\"voters\":%d,\"spare\":-1}}",
            voters);
  }

  @Test
  void aPageAddsALearner() throws Exception {
    String learner = "{\"peerURLs\":[\"http://127.0.0.1:1\"],\"isLearner\":true}";

    HttpResponse<String> answer = post(Operations.PREFIX + "add", learner);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(server.backend().members().learners()).hasSize(1);
  }

  @Test
  void unlessTheServerWasToldSoThereAreNoOperations() throws Exception {
    server.close();
    server = new TestServer();
    put("old");
    put("new");

    assertThat(post(Operations.PREFIX + "compact", "{\"revision\":\"3\"}").statusCode())
        .isEqualTo(405);
    assertThat(get(Operations.PREFIX + "plan?remove=1").statusCode()).isEqualTo(404);
    assertThat(readAt(2)).isEqualTo(1);
  }
}
