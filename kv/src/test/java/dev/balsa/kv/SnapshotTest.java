package dev.balsa.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.StateMachine.Committed;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** A restored machine is the captured one, to the last version and for every later command. */
class SnapshotTest {

  @Property(tries = 200)
  void aRestoredMachineEqualsTheCapturedOneNowAndAfterEveryLaterCommand(
      @ForAll("commands") List<Command> before,
      @ForAll("commands") List<Command> other,
      @ForAll("commands") List<Command> after) {
    TestMachine original = new TestMachine();
    before.forEach(original::apply);
    TestMachine restored = new TestMachine();
    other.forEach(restored::apply); // nothing of this may remain

    restore(restored.machine(), parts(original.machine()));

    assertSame(restored.machine(), original.machine());
    long index = 1_000;
    for (Command command : after) {
      List<Committed> next =
          List.of(new Committed(new EntryId(1, ++index), CommandCodec.encode(command)));
      assertThat(restored.machine().apply(next)).isEqualTo(original.machine().apply(next));
    }
    assertSame(restored.machine(), original.machine());
  }

  @Provide
  Arbitrary<List<Command>> commands() {
    return RandomCommands.commands().list().ofMaxSize(60);
  }

  @Test
  void whatIsWrittenAfterTheCaptureIsNotInIt() {
    TestMachine machine = new TestMachine();
    machine.put("a", "1");
    try (StateMachine.Capture capture = machine.machine().capture()) {
      machine.put("a", "2");
      machine.delete("a");
      machine.put("b", "3");

      List<Bytes> parts = new ArrayList<>();
      capture.writeTo(parts::add);
      TestMachine restored = new TestMachine();
      restore(restored.machine(), parts);

      assertThat(restored.contents()).containsExactly("a=1");
      assertThat(machine.contents()).containsExactly("b=3");
    }
  }

  @Test
  void leasesAndTheirKeysSurvive() {
    TestMachine machine = new TestMachine();
    machine.apply(new Command.LeaseGrant(7, 60));
    machine.apply(new Command.LeaseCheckpoint(1, List.of(new Command.Remaining(7, 20))));
    machine.apply(new Command.Put(TestMachine.bytes("k"), Bytes.EMPTY, 7, false, false, false));
    TestMachine restored = new TestMachine();
    restored.apply(new Command.LeaseGrant(8, 60));

    restore(restored.machine(), parts(machine.machine()));

    assertThat(restored.machine().leases()).containsExactly(new Lease(7, 60, 20));
    assertThat(restored.machine().leaseKeys(7)).containsExactly(TestMachine.bytes("k"));
  }

  @Test
  void oldRevisionsAndTheCompactedOneSurvive() {
    TestMachine machine = new TestMachine();
    for (int i = 1; i <= 9; i++) {
      machine.put("k", Integer.toString(i));
    }
    machine.compact(5);
    TestMachine restored = new TestMachine();

    restore(restored.machine(), parts(machine.machine()));

    assertThat(restored.contentsAt(7)).isEqualTo(machine.contentsAt(7)).containsExactly("k=6");
    assertThat(restored.machine().compactRevision()).isEqualTo(5);
    restored.assertFailed(
        restored.machine().range(TestMachine.at(TestMachine.all(), 4)), KvResult.KvError.COMPACTED);
  }

  @Test
  void theSameStateGivesTheSameParts() {
    KvMachine one = filled();
    KvMachine other = filled();

    assertThat(parts(one)).isEqualTo(parts(other));
  }

  @Test
  void anotherFormatIsRefusedBeforeAnythingIsLost() {
    TestMachine machine = new TestMachine();
    machine.put("a", "1");

    assertThatThrownBy(() -> restore(machine.machine(), List.of(Bytes.wrap(new byte[] {9}))))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("snapshot format 9, this build reads 1");
    assertThat(machine.contents()).containsExactly("a=1");
  }

  @Test
  void anyCutOrFlippedPartIsRefusedOrReadButNeverBreaksTheReader() {
    KvMachine machine = filled();
    List<Bytes> parts = parts(machine);
    SplitMix random = new SplitMix(1);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      List<Bytes> damaged = new ArrayList<>(parts);
      int at = (int) random.nextBetween(0, parts.size());
      byte[] bytes = parts.get(at).toByteArray();
      bytes[(int) random.nextBetween(0, bytes.length)] ^= (byte) random.nextBetween(1, 256);
      damaged.set(at, Bytes.wrap(bytes));
      try {
        restore(new KvMachine(), damaged);
      } catch (MalformedBytesException | IllegalArgumentException expected) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  private static KvMachine filled() {
    TestMachine machine = new TestMachine();
    for (int i = 0; i < 200; i++) {
      machine.put("k" + i % 23, "v".repeat(i) + i);
      if (i % 7 == 0) {
        machine.delete("k" + i % 11);
      }
    }
    machine.compact(100);
    return machine.machine();
  }

  private static void assertSame(KvMachine found, KvMachine wanted) {
    assertThat(found.stateHash()).isEqualTo(wanted.stateHash());
    assertThat(found.revision()).isEqualTo(wanted.revision());
    assertThat(found.compactRevision()).isEqualTo(wanted.compactRevision());
    assertThat(found.applied()).isEqualTo(wanted.applied());
    assertThat(found.keys()).isEqualTo(wanted.keys());
    assertThat(found.bytes()).isEqualTo(wanted.bytes());
    long oldest = Math.max(1, wanted.compactRevision());
    for (long revision = oldest; revision <= wanted.revision(); revision++) {
      Command.Range all = TestMachine.at(TestMachine.all(), revision);
      assertThat(found.range(all)).as("at %s", revision).isEqualTo(wanted.range(all));
    }
  }

  static List<Bytes> parts(KvMachine machine) {
    List<Bytes> parts = new ArrayList<>();
    try (StateMachine.Capture capture = machine.capture()) {
      capture.writeTo(parts::add);
    }
    return parts;
  }

  static void restore(KvMachine machine, List<Bytes> parts) {
    Iterator<Bytes> next = parts.iterator();
    machine.restore(() -> next.hasNext() ? next.next() : null);
  }
}
