package dev.balsa.raft.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.session.SessionTwinTest.Journal;
import dev.balsa.raft.session.SessionTwinTest.Run;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** Sessions kept in rows beside the machine's own state go on where the rows stand. */
class SessionRowsTest {
  private static final long FAR = 0x0102_0304_0506_0708L;

  private static final class Rows implements SessionRows {
    final TreeMap<Bytes, Bytes> kept = new TreeMap<>();
    final List<Bytes> written = new ArrayList<>(); // names, in order

    @Override
    public void put(Bytes name, Bytes value) {
      kept.put(name, value);
      written.add(name);
    }

    @Override
    public void remove(Bytes name) {
      kept.remove(name);
    }

    @Override
    public void forEach(BiConsumer<Bytes, Bytes> row) {
      kept.forEach(row);
    }

    Rows with(Bytes name, Bytes value) {
      kept.put(name, value);
      return this;
    }
  }

  private final Rows rows = new Rows();
  private final SessionMachine<Bytes, Journal> machine = on(new Journal(), rows);

  private static SessionMachine<Bytes, Journal> on(Journal journal, SessionRows rows) {
    return new SessionMachine<>(journal, ResultCodec.BYTES, rows);
  }

  private SessionResult<Bytes> apply(long index, SessionCommand command) {
    return machine.apply(List.of(at(index, command))).getFirst();
  }

  private static StateMachine.Committed at(long index, SessionCommand command) {
    return new StateMachine.Committed(new EntryId(1, index), command.encode());
  }

