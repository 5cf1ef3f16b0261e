package dev.balsa.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Hold;
import dev.balsa.raft.NoCommit;
import dev.balsa.raft.NoLeader;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Why;
import dev.balsa.server.LocalBackend;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a person who asks a member why gets to read. */
class WhyEndpointTest {
  private final LocalBackend backend = new LocalBackend();

  @Test
  void aMemberOnWhichAllGoesOnHasNoReasons() {
    assertThat(answer())
        .isEqualTo(
            "{\"member\":\"a1\",\"role\":\"LEADER\",\"term\":7,\"leader\":\"a1\",\"why\":[]}");
  }

  @Test
  void everyReasonComesWithItsQuestionItsDataATextAndARemedy() {
    List<Why> why =
        List.of(
            new NoLeader.ElectionDue(7_000_000),
            new NoCommit.TooFewHold(
                4, false, 0, 1, 2, List.of(new NoCommit.Lack(new NodeId(2), Hold.SILENT))));
    backend.because(why);

    assertThat(answer())
        .contains(
            "{\"question\":\"NO_LEADER\",\"reason\":\"ElectionDue[inNanos=7000000]\","
                + "\"text\":\"no leader was heard; this node asks for votes in 7 ms\","
                + "\"remedy\":\"wait for the election\"},"
                + "{\"question\":\"NOTHING_COMMITS\",\"reason\":\"TooFewHold[index=4,");
  }

  private String answer() {
    HttpAnswer answer =
        new WhyEndpoint(backend).answer(new HttpQuery("GET", "/debug/why", Map.of(), "")).join();
    assertThat(answer.status()).isEqualTo(200);
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
