package dev.balsa.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.AuthChange;
import dev.balsa.kv.Caller;
import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult.LoggedIn;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.StateMachine.Committed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SimpleTokensTest {
  private static final Bytes ALICE = Bytes.utf8("alice");
  private static final Instant BEGAN = Instant.ofEpochSecond(1_700_000_000);

  private final AtomicLong nanos = new AtomicLong();
  private final SimpleTokens tokens =
      new SimpleTokens(
          Duration.ofMinutes(5), nanos::get, () -> BEGAN.plus(Duration.ofNanos(nanos.get())));
  private final KvMachine machine = new KvMachine();
  private long index;

  @Test
  void aTokenLivesAsLongAsItIsUsed() {
    String token = logIn();

    pass(Duration.ofSeconds(299));
    assertThat(caller(token)).isEqualTo(new Caller(ALICE, 2));
    pass(Duration.ofSeconds(299));
    assertThat(caller(token)).isNotNull();
    pass(Duration.ofSeconds(301));
    assertThat(caller(token)).isNull();
  }

  @Test
  void whatIsNotUsedIsForgottenBySweeping() {
    String token = logIn();
    pass(Duration.ofSeconds(301));
    tokens.sweep();
    nanos.set(0);

    assertThat(caller(token)).isNull();
  }

  @Test
  void aTokenThatIsLearnedLateIsAsOldAsItsLogIn() {
    Instant past = BEGAN.minus(Duration.ofSeconds(299));
    String token = logIn(past);

    assertThat(caller(token)).isNotNull();
    String other = logIn(past);
    pass(Duration.ofSeconds(2));
    assertThat(caller(other)).isNull();
    assertThat(caller(token)).isNotNull(); // it was used in the meantime
  }

  @Test
  void aTokenThatHasRunOutIsNotLearned() {
    assertThat(caller(logIn(BEGAN.minus(Duration.ofSeconds(301))))).isNull();
  }

  @Test
  void aClockThatIsAheadElsewhereGivesNoLongerLife() {
    String token = logIn(BEGAN.plus(Duration.ofHours(1)));

    assertThat(caller(token)).isNotNull();
    pass(Duration.ofSeconds(301));
    assertThat(caller(token)).isNull();
  }

  @Test
  void twoLogInsHaveTwoTokens() {
    assertThat(logIn()).isNotEqualTo(logIn());
  }

  @Test
  void aTokenSaysFromWhereOnItIsKnown() {
    assertThat(tokens.knownFrom("abc.17")).isEqualTo(17);
    assertThat(tokens.knownFrom("abc")).isZero();
    assertThat(tokens.knownFrom("abc.x")).isZero();
    assertThat(tokens.knownFrom("")).isZero();
  }

  @Test
  void theLogKnowsADigestThatIsNotTheToken() {
    String letters = tokens.letters();

    assertThat(letters).matches("[A-Za-z]{16}");
    assertThat(SimpleTokens.digest(letters).toByteArray()).hasSize(32);
    assertThat(SimpleTokens.digest(letters)).isNotEqualTo(SimpleTokens.digest("x" + letters));
  }

  private String logIn() {
    return logIn(BEGAN.plus(Duration.ofNanos(nanos.get())));
  }

  private String logIn(Instant at) {
    if (index == 0) {
      apply(new AuthChange.UserAdd(ALICE, Bytes.utf8("hash"), false));
    }
    String letters = tokens.letters();
    long authRevision = machine.auth().revision();
    tokens.loggedIn(
        new LoggedIn(
            1,
            ALICE,
            Bytes.utf8("hash"),
            SimpleTokens.digest(letters),
            authRevision,
            ++index,
            at.toEpochMilli()));
    return SimpleTokens.token(letters, index);
  }

  private void apply(AuthChange change) {
    Bytes command = CommandCodec.encode(new Command.Auth(change));
    assertThat(machine.apply(List.of(new Committed(new EntryId(1, 1), command)))).hasSize(1);
  }

  private @Nullable Caller caller(String token) {
    return tokens.caller(token, machine.auth());
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
