package dev.balsa.raft.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.session.ResultCodec;
import dev.balsa.raft.session.SessionCommand;
import dev.balsa.raft.session.SessionMachine;
import dev.balsa.raft.session.SessionResult;
import dev.balsa.raft.session.SessionResult.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A command that is submitted again takes effect once, within a session of its client. */
class Thesis63SessionsTest {
  private static final long TIMEOUT = 4_000;

  private final Sum sum = new Sum();
  private final SessionMachine<Long, Sum> machine = new SessionMachine<>(sum, ResultCodec.LONG);
  private long index;

  private static final class Sum implements StateMachine<Long> {
    private long value;
    private final List<Integer> batches = new ArrayList<>();

    @Override
    public List<Long> apply(List<Committed> commands) {
      batches.add(commands.size());
      return commands.stream().map(c -> value += Long.parseLong(c.command().toUtf8())).toList();
    }
  }

  @Test
  @Paper("thesis §6.3")
  void aRepeatedRequestGetsItsFirstResultAndChangesNothing() {
    long session = open(0);

    assertThat(apply(add(session, 1, 1, 0, 5))).isEqualTo(new SessionResult.Done<>(5L, false));
    assertThat(apply(add(session, 2, 1, 0, 7))).isEqualTo(new SessionResult.Done<>(12L, false));
    assertThat(apply(add(session, 1, 1, 0, 5))).isEqualTo(new SessionResult.Done<>(5L, true));
    assertThat(sum.value).isEqualTo(12);
  }

  @Test
  @Paper("thesis §6.3")
  void requestsUnderWayTogetherMayComeInAnyOrder() {
    long session = open(0);

    apply(add(session, 3, 1, 0, 100));
    apply(add(session, 1, 1, 0, 1));

    assertThat(apply(add(session, 3, 1, 0, 100))).isEqualTo(new SessionResult.Done<>(100L, true));
    assertThat(apply(add(session, 2, 1, 0, 10))).isEqualTo(new SessionResult.Done<>(111L, false));
  }

  @Test
  @Paper("thesis §6.3")
  void twoCopiesInOneBatchTakeEffectOnceAndTheMachineSeesOneBatch() {
    long session = open(0);
    Bytes first = add(session, 1, 1, 0, 5);

    List<SessionResult<Long>> results =
        machine.apply(committed(first, add(session, 2, 1, 0, 7), first));

    assertThat(results)
        .containsExactly(
            new SessionResult.Done<>(5L, false),
            new SessionResult.Done<>(12L, false),
            new SessionResult.Done<>(5L, true));
    assertThat(sum.batches).containsExactly(2);
  }

  @Test
  @Paper("thesis §6.3")
  void aLateCopyOfAnAnsweredRequestIsNotDoneAgain() {
    long session = open(0);
    apply(add(session, 1, 1, 0, 5));
    apply(add(session, 2, 2, 0, 7));

    assertThat(apply(add(session, 1, 1, 0, 5)))
        .isEqualTo(new SessionResult.Refused<>(Reason.SUPERSEDED));
    assertThat(sum.value).isEqualTo(12);
  }

  @Test
  @Paper("thesis §6.3")
  void asManyResultsAreKeptAsTheWindowHoldsAndTheNextRequestWaits() {
    long session = open(0);
    for (int i = 1; i <= SessionMachine.WINDOW_MAX; i++) {
      apply(add(session, i, 1, 0, 1));
    }
    long next = SessionMachine.WINDOW_MAX + 1L;

    assertThat(apply(add(session, next, 1, 0, 1)))
        .isEqualTo(new SessionResult.Refused<>(Reason.WINDOW_FULL));
    assertThat(apply(add(session, next, 2, 0, 1))).isEqualTo(new SessionResult.Done<>(next, false));
  }

  @Test
  @Paper("thesis §6.3")
  void aSilentSessionExpiresByTheStampsOfOthersAndItsCopiesDoNothing() {
    long silent = open(0);
    long other = open(0);
    apply(add(silent, 1, 1, 0, 5));

    apply(SessionCommand.KeepAlive::new, other, TIMEOUT);
    SessionResult<Long> atTheEnd = apply(SessionCommand.KeepAlive::new, silent, TIMEOUT);
    apply(SessionCommand.KeepAlive::new, other, 2 * TIMEOUT);
    apply(SessionCommand.KeepAlive::new, other, 2 * TIMEOUT + 1);

    assertThat(atTheEnd).isEqualTo(new SessionResult.Alive<>());
    assertThat(apply(add(silent, 1, 1, 0, 5))).isEqualTo(new SessionResult.Expired<>());
    assertThat(apply(add(silent, 2, 1, 0, 5))).isEqualTo(new SessionResult.Expired<>());
    assertThat(sum.value).isEqualTo(5);
    assertThat(machine.sessions()).isEqualTo(1);
  }

