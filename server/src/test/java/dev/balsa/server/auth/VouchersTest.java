package dev.balsa.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.KvMachine;
import dev.balsa.kv.MemoryStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Log-ins of users whom certificates name are used again, and not kept for ever. */
class VouchersTest {
  private static final Duration TTL = Duration.ofMinutes(5);

  private final List<String> loggedIn = new ArrayList<>();
  private long nanos;
  private final Authority authority =
      new Authority(new SimpleTokens(TTL, () -> nanos, Clock.systemUTC()));
  private final Vouchers vouchers = new Vouchers(authority, this::logIn, TTL, () -> nanos);

  @BeforeEach
  void attach() {
    authority.attached(new KvMachine(new MemoryStore()));
  }

  private CompletableFuture<String> logIn(String user) {
    loggedIn.add(user);
    return user.equals("nobody")
        ? CompletableFuture.failedFuture(new IllegalArgumentException(user))
        : CompletableFuture.completedFuture(user + "." + loggedIn.size());
  }

  @Test
  void aTokenIsShownForHalfItsLife() {
    assertThat(vouchers.tokenOf("alice").join()).isEqualTo("alice.1");
    nanos = TTL.toNanos() / 2 - 1;
    assertThat(vouchers.tokenOf("alice").join()).isEqualTo("alice.1");
    nanos++;
    assertThat(vouchers.tokenOf("alice").join()).isEqualTo("alice.2");
  }

  @Test
  void aLogInThatFailedIsTriedAgain() {
    assertThat(vouchers.tokenOf("nobody")).isCompletedExceptionally();
    assertThat(vouchers.tokenOf("nobody")).isCompletedExceptionally();

    assertThat(loggedIn).containsExactly("nobody", "nobody");
  }

  @Test
  void ofTooManyUsersThatOneIsForgottenWhoWasAwayForTheLongest() {
    for (int user = 0; user < Vouchers.USERS_MAX; user++) {
      assertThat(vouchers.tokenOf("user " + user)).isCompleted();
    }
    assertThat(vouchers.tokenOf("user 0")).isCompleted();
    assertThat(vouchers.tokenOf("one more")).isCompleted();
    loggedIn.clear();

    assertThat(vouchers.tokenOf("user 0")).isCompleted();
    assertThat(vouchers.tokenOf("user 1")).isCompleted();

    assertThat(loggedIn).containsExactly("user 1");
  }
}
