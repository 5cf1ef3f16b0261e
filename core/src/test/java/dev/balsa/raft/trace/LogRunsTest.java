package dev.balsa.raft.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Ready;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The terms of a log are known from what was written, cut and compacted. */
class LogRunsTest {
  private final LogRuns log = new LogRuns(EntryId.ZERO, List.of(), EntryId.ZERO);

  private static EntryId id(long term, long index) {
    return new EntryId(term, index);
  }

  private void append(EntryId prev, long... terms) {
    List<Entry> entries = new ArrayList<>();
    for (long term : terms) {
      entries.add(new Entry(id(term, prev.index() + 1 + entries.size()), new Payload.NoOp()));
    }
    log.follow(new Ready.Persist(1, null, new LogSlice(prev, entries)));
  }

  /** The terms from index 0 to one behind the last. */
  private static List<Long> terms(LogRuns log) {
    List<Long> terms = new ArrayList<>();
    for (long index = 0; index <= log.last().index() + 1; index++) {
      terms.add(log.termAt(index));
    }
    return terms;
  }

  private LogRuns written() {
    TraceOut out = new TraceOut();
    log.write(out);
    return LogRuns.read(new TraceIn(out.toByteArray()));
  }

  @Test
  void anEmptyLogHasNoTerms() {
    assertThat(terms(log)).containsExactly(0L, 0L);
    assertThat(log.base()).isEqualTo(EntryId.ZERO);
  }

  @Test
  void everyEntryHasItsTerm() {
    append(EntryId.ZERO, 1, 1, 2);
    append(id(2, 3), 2, 5);

    assertThat(terms(log)).containsExactly(0L, 1L, 1L, 2L, 2L, 5L, 0L);
    assertThat(log.last()).isEqualTo(id(5, 5));
  }

  @Test
  void entriesThatAreWrittenInPlaceOfOthersCutThem() {
    append(EntryId.ZERO, 1, 1, 2, 2, 3);

    append(id(1, 2), 4);
    assertThat(terms(log)).containsExactly(0L, 1L, 1L, 4L, 0L);

    append(id(1, 1));
    assertThat(terms(log)).containsExactly(0L, 1L, 0L);

    append(EntryId.ZERO, 6);
    assertThat(terms(log)).containsExactly(0L, 6L, 0L);
  }

  @Test
  void aLogThatBeginsAnewKnowsNothingOfTheOldOne() {
    append(EntryId.ZERO, 1, 2);

    log.follow(new Ready.Persist(2, null, id(7, 10), new LogSlice(id(7, 10), List.of())));

    assertThat(log.base()).isEqualTo(id(7, 10));
    assertThat(log.last()).isEqualTo(id(7, 10));
    assertThat(List.of(log.termAt(2), log.termAt(9), log.termAt(10), log.termAt(11)))
        .containsExactly(0L, 0L, 7L, 0L);

    append(id(7, 10), 7, 8);
    assertThat(List.of(log.termAt(10), log.termAt(11), log.termAt(12))).containsExactly(7L, 7L, 8L);
  }

  @Test
  void aCompactedLogForgetsWhatIsGoneAndKeepsTheRest() {
    append(EntryId.ZERO, 1, 1, 2, 2, 3);

    log.compact(id(2, 3));
    assertThat(log.base()).isEqualTo(id(2, 3));
    assertThat(terms(log)).containsExactly(0L, 0L, 0L, 2L, 2L, 3L, 0L);

    log.compact(id(1, 2));
    assertThat(log.base()).as("not backwards").isEqualTo(id(2, 3));

    log.compact(id(3, 5));
    assertThat(terms(log)).containsExactly(0L, 0L, 0L, 0L, 0L, 3L, 0L);
    append(id(3, 5), 3);
    assertThat(log.termAt(6)).isEqualTo(3);
  }

  @Test
  void aLogIsWrittenDownAndReadAgain() {
    append(EntryId.ZERO, 1, 1, 2, 4);
    log.compact(id(1, 1));

    LogRuns read = written();

    assertThat(read.base()).isEqualTo(id(1, 1));
    assertThat(read.last()).isEqualTo(id(4, 4));
    assertThat(terms(read)).containsExactly(0L, 1L, 1L, 2L, 4L, 0L);
  }

  @Test
  void aLogFoundOnDiskGoesOnInItsBasesTerm() {
    LogRuns found = new LogRuns(id(2, 5), List.of(id(3, 8)), id(3, 9));

    assertThat(terms(found)).containsExactly(0L, 0L, 0L, 0L, 0L, 2L, 2L, 2L, 3L, 3L, 0L);
  }

  @Test
  void aTermThatGoesOnBehindACompactedLogIsReadAgain() {
    append(EntryId.ZERO, 1, 3);
    log.compact(id(3, 2));
    append(id(3, 2), 3, 4);

    assertThat(terms(written())).containsExactly(0L, 0L, 3L, 3L, 4L, 0L);
  }

  @Test
  void aLogOfWhichTheLatestTermsAreKnownCanBeCutBelowThem() {
    append(EntryId.ZERO, LongStream.rangeClosed(1, 70).toArray());
    LogRuns read = written();

    read.follow(
        new Ready.Persist(
            2, null, new LogSlice(id(2, 2), List.of(new Entry(id(80, 3), new Payload.NoOp())))));

    assertThat(read.base()).isEqualTo(id(2, 2));
    assertThat(terms(read)).containsExactly(0L, 0L, 2L, 80L, 0L);
  }

  @Test
  void onlyTheLatestSixtyFourTermsAreWrittenDown() {
    append(EntryId.ZERO, LongStream.rangeClosed(1, 70).toArray());

    LogRuns read = written();

    assertThat(read.base()).isEqualTo(id(7, 7));
    assertThat(List.of(read.termAt(6), read.termAt(7), read.termAt(8), read.termAt(70)))
        .containsExactly(0L, 7L, 8L, 70L);
  }

  @Test
  void termsThatFallAreRefused() {
    for (EntryId second : List.of(id(2, 9), id(3, 4), id(4, 5))) {
      TraceOut out = new TraceOut();
      Values.write(out, EntryId.ZERO);
      out.count(2);
      Values.write(out, id(3, 5));
      Values.write(out, second);
      Values.write(out, id(9, 9));

      assertThatThrownBy(() -> LogRuns.read(new TraceIn(out.toByteArray())))
          .as(second.toString())
          .isInstanceOf(TraceException.class)
          .hasMessage("has a log whose terms fall");
    }
  }
}
