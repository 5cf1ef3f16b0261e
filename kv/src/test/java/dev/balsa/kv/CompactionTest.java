package dev.balsa.kv;

import static dev.balsa.kv.TestMachine.all;
import static dev.balsa.kv.TestMachine.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.KvResult.CompactDone;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.kv.OrderedStore.Cursor;
import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.raft.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What compaction removes, keeps and refuses. */
class CompactionTest {
  private final MemoryStore store = new MemoryStore();
  private final TestMachine machine = new TestMachine(new KvMachine(store));

  @Test
  void newStoreWasNeverCompacted() {
    assertThat(machine.machine().compactRevision()).isEqualTo(-1);
  }

  @Test
  void compactionLeavesTheRevision() {
    machine.put("a", "1");

    assertThat(machine.compact(2)).isEqualTo(new CompactDone(2));
    assertThat(machine.machine().compactRevision()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 2, 0, -1})
  void compactedRevisionIsRefused(long revision) {
    fillAndCompactAtThree();

    machine.assertFailed(machine.compact(revision), KvError.COMPACTED);
  }

  @Test
  void futureRevisionIsRefused() {
    fillAndCompactAtThree();

    machine.assertFailed(machine.compact(5), KvError.FUTURE_REVISION);
  }

  @Test
  void readBelowIsRefused() {
    fillAndCompactAtThree();

    machine.assertFailed(machine.machine().range(at(all(), 2)), KvError.COMPACTED);
  }

  @Test
  void readAtTheCompactedRevisionWorks() {
    fillAndCompactAtThree();

    assertThat(machine.contentsAt(3)).containsExactly("a=2");
  }

  @Test
  void newestVersionAtOrBelowStays() {
    machine.put("a", "1"); // 2
    machine.put("b", "1"); // 3
    machine.put("a", "2"); // 4
    machine.compact(3);

    assertThat(machine.contentsAt(3)).containsExactly("a=1", "b=1");
    assertThat(history()).containsExactly("a@2");
  }

  @Test
  void supersededVersionsGo() {
    machine.put("a", "1");
    machine.put("a", "2");
    machine.put("a", "3");

    machine.compact(4);

    assertThat(history()).isEmpty();
    assertThat(machine.contents()).containsExactly("a=3");
  }

  @Test
  void tombstoneOnTheRevisionStays() {
    machine.put("a", "1");
    machine.delete("a");

    machine.compact(3);

    assertThat(history()).containsExactly("a@3");
  }

  @Test
  void tombstoneBelowTheRevisionGoes() {
    machine.put("a", "1");
    machine.delete("a");
    machine.put("b", "1");

    machine.compact(4);

    assertThat(history()).isEmpty();
  }

  @Test
  void tombstoneKeptByOneCompactionGoesWithTheNext() {
    machine.put("a", "1");
    machine.delete("a");
    machine.compact(3);
    machine.put("b", "1");

    machine.compact(4);

    assertThat(history()).isEmpty();
  }

  @Test
  void spaceComesBack() {
    machine.put("a", "same size");
    machine.compact(2);
    long before = machine.machine().bytes();
    machine.put("a", "same size");
    machine.put("a", "same size");

    machine.compact(4);

    assertThat(machine.machine().bytes()).isEqualTo(before);
  }

  @Test
  void hashSeesNoCompaction() {
    machine.put("a", "1");
    long before = machine.machine().stateHash();

    machine.compact(2);

    assertThat(machine.machine().stateHash()).isEqualTo(before);
  }

  @Test
  void manyRevisionsGoInPartsWithTheCommandsThatFollow() {
    int versions = 3 * Compaction.PART_CHANGES + 7;
    for (int i = 0; i < versions; i++) {
      machine.put("a", "v" + i);
    }

    machine.compact(machine.machine().revision());

    int left = history().size();
    assertThat(versions - left).isBetween(1, Compaction.PART_CHANGES + 1);
    machine.assertFailed(machine.machine().range(at(all(), 3)), KvError.COMPACTED);
    assertThat(machine.contents()).containsExactly("a=v" + (versions - 1));
    while (!history().isEmpty()) {
      machine.delete("no such key");
      assertThat(left - history().size()).isBetween(1, Compaction.PART_CHANGES);
      left = history().size();
    }
    assertThat(store.get(Space.META, Bytes.utf8("sweep"))).isNull();
  }

  @Test
  void aCommandThatDoesNothingElseGoesOnWithIt() {
    for (int i = 0; i < 2 * Compaction.PART_CHANGES; i++) {
      machine.put("a", "v" + i);
    }
    machine.compact(machine.machine().revision());
    long bytes = machine.machine().bytes();
    long revision = machine.machine().revision();

    assertThat(machine.machine().isCompacting()).isTrue();
    while (machine.machine().isCompacting()) {
      assertThat(machine.apply(new Command.Sweep())).isEqualTo(new KvResult.CompactDone(revision));
    }

    assertThat(history()).isEmpty();
    assertThat(machine.machine().bytes()).isLessThan(bytes / 10);
    assertThat(machine.contents()).containsExactly("a=v" + (2 * Compaction.PART_CHANGES - 1));
  }

  @Test
  void aCompactionUnderWayGoesOnAfterARestart() {
    for (int i = 0; i < 300; i++) {
      machine.put("a", "v" + i);
    }
    machine.compact(machine.machine().revision());
    int left = history().size();

    TestMachine reopened = new TestMachine(new KvMachine(store), 1_000);
    reopened.delete("no such key");

    assertThat(history()).hasSize(left - Compaction.PART_CHANGES);
  }

  @Test
  void aCompactionUnderWayIsOvertakenByTheNext() {
    for (int i = 0; i < 300; i++) {
      machine.put("a", "v" + i);
    }
    machine.compact(200);
    machine.compact(301);
    for (int i = 0; i < 5; i++) {
      machine.delete("no such key");
    }

    assertThat(history()).isEmpty();
    assertThat(machine.contentsAt(301)).containsExactly("a=v299");
  }

  private void fillAndCompactAtThree() {
    machine.put("a", "1");
    machine.put("a", "2");
    machine.put("a", "3");
    machine.compact(3);
  }

  private List<String> history() {
    List<String> entries = new ArrayList<>();
    try (Cursor cursor = store.ascend(Space.HISTORY, Bytes.EMPTY, null)) {
      while (cursor.next()) {
        entries.add(
            HistoryKey.userKey(cursor.key()).toUtf8() + "@" + HistoryKey.revision(cursor.key()));
      }
    }
    return entries;
  }
}
