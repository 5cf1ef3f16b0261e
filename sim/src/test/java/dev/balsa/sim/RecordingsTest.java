package dev.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.raft.trace.Recorded;
import dev.balsa.raft.trace.Rerun;
import dev.balsa.raft.trace.Segment;
import dev.balsa.raft.trace.Trace;
import dev.balsa.raft.trace.TraceException;
import dev.balsa.raft.trace.TraceReader;
import dev.balsa.raft.trace.TraceWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cores were told is written down, and read again or refused. */
class RecordingsTest {
  private static final String SOURCE = "seed 3";
  private static final byte[] FILE = record(3, 100_000);

  private static byte[] record(long seed, long bytesMax) {
    World<Long, Registers> world =
        new World<>(Plan.draw(seed), new RegisterLoad(), Hosting.IN_MEMORY);
    Recordings recordings = new Recordings(bytesMax);
    world.record(recordings);
    world.run();
    return recordings.file(SOURCE, "1", new Trace.Note(7, "something"));
  }

  private static Trace read(byte[] file) {
    TraceReader reader = new TraceReader();
    reader.feed(file);
    return reader.finish();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aRecordedCoreDecidesTheSameOnceMore(long seed) {
    Trace trace = read(record(seed, 64 << 20));

    long steps = 0;
    for (Trace.Recording recording : trace.recordings()) {
      steps += rerun(recording);
    }

    assertThat(steps).isGreaterThan(2_000);
    assertThat(trace.notes()).containsExactly(new Trace.Note(7, "something"));
  }

  private static long rerun(Trace.Recording recording) {
    Rerun rerun = new Rerun();
    long steps = 0;
    for (byte[] bytes : recording.segments()) {
      Segment segment = new Segment(bytes);
      if (segment.base().beginning() != null) {
        assertThat(rerun.begin(segment.base())).as("the log at the start is known").isTrue();
      }
      for (Recorded next = segment.next(); next != null; next = segment.next()) {
        if (next instanceof Recorded.Step step) {
          assertThat(rerun.step(step)).as("step %s of %s", steps++, recording.node()).isTrue();
        }
      }
    }
    return steps;
  }

  @Test
  void aFileMayComeInPiecesAndSeveralFilesMayBeOne() {
    byte[] file = FILE;
    byte[] absent = new TraceWriter().add(new Trace.Absent("c", "no answer")).finish();
    TraceReader reader = new TraceReader();

    for (int at = 0; at < file.length; at += 777) {
      reader.feed(Arrays.copyOfRange(file, at, Math.min(at + 777, file.length)));
    }
    reader.feed(absent);
    Trace trace = reader.finish();

    assertThat(trace.recordings()).hasSameSizeAs(read(file).recordings());
    assertThat(trace.recordings()).allMatch(it -> it.source().equals(SOURCE));
    assertThat(trace.absent()).containsExactly(new Trace.Absent("c", "no answer"));
  }

  @Test
  void whatIsNoTraceIsRefusedByWhatIsWrongWithIt() {
    byte[] file = FILE;

    refused("seed 42\nnodes 5\n".getBytes(StandardCharsets.UTF_8), "does not begin with");
    refused("balsa-trace 3\n".getBytes(StandardCharsets.UTF_8), "has version 3");
    refused(Arrays.copyOf(file, file.length - 1), "is incomplete");
    refused(new byte[0], "has no recording");
    byte[] flipped = file.clone();
    flipped[file.length / 2] ^= 4;
    refused(flipped, "is damaged");
  }

  private static void refused(byte[] file, String reason) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void aHostileSegmentIsRefusedAndNothingElse() {
    byte[] segment = read(FILE).recordings().getFirst().segments().getFirst();
    int refused = 0;

    for (int at = 0; at < 3_000; at++) {
      byte[] hostile = Arrays.copyOf(segment, 4_000);
      hostile[at] ^= (byte) (1 << (at % 8));
      refused += isRefused(hostile) ? 1 : 0;
    }

    assertThat(refused).isGreaterThan(1_000);
  }

  /** Any other exception ends the test. */
  private static boolean isRefused(byte[] bytes) {
    try {
      Segment segment = new Segment(bytes);
      while (segment.next() != null) {}
      return false;
    } catch (TraceException expected) {
      return true;
    }
  }
}
