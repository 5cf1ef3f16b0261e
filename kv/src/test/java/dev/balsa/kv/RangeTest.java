package dev.balsa.kv;

import static dev.balsa.kv.TestMachine.all;
import static dev.balsa.kv.TestMachine.at;
import static dev.balsa.kv.TestMachine.bytes;
import static dev.balsa.kv.TestMachine.range;
import static dev.balsa.kv.TestMachine.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.Command.Range;
import dev.balsa.kv.Command.SortOrder;
import dev.balsa.kv.Command.SortTarget;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.kv.KvResult.RangeDone;
import dev.balsa.raft.Bytes;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Range with all its options (etcd's KV service). */
class RangeTest {
  private final TestMachine machine = new TestMachine();

  /** Four keys: created b, a, c, d; b written three times, a twice. */
  @BeforeEach
  void fill() {
    machine.put("b", "1"); // 2
    machine.put("a", "9"); // 3
    machine.put("c", "5"); // 4
    machine.put("b", "2"); // 5
    machine.put("b", "3"); // 6
    machine.put("d", "7"); // 7
    machine.put("a", "4"); // 8
  }

  @ParameterizedTest
  @CsvSource({"NONE, a b c d", "ASCEND, a b c d", "DESCEND, d c b a"})
  void sortsByKey(SortOrder order, String expected) {
    assertThat(keys(new RangeOf(all()).sort(order, SortTarget.KEY))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "VERSION, c d a b, b a c d",
    "CREATE, b a c d, d c a b",
    "MOD, c b d a, a d b c",
    "VALUE, b a c d, d c a b"
  })
  void sortsByTarget(SortTarget target, String ascending, String descending) {
    assertThat(keys(new RangeOf(all()).sort(SortOrder.ASCEND, target))).isEqualTo(ascending);
    assertThat(keys(new RangeOf(all()).sort(SortOrder.DESCEND, target))).isEqualTo(descending);
  }

  @ParameterizedTest
  @CsvSource({"0", "7"})
  void aPageCountsAsFarAsItGoesAndTheLastOneToTheEnd(long revision) {
    KeyRange all = new KeyRange(bytes("a"), bytes("z"));
    Range two = new RangeOf(all).limit(2).revision(revision).done();
    Range rest = new RangeOf(new KeyRange(bytes("c"), bytes("z"))).limit(9).done();

    RangeDone first = (RangeDone) machine.machine().page(Caller.NONE, two);
    RangeDone last = (RangeDone) machine.machine().page(Caller.NONE, rest);

    assertThat(first.kvs()).hasSize(2);
    assertThat(first.more()).isTrue();
    assertThat(first.count()).isLessThan(4);
    assertThat(last.count()).isEqualTo(2);
    assertThat(last.more()).isFalse();
  }

  @Test
  void targetWithoutOrderMeansAscending() {
    assertThat(keys(new RangeOf(all()).sort(SortOrder.NONE, SortTarget.MOD))).isEqualTo("c b d a");
  }

  @Test
  void sortsBeforeLimit() {
    assertThat(keys(new RangeOf(all()).sort(SortOrder.DESCEND, SortTarget.VERSION).limit(2)))
        .isEqualTo("b a");
  }

  @Test
  void sortsByValueEvenIfValuesAreLeftOut() {
    Range range = new RangeOf(all()).sort(SortOrder.DESCEND, SortTarget.VALUE).keysOnly().done();

    assertThat(texts(machine.range(range))).containsExactly("d=", "c=", "a=", "b=");
  }

  @Test
  void filtersBeforeLimit() {
    assertThat(keys(new RangeOf(all()).mod(6, 0).limit(2))).isEqualTo("a b");
  }

  @ParameterizedTest
  @CsvSource({"6, 0, a b d", "0, 6, b c", "6, 7, b d", "9, 0, ''", "8, 8, a"})
  void filtersByModRevision(long min, long max, String expected) {
    assertThat(keys(new RangeOf(all()).mod(min, max))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"4, 0, c d", "0, 3, a b", "3, 4, a c", "8, 0, ''"})
  void filtersByCreateRevision(long min, long max, String expected) {
    assertThat(keys(new RangeOf(all()).create(min, max))).isEqualTo(expected);
  }

  @Test
  void countSeesNeitherLimitNorFilters() {
    RangeDone limited = machine.range(new RangeOf(range("a", "d")).limit(1).done());
    RangeDone filtered = machine.range(new RangeOf(range("a", "d")).mod(8, 0).done());

    assertThat(limited.count()).isEqualTo(3);
    assertThat(filtered.count()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"0, false", "3, true", "4, false", "5, false", "-1, false"})
  void moreTellsThatTheLimitCut(long limit, boolean more) {
    assertThat(machine.range(new RangeOf(all()).limit(limit).done()).more()).isEqualTo(more);
  }

  @Test
  void filtersAloneDoNotMakeMore() {
    assertThat(machine.range(new RangeOf(all()).mod(8, 0).limit(1).done()).more()).isFalse();
  }

  @Test
  void keysOnlyLeavesValuesOut() {
    RangeDone done = machine.range(new RangeOf(KeyRange.single(bytes("a"))).keysOnly().done());

    assertThat(done.kvs()).containsExactly(new KeyValue(bytes("a"), Bytes.EMPTY, 3, 8, 2, 0));
  }

  @Test
  void countOnlyWinsOverAllElse() {
    RangeDone done = machine.range(new RangeOf(all()).limit(1).keysOnly().countOnly().done());

    assertThat(done).isEqualTo(new RangeDone(8, List.of(), false, 4));
  }

  @ParameterizedTest
  @CsvSource({
    "a, '', a",
    "x, '', ''",
    "a, c, a b",
    "b, a, ''",
    "b, b, ''",
    "aa, cc, b c",
    "a, zz, a b c d"
  })
  void readsHalfOpenRanges(String key, String end, String expected) {
    assertThat(keys(new RangeOf(range(key, end)))).isEqualTo(expected);
  }

  @Test
  void zeroByteAsEndReadsFromTheKeyOn() {
    assertThat(keys(new RangeOf(range("c", "\0")))).isEqualTo("c d");
  }

  @Test
  void zeroBytesAsKeyAndEndReadEverything() {
    assertThat(keys(new RangeOf(all()))).isEqualTo("a b c d");
  }

  @Test
  void keysAreOrderedAsUnsignedBytes() {
    machine.put("é", "high bytes");

    assertThat(keys(new RangeOf(all()))).isEqualTo("a b c d é");
  }

  @ParameterizedTest
  @CsvSource({"1, ''", "2, b=1", "5, a=9 b=2 c=5", "7, a=9 b=3 c=5 d=7", "8, a=4 b=3 c=5 d=7"})
  void readsOldRevisions(long revision, String expected) {
    assertThat(String.join(" ", machine.contentsAt(revision))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "-9223372036854775808"})
  void revisionThatIsNotPositiveMeansTheNewest(long revision) {
    assertThat(machine.contentsAt(revision)).isEqualTo(machine.contents());
  }

  @Test
  void oldRevisionShowsWhatWasDeletedLater() {
    machine.delete("b");

    assertThat(machine.contentsAt(8)).contains("b=3");
    assertThat(machine.contents()).doesNotContain("b=3");
  }

  @Test
  void resultOfOldRevisionTellsTheCurrentOne() {
    assertThat(machine.range(at(all(), 3)).revision()).isEqualTo(8);
  }

  @Test
  void oldRevisionSortsDescending() {
    Range range = new RangeOf(all()).revision(4).sort(SortOrder.DESCEND, SortTarget.KEY).done();

    assertThat(texts(machine.range(range))).containsExactly("c=5", "b=1", "a=9");
  }

  @ParameterizedTest
  @CsvSource({"9", "9223372036854775807"})
  void futureRevisionIsRefused(long revision) {
    machine.assertFailed(machine.machine().range(at(all(), revision)), KvError.FUTURE_REVISION);
  }

  @Test
  void rangeWithoutKeyIsRefused() {
    machine.assertFailed(
        machine.machine().range(Range.of(range("", "z"))), KvError.KEY_NOT_PROVIDED);
  }

  private String keys(RangeOf range) {
    return String.join(
        " ", machine.range(range.done()).kvs().stream().map(kv -> kv.key().toUtf8()).toList());
  }
}
