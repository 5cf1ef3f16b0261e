package dev.balsa.raft.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.raft.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A file gives back what was put into it, or is refused and says why. */
class TraceFileTest {
  private static final byte[] FILE =
      new TraceWriter()
          .add(recording(1, "first", "abc", ""))
          .add(recording(-2, "second"))
          .add(new Trace.Note(-7, "two leaders in term 5"))
          .add(new Trace.Note(1L << 40, ""))
          .add(new Trace.Absent("m3", "连接被拒绝"))
          .finish();

  private static final int LINE_BYTES = "balsa-trace 2\n".length();

  private static Trace.Recording recording(long node, String name, String... segments) {
    List<byte[]> bytes =
        Arrays.stream(segments).map(it -> it.getBytes(StandardCharsets.UTF_8)).toList();
    return new Trace.Recording(new NodeId(node), name, "seed " + node, "0.1", bytes);
  }

  /** Each part is copied: what a caller does with its array later must not matter. */
  private static Trace read(byte[] file, int partBytes) {
    TraceReader reader = new TraceReader();
    for (int from = 0; from < file.length; from += partBytes) {
      byte[] part = Arrays.copyOfRange(file, from, Math.min(file.length, from + partBytes));
      reader.feed(part);
      Arrays.fill(part, (byte) 0);
    }
    return reader.finish();
  }

  private static void assertRefused(byte[] file, String reason) {
    assertThatThrownBy(() -> read(file, file.length))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining(reason);
  }

  /** The place and the length of each block, its head included. */
  private static int[] block(int number) {
    int at = LINE_BYTES;
    for (int i = 0; ; i++) {
      int size = 0;
      for (int digit = 1; digit <= 4; digit++) {
        size = size << 8 | (FILE[at + digit] & 0xff);
      }
      int length = TraceWriter.HEAD_BYTES + size;
      if (i == number) {
        return new int[] {at, length};
      }
      at += length;
    }
  }

  private static byte[] without(int number) {
    int[] block = block(number);
    return join(
        Arrays.copyOf(FILE, block[0]), Arrays.copyOfRange(FILE, block[0] + block[1], FILE.length));
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @Test
  void aFileIsReadInPiecesOfAnySize() {
    for (int partBytes : new int[] {1, 2, 9, 100, FILE.length}) {
      Trace trace = read(FILE, partBytes);

      assertThat(trace.recordings()).as("in parts of %s", partBytes).hasSize(2);
      Trace.Recording first = trace.recordings().getFirst();
      assertThat(first.node()).isEqualTo(new NodeId(1));
      assertThat(List.of(first.name(), first.source(), first.version()))
          .containsExactly("first", "seed 1", "0.1");
      assertThat(first.segments()).hasSize(2);
      assertThat(first.segments().getFirst()).containsExactly('a', 'b', 'c');
      assertThat(first.segments().getLast()).isEmpty();
      assertThat(trace.recordings().getLast().node()).isEqualTo(new NodeId(-2));
      assertThat(trace.recordings().getLast().segments()).isEmpty();
      assertThat(trace.notes())
          .containsExactly(
              new Trace.Note(-7, "two leaders in term 5"), new Trace.Note(1L << 40, ""));
      assertThat(trace.absent()).containsExactly(new Trace.Absent("m3", "连接被拒绝"));
    }
  }

  @Test
  void filesOneBehindTheOtherAreReadAsOne() {
    assertThat(read(join(FILE, FILE), 64).recordings())
        .extracting(Trace.Recording::name)
        .containsExactly("first", "second", "first", "second");
  }

  @Test
  void recordingsLargerThanAnyPartOfTheReaderAreRead() {
    byte[] large = new byte[200_000];
    Arrays.fill(large, (byte) 5);
    Trace.Recording recording =
        new Trace.Recording(new NodeId(1), "n", "s", "v", List.of(large, new byte[] {1}, large));
    byte[] file = new TraceWriter().add(recording).finish();

    List<byte[]> segments = read(file, 70_000).recordings().getFirst().segments();

    assertThat(segments).hasSize(3);
    assertThat(segments.getFirst()).isEqualTo(large);
    assertThat(segments.get(1)).containsExactly(1);
    assertThat(segments.getLast()).isEqualTo(large);
  }

  @Test
  void longTextsAreCut() {
    byte[] file =
        new TraceWriter()
            .add(recording(1, "n"))
            .add(new Trace.Note(0, "界".repeat(501)))
            .add(new Trace.Note(0, "x".repeat(500)))
            .finish();

    assertThat(read(file, file.length).notes())
        .extracting(Trace.Note::text)
        .containsExactly("界".repeat(500), "x".repeat(500));
  }

  @Test
  void aFileThatEndsAnywhereEarlierIsRefused() {
    for (int length = 0; length < FILE.length; length++) {
      byte[] cut = Arrays.copyOf(FILE, length);

      assertRefused(cut, length == 0 ? "no recording" : "is incomplete: its end is missing");
    }
  }

  @Test
  void aFileWithOneChangedByteIsRefused() {
    for (int at = 0; at < FILE.length; at++) {
      byte[] changed = FILE.clone();
      changed[at] ^= 0x40;

      assertThatThrownBy(() -> read(changed, changed.length))
          .as("byte %s", at)
          .isInstanceOf(TraceException.class);
    }
  }

  @Test
  void whatIsNoTraceIsRefusedBeforeItEnds() {
    byte[] other = "{\"a\": 1, \"no line ends here\": true".getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> new TraceReader().feed(other))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("does not begin with");
    assertRefused("{}\n".getBytes(StandardCharsets.UTF_8), "does not begin with");
  }

