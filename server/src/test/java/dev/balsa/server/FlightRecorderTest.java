package dev.balsa.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.trace.Recorded;
import dev.balsa.raft.trace.Rerun;
import dev.balsa.raft.trace.Segment;
import dev.balsa.raft.trace.Trace;
import dev.balsa.raft.trace.TraceReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What three real members wrote down of themselves. */
class FlightRecorderTest extends LoopbackServers {
  private static byte[] fetch(EtcdServer from) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + clientPort(from) + "/ui/live/trace?all=true");
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.noBody()).build();
      return http.send(request, BodyHandlers.ofByteArray()).body();
    }
  }

  private static Trace read(byte[] file) {
    TraceReader reader = new TraceReader();
    reader.feed(file);
    return reader.finish();
  }

  @Test
  void allMembersRecordsAreSavedWithoutValuesAndTheirCoresDecideTheSameOnceMore() throws Exception {
    startThree();
    servers.forEach(LoopbackServers::awaitPublished);
    untilAvailable("a key is put", () -> put(servers.getFirst(), "a-secret-key", "a-secret-value"));

    byte[] file = fetch(servers.getFirst());

    Trace trace = read(file);
    assertThat(trace.recordings()).extracting(Trace.Recording::name).contains("a", "b", "c");
    assertThat(new String(file, StandardCharsets.ISO_8859_1)).doesNotContain("secret", "http:");
    long steps = 0;
    for (Trace.Recording recording : trace.recordings()) {
      steps += rerun(recording);
    }
    assertThat(steps).isGreaterThan(20);
  }

  private static long rerun(Trace.Recording recording) {
    Rerun rerun = new Rerun();
    long steps = 0;
    for (byte[] bytes : recording.segments()) {
      Segment segment = new Segment(bytes);
      if (segment.base().beginning() != null) {
        assertThat(rerun.begin(segment.base())).isTrue();
      }
      for (Recorded next = segment.next(); next != null; next = segment.next()) {
        if (next instanceof Recorded.Step step) {
          assertThat(rerun.step(step)).as("step %s of %s", steps++, recording.name()).isTrue();
        }
      }
    }
    return steps;
  }

  @Test
  void aMemberThatIsAwayIsNamedAndTheOthersAreSaved() throws Exception {
    startThree();
    servers.forEach(LoopbackServers::awaitPublished);
    EtcdServer gone = servers.removeLast();
    gone.kill();

    Trace trace = read(fetch(servers.getFirst()));

    assertThat(trace.recordings()).extracting(Trace.Recording::name).contains("a", "b");
    assertThat(trace.absent()).extracting(Trace.Absent::name).containsExactly("c");
  }
}