  private static Bytes bytes(int... values) {
    byte[] array = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      array[i] = (byte) values[i];
    }
    return Bytes.wrap(array);
  }

  private static SessionCommand request(long sequence, long unanswered) {
    return new SessionCommand.Request(FAR, sequence, unanswered, 7, Bytes.utf8("r" + sequence));
  }

  @Test
  void aMachineThatIsOpenedAgainOnItsRowsAnswersAsOneThatNeverStopped() {
    for (long seed = 1; seed <= 60; seed++) {
      Rows own = new Rows();
      Run run = new Run(seed, on(new Journal(), own), before -> on(before.machine(), own));

      run.go();
    }
  }

  @Test
  void eachRowSaysWhatItsNamePromises() {
    apply(FAR, new SessionCommand.Open(100, 7));
    apply(FAR + 1, request(300, 2));

    assertThat(rows.kept)
        .containsExactly(
            row(bytes(0), bytes(7, 7)),
            row(bytes(1, 1, 2, 3, 4, 5, 6, 7, 8), bytes(100, 107, 2)),
            row(bytes(2, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 1, 44), Bytes.utf8("1:r300")));
  }

  private static Map.Entry<Bytes, Bytes> row(Bytes name, Bytes value) {
    return Map.entry(name, value);
  }

  @Test
  void whatIsAnsweredOrOverLeavesNoRow() {
    apply(FAR, new SessionCommand.Open(100, 7));
    apply(FAR + 1, request(1, 1));
    apply(FAR + 2, request(2, 2));
    int afterTheSecond = rows.kept.size();

    apply(FAR + 3, new SessionCommand.Close(FAR, 7));

    assertThat(afterTheSecond).as("the clocks, the session, one result").isEqualTo(3);
    assertThat(rows.kept.keySet()).containsExactly(bytes(0));
  }

  @Test
  void whatIsOverByItsTimeLeavesNoRow() {
    apply(FAR, new SessionCommand.Open(100, 7));
    apply(FAR + 1, request(1, 1));

    apply(FAR + 2, new SessionCommand.Open(50, 108));

    assertThat(rows.kept.keySet()).containsExactly(bytes(0), bytes(1, 1, 2, 3, 4, 5, 6, 7, 10));
  }

  @Test
  void aResultThatIsLetGoOfWithinItsBatchIsNeverKept() {
    apply(FAR, new SessionCommand.Open(100, 7));

    machine.apply(List.of(at(FAR + 1, request(1, 1)), at(FAR + 2, request(2, 2))));

    assertThat(rows.written)
        .filteredOn(name -> name.at(0) == 2)
        .containsExactly(bytes(2, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 2));
  }

  @Test
  void onlyWhatChangedIsWritten() {
    apply(FAR, new SessionCommand.Open(100, 7));
    rows.written.clear();

    apply(FAR + 1, new SessionCommand.KeepAlive(FAR, 7));
    apply(FAR + 2, new SessionCommand.Plain(Bytes.utf8("x")));
    List<Bytes> without = List.copyOf(rows.written);
    apply(FAR + 3, new SessionCommand.KeepAlive(FAR, 8));
    apply(FAR + 4, request(1, 1));

    assertThat(without).isEmpty();
    assertThat(rows.written)
        .containsExactly(
            bytes(1, 1, 2, 3, 4, 5, 6, 7, 8),
            bytes(0),
            bytes(2, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 1));
  }

  @Test
  void theClocksAndTheSessionsGoOnFromWhereTheRowsStand() {
    apply(FAR, new SessionCommand.Open(100, 6_000));

    SessionMachine<Bytes, Journal> again = on(new Journal(), rows);
    again.apply(List.of(at(FAR + 1, new SessionCommand.KeepAlive(FAR, 6_100))));
    List<SessionResult<Bytes>> late =
        again.apply(List.of(at(FAR + 2, new SessionCommand.KeepAlive(FAR, 6_101))));

    assertThat(rows.kept).containsEntry(bytes(0), bytes(0xed, 0x27, 0xd5, 0x2f));
    assertThat(late).containsExactly(new SessionResult.Alive<>());
  }

  @Test
  void aMachineIsNotCalledForABatchThatHasNothingForIt() {
    List<Integer> batches = new ArrayList<>();
    StateMachine<Bytes> counting =
        commands -> {
          batches.add(commands.size());
          return commands.stream().map(StateMachine.Committed::command).toList();
        };

    new SessionMachine<>(counting, ResultCodec.BYTES)
        .apply(
            List.of(
                at(1, new SessionCommand.Open(100, 7)), at(2, new SessionCommand.KeepAlive(1, 7))));

    assertThat(batches).isEmpty();
  }

  @Test
  void theRowsOfARestoredMachineCountAndNotThoseOfBefore() {
    apply(1, new SessionCommand.Open(100, 0));
    Rows other = new Rows();
    SessionMachine<Bytes, Journal> restored = on(new Journal(), other);
    restored.apply(List.of(at(1, new SessionCommand.Plain(Bytes.utf8("gone")))));
    other.kept.putAll(rows.kept); // as a machine does whose snapshot holds them

    restored.restore(new ArrayDeque<>(List.of(Bytes.utf8("x")))::poll);

    assertThat(restored.sessions()).isEqualTo(1);
    assertThat(captured(restored)).containsExactly(Bytes.utf8("x"));
  }

  @Test
  void theSnapshotIsTheMachinesOwn() {
    apply(1, new SessionCommand.Plain(Bytes.utf8("x")));

    assertThat(captured(machine)).containsExactly(Bytes.utf8("x"));
  }

  private static List<Bytes> captured(SessionMachine<Bytes, Journal> machine) {
    List<Bytes> parts = new ArrayList<>();
    try (StateMachine.Capture capture = Objects.requireNonNull(machine.capture())) {
      capture.writeTo(parts::add);
    }
    return parts;
  }

  @Test
  void rowsThatNobodyWroteAreRefused() {
    Bytes numbers = bytes(1, 1, 1);

    assertThatThrownBy(() -> opened(bytes(3), numbers))
        .hasMessage("session data of 3 bytes has a row of kind 3 at byte 0");
    assertThatThrownBy(() -> opened(bytes(1, 0, 0, 0, 0, 0, 0, 0), numbers))
        .hasMessage("session data has a name of 8 bytes, too short");
    assertThatThrownBy(
            () -> opened(bytes(2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1), numbers))
        .hasMessage(
            "session data of 3 bytes has the result of a session that is not there, at byte 0");
    assertThatThrownBy(() -> opened(bytes(0), bytes(1)))
        .hasMessage("session data of 1 bytes ends too early at byte 1");
  }

  private static void opened(Bytes name, Bytes value) {
    on(new Journal(), new Rows().with(name, value));
  }

  @Test
  void wholeNumbersReadBackAsTheyWere() {
    for (long number : new long[] {Long.MIN_VALUE, -1, 0, 42, Long.MAX_VALUE}) {
      assertThat(ResultCodec.LONG.decode(ResultCodec.LONG.encode(number))).isEqualTo(number);
    }
  }
}
