package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.trace.Trace;
import dev.balsa.raft.trace.TraceReader;
import dev.balsa.server.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traces of members and of the simulator, as files. */
class TraceCommandTest {
  @TempDir Path directory;

  private static Trace read(Path file) throws Exception {
    TraceReader reader = new TraceReader();
    reader.feed(Files.readAllBytes(file));
    return reader.finish();
  }

  @Test
  void aMembersRecordsAreSaved() throws Exception {
    Path file = directory.resolve("a.trace");
    try (TestServer server = new TestServer()) {
      String endpoint = "127.0.0.1:" + server.address().getPort();

      Run run = Run.of("ctl", "--endpoints", endpoint, "trace", "save", file.toString());

      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.out()).contains("Trace saved at " + file);
    }
    assertThat(read(file).recordings()).hasSize(1);
  }

  @Test
  void nobodyThereIsSaidAndNoFileIsLeft() {
    Path file = directory.resolve("a.trace");

    Run run = Run.of("ctl", "--endpoints", "127.0.0.1:1", "trace", "save", file.toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("no trace was saved", "127.0.0.1:1");
    assertThat(file).doesNotExist();
  }

  @Test
  void aSeedsRunOnTheRealLogIsWrittenForThePage() throws Exception {
    Path file = directory.resolve("seed.trace");

    Run run = Run.of("sim", "replay", "7", "--trace", file.toString());

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains(file + " has ", "event hash");
    assertThat(read(file).recordings())
        .hasSizeGreaterThan(2)
        .allMatch(recording -> recording.source().equals("./balsa sim replay 7"));
  }
}
