package dev.balsa.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.KvResult.KvError;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class StoreHashTest {

  @Property(tries = 200)
  void membersAgreeAtEveryRevisionWhateverTheyHaveCompacted(
      @ForAll("commands") List<Command> commands) {
    TestMachine one = new TestMachine();
    TestMachine two = new TestMachine();
    commands.forEach(one::apply);
    commands.forEach(two::apply);
    long newest = one.machine().revision();
    long compacted = Math.max(one.machine().compactRevision(), (newest + 1) / 2);
    two.compact(compacted);

    List<Integer> ones = new ArrayList<>();
    List<Integer> twos = new ArrayList<>();
    for (long revision = compacted; revision <= newest; revision++) {
      ones.add(ofKeys(one, revision));
      twos.add(ofKeys(two, revision));
    }

    assertThat(twos).isEqualTo(ones);
  }

  @Provide
  Arbitrary<List<Command>> commands() {
    return RandomCommands.commands().list().ofMaxSize(60);
  }

  @Test
  void everythingARereadCouldTellChangesTheHash() {
    List<Integer> hashes = new ArrayList<>();
    hashes.add(ofKeys(machine(), 0));
    hashes.add(ofKeys(machine("a=1"), 0));
    hashes.add(ofKeys(machine("a=2"), 0));
    hashes.add(ofKeys(machine("b=1"), 0));
    hashes.add(ofKeys(machine("a=1", "a=1"), 0));
    hashes.add(ofKeys(machine("a=1", "b=1"), 0));
    hashes.add(ofKeys(machine("b=1", "a=1"), 0));
    TestMachine leased = new TestMachine();
    leased.apply(new Command.LeaseGrant(7, 60));
    leased.apply(
        new Command.Put(TestMachine.bytes("a"), TestMachine.bytes("1"), 7, false, false, false));
    hashes.add(ofKeys(leased, 0));

    assertThat(hashes).doesNotHaveDuplicates();
  }

  @Test
  void oldRevisionKeepsItsHashThroughLaterWrites() {
    TestMachine machine = machine("a=1", "b=1");
    int before = ofKeys(machine, 0);

    machine.put("a", "2");
    machine.delete("b");

    assertThat(ofKeys(machine, 3)).isEqualTo(before);
    assertThat(ofKeys(machine, 0)).isNotEqualTo(before);
  }

  @Test
  void whatIsWrittenAfterTheQuestionIsNotHashed() {
    TestMachine machine = machine("a=1");
    int expected = ofKeys(machine, 0);
    try (StoreHash hash = ((StoreHash.Ready) machine.machine().hashAt(0)).hash()) {
      machine.put("a", "2");
      machine.compact(3);

      assertThat(hash.ofKeys()).isEqualTo(expected);
      assertThat(hash.revision()).isEqualTo(2);
      assertThat(hash.newestRevision()).isEqualTo(2);
      assertThat(hash.compactRevision()).isEqualTo(-1);
    }
  }

  @Test
  void compactedAndFutureRevisionsAreRefused() {
    TestMachine machine = machine("a=1", "a=2", "a=3");
    machine.compact(3);

    assertThat(machine.machine().hashAt(2)).isEqualTo(new StoreHash.Refused(KvError.COMPACTED));
    assertThat(machine.machine().hashAt(5))
        .isEqualTo(new StoreHash.Refused(KvError.FUTURE_REVISION));
    assertThat(ofKeys(machine, 3)).isEqualTo(ofKeys(machine("a=1", "a=2", "a=3"), 3));
  }

  @Test
  void hashOfAllSeesHistoryLeasesAndAlarmsButNotTheLog() {
    TestMachine machine = machine("a=1", "a=2");
    int before = ofAll(machine);

    machine.delete("nothing");
    assertThat(ofAll(machine)).isEqualTo(before);
    machine.apply(new Command.LeaseGrant(7, 60));
    int leased = ofAll(machine);
    machine.apply(new Command.AlarmRaise(new Alarm(1, Alarm.Type.CORRUPT)));
    int alarmed = ofAll(machine);
    machine.apply(new Command.AlarmClear(new Alarm(1, Alarm.Type.CORRUPT)));
    machine.compact(3);

    assertThat(List.of(before, leased, alarmed, ofAll(machine))).doesNotHaveDuplicates();
  }

  private static TestMachine machine(String... puts) {
    TestMachine machine = new TestMachine();
    for (String put : puts) {
      String[] keyValue = put.split("=", 2);
      machine.put(keyValue[0], keyValue[1]);
    }
    return machine;
  }

  private static int ofKeys(TestMachine machine, long revision) {
    try (StoreHash hash = ((StoreHash.Ready) machine.machine().hashAt(revision)).hash()) {
      return hash.ofKeys();
    }
  }

  private static int ofAll(TestMachine machine) {
    try (StoreHash hash = ((StoreHash.Ready) machine.machine().hashAt(0)).hash()) {
      return hash.ofAll();
    }
  }
}
