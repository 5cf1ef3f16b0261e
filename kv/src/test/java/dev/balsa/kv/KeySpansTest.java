package dev.balsa.kv;

import static dev.balsa.kv.TestMachine.range;
import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.SplitMix;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeySpansTest {
  private static final List<String> LETTERS = List.of("\0", "a", "b", "c", "d");

  @Test
  void rangesThatTouchCoverWhatLiesInBoth() {
    KeySpans spans = new KeySpans();
    spans.add(range("a", "b"));
    spans.add(range("c", "d"));
    assertThat(spans.cover(range("a", "d"))).isFalse();

    spans.add(range("b", "c"));
    assertThat(spans.cover(range("a", "d"))).isTrue();
  }

  /** Keys of up to three bytes stand for all keys: no range here begins or ends beyond them. */
  @Test
  void aRangeIsCoveredIfAndOnlyIfEveryKeyOfItIsInSomeRange() {
    List<Bytes> keys = keys();
    SplitMix random = new SplitMix(1);
    int covered = 0;
    for (int round = 0; round < 5_000; round++) {
      List<KeyRange> added = new ArrayList<>();
      KeySpans spans = new KeySpans();
      for (long left = random.nextBetween(1, 6); left > 0; left--) {
        KeyRange range = random(random);
        added.add(range);
        spans.add(range);
      }
      KeyRange asked = random(random);
      List<Bytes> within = keys.stream().filter(asked::contains).toList();
      boolean all =
          within.stream().allMatch(key -> added.stream().anyMatch(it -> it.contains(key)))
              && (!asked.isFromKey() || added.stream().anyMatch(KeyRange::isFromKey));
      if (!within.isEmpty()) {
        assertThat(spans.cover(asked)).as("%s in %s", asked, added).isEqualTo(all);
        covered += all ? 1 : 0;
      }
    }
    assertThat(covered).isBetween(500, 4_500);
  }

  private static KeyRange random(SplitMix random) {
    List<String> ends = List.of("", "\0", "a", "b", "c", "d", "a\0", "b\0", "c\0");
    return range(
        LETTERS.get((int) random.nextBetween(1, LETTERS.size())),
        ends.get((int) random.nextBetween(0, ends.size())));
  }

  private static List<Bytes> keys() {
    List<Bytes> keys = new ArrayList<>();
    for (String first : LETTERS) {
      keys.add(Bytes.utf8(first));
      for (String second : LETTERS) {
        keys.add(Bytes.utf8(first + second));
        LETTERS.forEach(third -> keys.add(Bytes.utf8(first + second + third)));
      }
    }
    return keys;
  }
}