  @Test
  @Paper("thesis §6.3")
  void aStampOfThePastTakesNothingBack() {
    long session = open(10_000);
    apply(SessionCommand.KeepAlive::new, session, 12_000);
    apply(SessionCommand.KeepAlive::new, session, 1);

    assertThat(apply(SessionCommand.KeepAlive::new, session, 12_000 + TIMEOUT))
        .isEqualTo(new SessionResult.Alive<>());
    assertThat(apply(SessionCommand.KeepAlive::new, session, 12_000 + 2 * TIMEOUT + 1))
        .isEqualTo(new SessionResult.Expired<>());
  }

  @Test
  @Paper("thesis §6.3")
  void neitherALongSilenceOfAllNorAClockSetAheadEndsASession() {
    long hour = 3_600_000;
    SessionResult<Long> opened =
        apply(new SessionCommand.Open(SessionMachine.GAP_MILLIS_MAX, 0).encode());
    long session = ((SessionResult.Opened<Long>) opened).session();
    open(hour);

    assertThat(apply(SessionCommand.KeepAlive::new, session, 20))
        .isEqualTo(new SessionResult.Alive<>());
  }

  @Test
  @Paper("thesis §6.3")
  void aClosedSessionIsGoneAndMayBeClosedAgain() {
    long session = open(0);

    assertThat(apply(SessionCommand.Close::new, session, 0))
        .isEqualTo(new SessionResult.Closed<>());
    assertThat(apply(SessionCommand.Close::new, session, 0))
        .isEqualTo(new SessionResult.Closed<>());
    assertThat(apply(add(session, 1, 1, 0, 5))).isEqualTo(new SessionResult.Expired<>());
  }

  @Test
  @Paper("thesis §6.3")
  void plainCommandsTakeEffectEachTimeAndOtherBytesNever() {
    Bytes plain = new SessionCommand.Plain(Bytes.utf8("3")).encode();

    assertThat(machine.apply(committed(plain, Bytes.utf8("3"), plain, Bytes.EMPTY)))
        .containsExactly(
            new SessionResult.Done<>(3L, false),
            new SessionResult.Refused<>(Reason.MALFORMED),
            new SessionResult.Done<>(6L, false),
            new SessionResult.Refused<>(Reason.MALFORMED));
  }

  @Test
  @Paper("thesis §6.3")
  void noMoreSessionsOpenThanTheTableHolds() {
    List<Bytes> commands =
        LongStream.range(0, SessionMachine.SESSIONS_MAX)
            .mapToObj(i -> new SessionCommand.Open(TIMEOUT, 0).encode())
            .toList();
    machine.apply(committed(commands.toArray(Bytes[]::new)));

    SessionResult<Long> one = apply(new SessionCommand.Open(TIMEOUT, 0).encode());
    SessionResult<Long> later = apply(new SessionCommand.Open(TIMEOUT, TIMEOUT + 1).encode());

    assertThat(one).isEqualTo(new SessionResult.Refused<>(Reason.TOO_MANY_SESSIONS));
    assertThat(later).isInstanceOf(SessionResult.Opened.class);
    assertThat(machine.sessions()).isEqualTo(1);
  }

  private interface Word {
    SessionCommand of(long session, long stamp);
  }

  private long open(long stamp) {
    SessionResult<Long> opened = apply(new SessionCommand.Open(TIMEOUT, stamp).encode());
    assertThat(opened).isEqualTo(new SessionResult.Opened<>(index));
    return index;
  }

  private SessionResult<Long> apply(Word word, long session, long stamp) {
    return apply(word.of(session, stamp).encode());
  }

  private SessionResult<Long> apply(Bytes command) {
    return machine.apply(committed(command)).getFirst();
  }

  private List<StateMachine.Committed> committed(Bytes... commands) {
    List<StateMachine.Committed> committed = new ArrayList<>();
    for (Bytes command : commands) {
      committed.add(new StateMachine.Committed(new EntryId(1, ++index), command));
    }
    return committed;
  }

  private static Bytes add(long session, long sequence, long unanswered, long stamp, long number) {
    Bytes command = Bytes.utf8(Long.toString(number));
    return new SessionCommand.Request(session, sequence, unanswered, stamp, command).encode();
  }
}
