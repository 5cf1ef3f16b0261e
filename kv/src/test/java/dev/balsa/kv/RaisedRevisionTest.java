package dev.balsa.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.kv.KvResult.KvError;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.StateMachine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A snapshot goes on at a later revision, with the same keys and without its past. */
class RaisedRevisionTest {
  private static final long BY = 1_000_000;

  @Test
  void theKeysAreThereAndTheirPastIsCompacted() {
    TestMachine before = filled();
    long last = before.machine().revision();

    TestMachine after = raised(before, BY);

    assertThat(after.machine().revision()).isEqualTo(last + BY);
    assertThat(after.machine().compactRevision()).isEqualTo(last + BY);
    assertThat(after.range(Command.Range.of(TestMachine.all())).kvs())
        .isEqualTo(before.range(Command.Range.of(TestMachine.all())).kvs())
        .hasSizeGreaterThan(20);
    assertThat(after.contentsAt(last + BY)).isEqualTo(before.contents());
    for (long seen : List.of(2L, last, last + 1, last + BY - 1)) {
      after.assertFailed(
          after.machine().range(TestMachine.at(TestMachine.all(), seen)), KvError.COMPACTED);
    }
  }

  @Test
  void whatComesNextIsLaterThanAllThatWasEverSeen() {
    TestMachine before = filled();
    long last = before.machine().revision();

    TestMachine after = raised(before, BY);

    assertThat(after.put("next", "1")).isEqualTo(last + BY + 1);
    assertThat(after.kv("next").modRevision()).isEqualTo(last + BY + 1);
    assertThat(after.kv("k7").version()).isEqualTo(before.kv("k7").version());
  }

  @Test
  void asMuchSpaceComesBackAsByACompaction() {
    TestMachine before = filled();
    TestMachine compacted = filled();
    compacted.put("end", "");
    before.put("end", "");
    compacted.compact(compacted.machine().revision());
    TestMachine after = raised(before, BY);

    sweep(compacted);
    sweep(after);

    assertThat(after.machine().bytes())
        .isLessThan(before.machine().bytes())
        .isBetween(compacted.machine().bytes() - 64, compacted.machine().bytes());
  }

  @Test
  void aCompactionThatWasUnderWayIsFinished() {
    TestMachine before = filled();
    before.compact(before.machine().revision() - 1); // far more than one part
    TestMachine after = raised(before, BY);

    sweep(after);

    TestMachine fresh = raised(filled(), BY);
    sweep(fresh);
    assertThat(after.machine().bytes()).isEqualTo(fresh.machine().bytes());
  }

  @Test
  void aStoreThatWasNeverWrittenToGoesOnThere() {
    TestMachine after = raised(new TestMachine(), BY);

    assertThat(after.machine().revision()).isEqualTo(1 + BY);
    assertThat(after.put("first", "1")).isEqualTo(2 + BY);
  }

  @Test
  void thereIsNoRevisionBeyondTheLast() {
    assertThatThrownBy(() -> raised(filled(), Long.MAX_VALUE))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> raised(filled(), 0)).isInstanceOf(IllegalArgumentException.class);
  }

  private static TestMachine filled() {
    TestMachine machine = new TestMachine();
    for (int i = 0; i < 600; i++) {
      machine.put("k" + i % 37, "value " + i);
    }
    machine.delete("k3");
    return machine;
  }

  private static TestMachine raised(TestMachine before, long by) {
    List<Bytes> parts = new ArrayList<>();
    try (StateMachine.Capture raised = new RaisedRevision(before.machine().capture(), by)) {
      raised.writeTo(parts::add);
    }
    TestMachine after = new TestMachine();
    SnapshotTest.restore(after.machine(), parts);
    after.continueAfter(after.machine().applied());
    return after;
  }

  /** Compaction goes on with each command. */
  private static void sweep(TestMachine machine) {
    for (int i = 0; i < 10; i++) {
      machine.apply(new Command.LeaseRevoke(404));
    }
  }
}
