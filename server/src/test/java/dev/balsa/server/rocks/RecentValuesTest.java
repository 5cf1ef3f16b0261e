package dev.balsa.server.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.SplitMix;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecentValuesTest {
  private static final int KIB = 1024;

  private final RecentValues values = new RecentValues(64 * KIB);

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 4 << 10, 64 << 10, 1 << 20})
  void whatIsFoundIsWhatWasPutLast(int bytes) {
    RecentValues small = new RecentValues(bytes);
    Map<Bytes, Bytes> model = new HashMap<>();
    SplitMix random = new SplitMix(bytes);
    int found = 0;
    for (int i = 0; i < 200_000; i++) {
      Bytes key = Bytes.utf8("k" + random.nextBetween(0, 999));
      switch ((int) random.nextBetween(0, 5)) {
        case 0 -> {
          small.remove(key);
          model.remove(key);
        }
        case 1, 2 -> {
          Bytes value = Bytes.wrap(new byte[(int) random.nextBetween(0, 300)]);
          value = i % 2 == 0 ? value : Bytes.utf8("v" + i);
          small.put(key, value);
          model.put(key, value);
        }
        default -> {
          Bytes value = small.get(key);
          if (value != null) {
            assertThat(value).isEqualTo(model.get(key));
            found++;
          }
        }
      }
    }
    assertThat(found > 0).isEqualTo(bytes >= 4 << 10);
  }

  @Test
  void fewKeysThatAreWrittenOverAndOverAreAllThere() {
    for (int i = 0; i < 100_000; i++) {
      values.put(key(i % 10), Bytes.utf8("%06d".formatted(i)));
    }

    for (int i = 0; i < 10; i++) {
      assertThat(values.get(key(i))).isEqualTo(Bytes.utf8("%06d".formatted(99_990 + i)));
    }
  }

  @Test
  void theOldestMakeRoom() {
    Bytes value = Bytes.wrap(new byte[400]);
    for (int i = 0; i < 1_000; i++) {
      values.put(key(i), value);
    }

    assertThat(values.get(key(999))).isEqualTo(value);
    assertThat(values.get(key(0))).isNull();
  }

  @Test
  void aLargeValueIsNotKeptAndTheOneBeforeIsForgotten() {
    values.put(key(1), Bytes.utf8("small"));

    values.put(key(1), Bytes.wrap(new byte[KIB]));

    assertThat(values.get(key(1))).isNull();
  }

  @Test
  void anEmptyValueIsOneAndARemovedOneIsNone() {
    values.put(Bytes.EMPTY, Bytes.EMPTY);

    assertThat(values.get(Bytes.EMPTY)).isEqualTo(Bytes.EMPTY);

    values.remove(Bytes.EMPTY);
    assertThat(values.get(Bytes.EMPTY)).isNull();
  }

  @Test
  void nothingIsLeftWhenItIsCleared() {
    values.put(key(1), Bytes.utf8("a"));

    values.clear();

    assertThat(values.get(key(1))).isNull();
    values.put(key(1), Bytes.utf8("b"));
    assertThat(values.get(key(1))).isEqualTo(Bytes.utf8("b"));
  }

  private static Bytes key(int number) {
    return Bytes.utf8("key" + number);
  }
}