  @Test
  void aNewerFileNamesBothVersions() {
    byte[] newer = FILE.clone();
    newer[LINE_BYTES - 2] = '3';

    assertRefused(newer, "has version 3 and can be read by the Balsa that wrote it");
    assertRefused(newer, "this one reads version 2");
  }

  @Test
  void aPartThatIsTooLargeOrHasANegativeSizeIsRefusedBeforeItComes() {
    byte[] large = FILE.clone();
    large[LINE_BYTES + 1] = 1;
    byte[] negative = FILE.clone();
    negative[LINE_BYTES + 1] = (byte) 0x80;

    assertRefused(large, "a part of it says it has 167");
    assertRefused(negative, "a part of it says it has -");
  }

  @Test
  void theSizeOfAPartMayBeEightMebibytesAndNoMore() {
    byte[] most = FILE.clone();
    Arrays.fill(most, LINE_BYTES + 1, LINE_BYTES + 5, (byte) 0);
    most[LINE_BYTES + 2] = (byte) 0x80;
    byte[] more = most.clone();
    more[LINE_BYTES + 4] = 1;

    assertRefused(most, "is incomplete");
    assertRefused(more, "says it has 8388609 bytes");
  }

  @Test
  void aChangedPartIsNamedByItsNumber() {
    byte[] changed = FILE.clone();
    changed[block(1)[0] + TraceWriter.HEAD_BYTES]++;

    assertRefused(changed, "is damaged: part 2 does not match its checksum");
  }

  @Test
  void aPartThatIsMissingIsNoticed() {
    assertRefused(without(0), "has a part that belongs to no node");
    for (int number = 1; number < 6; number++) {
      assertRefused(without(number), "is damaged: parts of it are missing");
    }
  }

  @Test
  void aPartOfAnUnknownKindIsRefused() {
    byte[] changed = FILE.clone();
    changed[LINE_BYTES] = 9;

    assertRefused(changed, "has a part of the unknown kind 9");
  }

  @Test
  void sixtyFourNodesAreReadAndNoMore() {
    TraceWriter most = new TraceWriter();
    TraceWriter more = new TraceWriter();
    for (int node = 0; node < Trace.RECORDINGS_MAX; node++) {
      most.add(recording(node, "n"));
      more.add(recording(node, "n"));
    }
    byte[] full = most.finish();

    assertThat(read(full, full.length).recordings()).hasSize(Trace.RECORDINGS_MAX);
    assertRefused(more.add(recording(99, "n")).finish(), "has more than 64 nodes");
  }

  @Test
  void aFileWithoutAnyNodeIsRefused() {
    assertRefused(
        new TraceWriter().add(new Trace.Note(1, "x")).finish(), "has no recording of any node");
  }
}
