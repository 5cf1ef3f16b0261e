package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The log answers like a plain list of entries, however little of it is in memory. */
class RaftLogTest {

  @Property(tries = 300)
  void theLogEqualsItsNaiveTwin(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int cache) {
    SplitMix random = new SplitMix(seed);
    TestDisk disk = new TestDisk();
    RaftLog log = new RaftLog(disk, Restored.NOTHING, cache);
    List<Entry> twin = new ArrayList<>();
    long term = 1;
    for (long sequence = 1; sequence <= 60; sequence++) {
      term += random.nextBetween(0, 3) / 2;
      if (!twin.isEmpty() && random.nextBetween(0, 4) == 0) {
        int keep = (int) random.nextBetween(log.base().index(), twin.size() + 1);
        twin.subList(keep, twin.size()).clear();
        log.truncateAfter(keep);
      }
      LogSlice slice = more(log.last(), term, random);
      log.append(slice);
      twin.addAll(slice.entries());
      disk.write(new Ready.Persist(sequence, null, slice));
      log.forget(random.nextBetween(0, twin.size() + 1));
      if (random.nextBetween(0, 5) == 0) {
        log.compact(random.nextBetween(log.base().index(), twin.size() + 1));
      }
      compare(log, twin, random, term);
    }
  }

  private static LogSlice more(EntryId prev, long term, SplitMix random) {
    List<Entry> entries = new ArrayList<>();
    for (long i = 1; i <= random.nextBetween(1, 6); i++) {
      Bytes data = Bytes.utf8("x".repeat((int) random.nextBetween(0, 60)));
      entries.add(new Entry(new EntryId(term, prev.index() + i), new Payload.Command(data)));
    }
    return new LogSlice(prev, entries);
  }

  private static void compare(RaftLog log, List<Entry> twin, SplitMix random, long term) {
    assertThat(log.last()).isEqualTo(twin.getLast().id());
    long base = log.base().index();
    for (Entry entry : twin) {
      if (entry.index() < base) {
        assertThat(log.contains(entry.id())).isFalse();
        continue;
      }
      assertThat(log.idAt(entry.index())).isEqualTo(entry.id());
      assertThat(log.contains(entry.id())).isTrue();
      assertThat(log.contains(new EntryId(entry.term() + 1, entry.index()))).isFalse();
    }
    assertThat(log.contains(new EntryId(term, twin.size() + 1L))).isFalse();

    long asked = random.nextBetween(0, term + 2);
    long at = random.nextBetween(0, twin.size() + 3);
    EntryId naive = EntryId.ZERO;
    for (Entry entry : twin) {
      if (entry.index() >= base && entry.index() <= at && entry.term() <= asked) {
        naive = entry.id();
      }
    }
    assertThat(log.lastNotAbove(at, asked)).isEqualTo(naive);

    if (base == twin.size()) {
      return;
    }
    int from = (int) random.nextBetween(base + 1, twin.size() + 1);
    int to = (int) random.nextBetween(from, twin.size() + 1);
    List<Entry> read = log.read(from, to, random.nextBetween(1, 200));
    assertThat(read).isNotEmpty().isEqualTo(twin.subList(from - 1, from - 1 + read.size()));
    assertThat(read.getLast().index()).isLessThanOrEqualTo(to);
  }

  @Test
  void aMissingEntryIsNeverTakenForOneOfTermZero() {
    RaftLog log = new RaftLog(new TestDisk(), Restored.NOTHING, 1_000_000);
    log.append(TestDisk.slice(1, 1, 2, 2));
    log.compact(3);

    assertThat(log.base()).isEqualTo(new EntryId(2, 3));
    assertThat(log.contains(EntryId.ZERO)).isFalse();
    assertThat(log.contains(new EntryId(2, 3))).isTrue();
    assertThat(log.lastNotAbove(4, 1)).isEqualTo(EntryId.ZERO);
    assertThatThrownBy(() -> log.idAt(2)).isInstanceOf(InvariantViolation.class);
    assertThatThrownBy(() -> log.read(3, 4, 100)).isInstanceOf(InvariantViolation.class);
    log.restart(new EntryId(5, 9));
    assertThat(log.last()).isEqualTo(log.base()).isEqualTo(new EntryId(5, 9));
    assertThat(log.idAt(9)).isEqualTo(new EntryId(5, 9));
  }

