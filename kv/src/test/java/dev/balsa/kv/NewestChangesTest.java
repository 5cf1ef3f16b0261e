package dev.balsa.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.NewestChanges.Kept;
import dev.balsa.raft.Bytes;
import org.junit.jupiter.api.Test;

class NewestChangesTest {
  private final NewestChanges newest = new NewestChanges(5);

  @Test
  void reachBackToTheFirstRevisionThatTheySaw() {
    assertThat(newest.reachBackTo(5)).isTrue();
    assertThat(newest.reachBackTo(4)).isFalse();
    assertThat(newest.from(5)).isEmpty();
  }

  @Test
  void areListedInTheirOrder() {
    Kept first = change(5, 10);
    Kept second = change(6, 10);
    Kept third = change(6, 10);
    newest.add(first);
    newest.add(second);
    newest.add(third);

    assertThat(newest.from(5)).containsExactly(first, second, third);
    assertThat(newest.from(6)).containsExactly(second, third);
    assertThat(newest.from(7)).isEmpty();
  }

  @Test
  void keepNoMoreThanAThousand() {
    for (int i = 0; i < 1_500; i++) {
      newest.add(change(5 + i / 2, 1));
    }

    assertThat(newest.reachBackTo(5 + 250)).isTrue();
    assertThat(newest.reachBackTo(5 + 249)).isFalse();
    assertThat(newest.from(0)).hasSize(1_000);
  }

  @Test
  void forgetARevisionOfWhichAPartIsGone() {
    for (int i = 0; i < 1_001; i++) {
      newest.add(change(5 + i / 2, 1));
    }

    assertThat(newest.reachBackTo(5)).isFalse();
    assertThat(newest.reachBackTo(6)).isTrue();
  }

  @Test
  void keepNoMoreThanAMebibyte() {
    newest.add(change(5, 600 << 10));
    newest.add(change(6, 500 << 10));

    assertThat(newest.reachBackTo(5)).isFalse();
    assertThat(newest.reachBackTo(6)).isTrue();

    newest.add(change(7, 2 << 20));

    assertThat(newest.reachBackTo(7)).isFalse();
    assertThat(newest.reachBackTo(8)).isTrue();
    assertThat(newest.from(8)).isEmpty();
  }

  private static Kept change(long revision, int bytes) {
    return new Kept(Bytes.EMPTY, revision, Bytes.wrap(new byte[bytes]), null);
  }
}
