package dev.balsa.kv;

import static dev.balsa.kv.TestMachine.bytes;
import static dev.balsa.kv.TestMachine.deleteOf;
import static dev.balsa.kv.TestMachine.putOf;
import static dev.balsa.kv.TestMachine.txnOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.Command.AlarmClear;
import dev.balsa.kv.Command.AlarmRaise;
import dev.balsa.kv.Command.Compact;
import dev.balsa.kv.Command.LeaseCheckpoint;
import dev.balsa.kv.Command.LeaseExpire;
import dev.balsa.kv.Command.LeaseGrant;
import dev.balsa.kv.Command.LeaseRevoke;
import dev.balsa.kv.Command.Range;
import dev.balsa.kv.Command.Remaining;
import dev.balsa.kv.Command.Txn;
import dev.balsa.kv.KvResult.AlarmsChanged;
import dev.balsa.kv.KvResult.Done;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.raft.Bytes;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AlarmTest {
  private static final Alarm NOSPACE = new Alarm(1, Alarm.Type.NOSPACE);
  private static final Alarm CORRUPT = new Alarm(2, Alarm.Type.CORRUPT);

  private final TestMachine machine = new TestMachine();

  @BeforeEach
  void fill() {
    machine.put("k", "v");
    machine.put("k", "w");
    machine.apply(new LeaseGrant(7, 60));
    machine.apply(new LeaseGrant(8, 60));
  }

  @Test
  void raisingTwiceAndClearingTwiceChangesOnce() {
    assertThat(machine.apply(new AlarmRaise(NOSPACE))).isEqualTo(changed(NOSPACE));
    assertThat(machine.apply(new AlarmRaise(NOSPACE))).isEqualTo(changed(NOSPACE));
    assertThat(machine.machine().alarms()).containsExactly(NOSPACE);

    assertThat(machine.apply(new AlarmClear(NOSPACE))).isEqualTo(changed(NOSPACE));
    assertThat(machine.apply(new AlarmClear(NOSPACE))).isEqualTo(changed());
    assertThat(machine.machine().alarms()).isEmpty();
  }

  /** The revision is that of the keys, which alarms leave alone. */
  private static AlarmsChanged changed(Alarm... alarms) {
    return new AlarmsChanged(3, List.of(alarms));
  }

  @Test
  void alarmsAreListedByTypeAndMemberWhoeverRaisedThemFirst() {
    Alarm last = new Alarm(-1, Alarm.Type.NOSPACE);
    for (Alarm alarm : List.of(CORRUPT, last, NOSPACE)) {
      machine.apply(new AlarmRaise(alarm));
    }

    assertThat(machine.machine().alarms()).containsExactly(NOSPACE, last, CORRUPT);
    assertThat(machine.machine().hasAlarm(last)).isTrue();
    assertThat(machine.machine().hasAlarm(new Alarm(1, Alarm.Type.CORRUPT))).isFalse();
  }

  static Stream<Arguments> commands() {
    Txn nestedPut = txnOf(txnOf(putOf("a", "1")));
    return Stream.of(
        // command, refused without space, refused with members that disagree
        Arguments.of(putOf("a", "1"), true, true),
        Arguments.of(txnOf(putOf("a", "1")), true, true),
        Arguments.of(new Txn(List.of(), List.of(), List.of(putOf("a", "1"))), true, true),
        Arguments.of(nestedPut, true, true),
        Arguments.of(new LeaseGrant(9, 60), true, true),
        Arguments.of(deleteOf("k", ""), false, true),
        Arguments.of(txnOf(deleteOf("k", "")), false, true),
        Arguments.of(txnOf(), false, true),
        Arguments.of(new Compact(3), false, true),
        Arguments.of(new Command.Sweep(), false, false),
        Arguments.of(new LeaseRevoke(7), false, true),
        Arguments.of(new LeaseExpire(1, List.of(7L)), false, true),
        Arguments.of(new LeaseCheckpoint(1, List.of(new Remaining(7, 5))), false, false));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void alarmsForbidWhatMakesThingsWorse(Command command, boolean grows, boolean changes) {
    List<KvError> errors = new ArrayList<>();
    for (Alarm alarm : List.of(NOSPACE, CORRUPT)) {
      TestMachine alarmed = copy();
      alarmed.apply(new AlarmRaise(alarm));
      errors.add(
          alarmed.apply(command) instanceof KvResult.Failed failed
              ? failed.error()
              : KvError.MALFORMED);
    }

    assertThat(errors)
        .containsExactly(
            grows ? KvError.NO_SPACE : KvError.MALFORMED,
            changes ? KvError.CORRUPT : KvError.MALFORMED);
    assertThat(machine.apply(command)).isInstanceOf(Done.class);
  }

  @Test
  void readsGoOnUnderEveryAlarm() {
    machine.apply(new AlarmRaise(NOSPACE));
    machine.apply(new AlarmRaise(CORRUPT));

    assertThat(machine.contents()).containsExactly("k=w");
    assertThat(machine.machine().read(txnOf(Range.of(KeyRange.single(bytes("k"))))))
        .isInstanceOf(KvResult.TxnDone.class);
  }

  @Test
  void anAlarmOfOneMemberLastsWhileThatOfAnotherIsCleared() {
    Alarm other = new Alarm(3, Alarm.Type.NOSPACE);
    machine.apply(new AlarmRaise(NOSPACE));
    machine.apply(new AlarmRaise(other));

    machine.apply(new AlarmClear(NOSPACE));
    machine.assertFailed(machine.apply(putOf("a", "1")), KvError.NO_SPACE);
    machine.apply(new AlarmClear(other));

    assertThat(machine.apply(putOf("a", "1"))).isInstanceOf(Done.class);
  }

  @Test
  void alarmsArePartOfASnapshotAndOfTheStore() {
    machine.apply(new AlarmRaise(NOSPACE));

    TestMachine restored = copy();

    assertThat(restored.machine().alarms()).containsExactly(NOSPACE);
    restored.assertFailed(restored.apply(putOf("a", "1")), KvError.NO_SPACE);
  }

  private TestMachine copy() {
    List<Bytes> parts = new ArrayList<>();
    try (var capture = machine.machine().capture()) {
      capture.writeTo(parts::add);
    }
    KvMachine copy = new KvMachine();
    Iterator<Bytes> next = parts.iterator();
    copy.restore(() -> next.hasNext() ? next.next() : null);
    TestMachine wrapped = new TestMachine(copy);
    wrapped.continueAfter(copy.applied());
    return wrapped;
  }

  @Test
  void growthIsThatOfTheLargerBranchAndCountsNestedPuts() {
    long put = AlarmRules.growthBytes(putOf("key", "value"));

    assertThat(put).isBetween(11L, 200L);
    assertThat(AlarmRules.growthBytes(txnOf(putOf("key", "value"), txnOf(putOf("key", "value")))))
        .isEqualTo(2 * put);
    assertThat(
            AlarmRules.growthBytes(
                new Txn(List.of(), List.of(deleteOf("a", "b")), List.of(putOf("key", "value")))))
        .isEqualTo(put);
  }

  @Test
  void storeGrowsByNoMoreThanItWasExpectedTo() {
    long before = machine.machine().bytes();

    machine.put("key", "value");
    machine.put("key", "value2");

    assertThat(machine.machine().bytes() - before)
        .isPositive()
        .isLessThanOrEqualTo(
            AlarmRules.growthBytes(putOf("key", "value"))
                + AlarmRules.growthBytes(putOf("key", "value2")));
  }
}