  @Test
  void aReadStopsBeforeItsBoundButGivesOneEntry() {
    RaftLog log = new RaftLog(new TestDisk(), Restored.NOTHING, 1_000_000);
    log.append(TestDisk.slice(1, 1, 1, 1));
    long each = Entry.OVERHEAD_BYTES + 3;

    assertThat(log.read(1, 4, 2 * each)).hasSize(2);
    assertThat(log.read(1, 4, 2 * each - 1)).hasSize(1);
    assertThat(log.read(1, 4, 1)).hasSize(1);
  }

  @Test
  void whatIsNotDurableIsNeverReadFromTheDisk() {
    StoredLog untouchable =
        (from, to, bytesMax) -> {
          throw new AssertionError("read " + from + ".." + to);
        };
    RaftLog log = new RaftLog(untouchable, Restored.NOTHING, 1);
    log.append(TestDisk.slice(1, 1, 1));

    log.forget(1);

    assertThat(log.read(2, 3, 1000)).hasSize(2);
    assertThatThrownBy(() -> log.read(1, 3, 1000)).hasMessage("read 1..1");
  }

  @Test
  void aSliceThatDoesNotContinueTheLogIsAnInvariantViolation() {
    RaftLog log = new RaftLog(new TestDisk(), Restored.NOTHING, 1);
    log.append(TestDisk.slice(1));

    assertThatThrownBy(() -> log.append(TestDisk.slice(1)))
        .isInstanceOf(InvariantViolation.class)
        .hasMessage("0/0 does not continue 1/1");
  }

  @Test
  void asMuchStaysInMemoryAsTheBoundAllowsAndWhatWasTruncatedCountsNoLonger() {
    long each = Entry.OVERHEAD_BYTES + 3;
    StoredLog untouchable =
        (from, to, bytesMax) -> {
          throw new AssertionError("read " + from + ".." + to);
        };
    RaftLog log = new RaftLog(untouchable, Restored.NOTHING, 2 * each);
    List<Entry> entries = TestDisk.slice(1, 1, 1, 1).entries();
    log.append(TestDisk.slice(1, 1, 1, 1));
    log.forget(4);

    assertThat(log.read(3, 4, 1000)).isEqualTo(entries.subList(2, 4));
    assertThatThrownBy(() -> log.read(2, 4, 1000)).hasMessage("read 2..2");
    log.truncateAfter(3);
    log.append(new LogSlice(new EntryId(1, 3), entries.subList(3, 4)));
    log.forget(4);
    assertThat(log.read(3, 4, 1000)).isEqualTo(entries.subList(2, 4));
  }

  @Test
  void aLogThatBeganAnewKnowsNothingOfBefore() {
    RaftLog log = new RaftLog(new TestDisk(), Restored.NOTHING, 1_000_000);
    log.append(TestDisk.slice(1, 1, 2, 2));
    log.restart(new EntryId(2, 9));
    Entry first = new Entry(new EntryId(3, 10), new Payload.NoOp());
    Entry second = new Entry(new EntryId(3, 11), new Payload.NoOp());

    log.append(new LogSlice(new EntryId(2, 9), List.of(first, second)));

    assertThat(log.read(10, 11, 1000)).containsExactly(first, second);
    assertThat(log.idAt(10)).isEqualTo(new EntryId(3, 10));
    assertThat(log.lastNotAbove(11, 2)).isEqualTo(new EntryId(2, 9));
  }

  /** Its fingerprint is that of the log that a node finds when it starts. */
  @Test
  void howALogCameToBeMakesNoDifference() {
    RaftLog grown = new RaftLog(new TestDisk(), Restored.NOTHING, 1);
    grown.append(TestDisk.slice(1, 1, 2, 2, 3));
    grown.truncateAfter(4);
    grown.compact(3);
    grown.forget(4);
    EntryId base = new EntryId(2, 3);
    EntryId last = new EntryId(2, 4);
    Restored found = new Restored(new HardState(3, null), null, base, List.of(), last, List.of());

    assertThat(print(grown)).isEqualTo(print(new RaftLog(new TestDisk(), found, 1)));
  }

  private static Fingerprint print(RaftLog log) {
    Fingerprint print = new Fingerprint();
    log.describe(print);
    return print;
  }
}
