package dev.balsa.server.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.kv.OrderedStore;
import dev.balsa.kv.OrderedStore.Cursor;
import dev.balsa.kv.OrderedStore.Frozen;
import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.SplitMix;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link OrderedStore} promises. */
@ParameterizedClass
@EnumSource(StoreKind.class)
class OrderedStoreContractTest {
  @Parameter private StoreKind kind = StoreKind.MEMORY;

  @TempDir private Path directory = Path.of("unset");

  private OrderedStore store = StoreKind.MEMORY.open(directory);

  @BeforeEach
  void openStore() {
    store = kind.open(directory);
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void readsSeeTheOpenBatch() {
    put("a", "1");
    assertThat(get("a")).isEqualTo("1");
    store.commit();
    put("a", "2");
    store.remove(Space.LIVE, key("b"));

    assertThat(get("a")).isEqualTo("2");
    assertThat(ascending("", null)).containsExactly("a=2");
  }

  @Test
  void removedKeysAreGoneBeforeAndAfterTheCommit() {
    put("a", "1");
    put("b", "1");
    store.commit();
    store.remove(Space.LIVE, key("a"));

    assertThat(get("a")).isNull();
    assertThat(ascending("", null)).containsExactly("b=1");
    store.commit();
    assertThat(get("a")).isNull();
    assertThat(ascending("", null)).containsExactly("b=1");
  }

  @Test
  void spacesHaveKeysOfTheirOwn() {
    for (Space space : Space.values()) {
      store.put(space, key("k"), key(space.name()));
    }
    store.commit();

    for (Space space : Space.values()) {
      assertThat(store.get(space, key("k"))).isEqualTo(key(space.name()));
      try (Cursor cursor = store.ascend(space, Bytes.EMPTY, null)) {
        assertThat(entries(cursor)).containsExactly("k=" + space.name());
      }
    }
  }

  @Test
  void keysAreOrderedAsUnsignedBytes() {
    for (int b : new int[] {0x80, 0x00, 0xff, 0x7f}) {
      store.put(Space.LIVE, Bytes.wrap(new byte[] {(byte) b}), Bytes.EMPTY);
    }
    store.commit();

    List<Integer> found = new ArrayList<>();
    try (Cursor cursor = store.ascend(Space.LIVE, Bytes.EMPTY, null)) {
      while (cursor.next()) {
        found.add(cursor.key().at(0) & 0xff);
      }
    }
    assertThat(found).containsExactly(0x00, 0x7f, 0x80, 0xff);
  }

  @Test
  void theFirstBoundIsInAndTheSecondOut() {
    for (String key : List.of("a", "ab", "b", "c")) {
      put(key, "");
    }
    store.commit();

    assertThat(ascending("ab", "c")).containsExactly("ab=", "b=");
    assertThat(descending("ab", "c")).containsExactly("b=", "ab=");
    assertThat(ascending("b", "a")).isEmpty();
    assertThat(descending("b", "b")).isEmpty();
  }

  @Test
  void anEmptyValueIsAValue() {
    put("a", "");
    assertThat(get("a")).isEmpty();
    store.commit();

    assertThat(get("a")).isEmpty();
    assertThat(ascending("", null)).containsExactly("a=");
  }

  @Test
  void whatIsFrozenStays() {
    put("a", "1");
    put("b", "1");
    store.commit();
    try (Frozen frozen = store.freeze()) {
      put("a", "2");
      store.remove(Space.LIVE, key("b"));
      put("c", "1");
      store.commit();

      assertThat(entries(frozen.ascend(Space.LIVE))).containsExactly("a=1", "b=1");
      frozen.keep();
    }
    assertThat(ascending("", null)).containsExactly("a=2", "c=1");
  }

  @Test
  void whatIsFrozenOutlivesAClear() {
    put("a", "1");
    store.commit();
    try (Frozen frozen = store.freeze()) {
      store.clear();
      put("b", "1");
      store.commit();

      assertThat(entries(frozen.ascend(Space.LIVE))).containsExactly("a=1");
    }
    assertThat(ascending("", null)).containsExactly("b=1");
  }

  @Test
  void afterAClearOnlyWhatFollowsIsThere() {
    put("a", "1");
    store.commit();
    put("b", "1");
    store.clear();

    assertThat(ascending("", null)).isEmpty();
    assertThat(get("a")).isNull();
    put("c", "1");
    assertThat(ascending("", null)).containsExactly("c=1");
    store.commit();
    assertThat(ascending("", null)).containsExactly("c=1");
    assertThat(get("a")).isNull();
    put("d", "1");
    store.commit();
    assertThat(ascending("", null)).containsExactly("c=1", "d=1");
  }

  @Test
  void aKeyThatIsReadAgainAndAgainIsAsItWasWrittenLast() {
    for (String value : List.of("1", "2", "longer", "3")) {
      put("a", value);
      assertThat(get("a")).isEqualTo(value);
      store.commit();
      assertThat(get("a")).isEqualTo(value);
      assertThat(get("a")).isEqualTo(value);
    }
    store.remove(Space.LIVE, key("a"));
    assertThat(get("a")).isNull();
    store.commit();
    assertThat(get("a")).isNull();
  }

  @Test
  void aClearedStoreTakesMoreThanItKeepsInMemory() {
    store.clear();
    String value = "v".repeat(8 << 10);
    for (int i = 0; i < 1_000; i++) {
      put("k%04d".formatted(i), value);
    }
    assertThat(get("k0000")).isEqualTo(value);
    store.commit();

    assertThat(ascending("k0998", null)).containsExactly("k0998=" + value, "k0999=" + value);
  }

  @Test
  void aCursorThatStandsOnNothingGivesNothing() {
    put("a", "1");
    try (Cursor cursor = store.ascend(Space.LIVE, Bytes.EMPTY, null)) {
      assertThatThrownBy(cursor::key).isInstanceOf(IllegalStateException.class);
    }
    store.commit();
    try (Cursor cursor = store.ascend(Space.LIVE, Bytes.EMPTY, null)) {
      assertThatThrownBy(cursor::value).isInstanceOf(IllegalStateException.class);
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.next()).isFalse();
      assertThatThrownBy(cursor::key).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void anySequenceOfWritesIsWhatASortedMapHolds() {
    SplitMix random = new SplitMix(4);
    TreeMap<String, String> twin = new TreeMap<>();
    for (int i = 0; i < 3_000; i++) {
      String key = "k" + random.nextBetween(0, 60);
      if (random.nextBetween(0, 3) == 0) {
        store.remove(Space.HISTORY, key(key));
        twin.remove(key);
      } else {
        store.put(Space.HISTORY, key(key), key("v" + i));
        twin.put(key, "v" + i);
      }
      if (random.nextBetween(0, 20) == 0) {
        store.commit();
      }
      if (i % 10 == 0) {
        String from = "k" + random.nextBetween(0, 60);
        String to = "k" + random.nextBetween(0, 60);
        boolean rising = from.compareTo(to) < 0;
        var part = rising ? twin.subMap(from, to) : new TreeMap<String, String>();
        try (Cursor up = store.ascend(Space.HISTORY, key(from), key(to));
            Cursor down = store.descend(Space.HISTORY, key(from), key(to))) {
          assertThat(entries(up)).isEqualTo(texts(part));
          assertThat(entries(down)).isEqualTo(texts(part).reversed());
        }
      }
    }
  }

  private static List<String> texts(SortedMap<String, String> part) {
    return part.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()).toList();
  }

  private void put(String key, String value) {
    store.put(Space.LIVE, key(key), key(value));
  }

  private @Nullable String get(String key) {
    Bytes value = store.get(Space.LIVE, key(key));
    return value == null ? null : value.toUtf8();
  }

  private List<String> ascending(String from, @Nullable String to) {
    try (Cursor cursor = store.ascend(Space.LIVE, key(from), to == null ? null : key(to))) {
      return entries(cursor);
    }
  }

  private List<String> descending(String from, @Nullable String to) {
    try (Cursor cursor = store.descend(Space.LIVE, key(from), to == null ? null : key(to))) {
      return entries(cursor);
    }
  }

  private static List<String> entries(Cursor cursor) {
    List<String> entries = new ArrayList<>();
    try (cursor) {
      while (cursor.next()) {
        entries.add(cursor.key().toUtf8() + "=" + cursor.value().toUtf8());
      }
    }
    return entries;
  }

  private static Bytes key(String text) {
    return Bytes.utf8(text);
  }
}
