package dev.balsa.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.Command.Range;
import dev.balsa.kv.OrderedStore.Cursor;
import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.StateMachine.Committed;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** The machine against {@link NaiveModel}, command by command. */
class ModelTest {
  @Property(tries = 600)
  void machineAnswersAsTheModel(
      @ForAll("scripts") List<Command> script, @ForAll("reads") List<Range> reads) {
    MemoryStore store = new MemoryStore();
    KvMachine machine = new KvMachine(store);
    NaiveModel model = new NaiveModel();

    for (int i = 0; i < script.size(); i++) {
      Committed committed = committed(i + 1, script.get(i));
      KvResult expected = model.execute(script.get(i));

      assertThat(machine.apply(List.of(committed))).containsExactly(expected);
      assertThat(machine.revision()).isEqualTo(model.revision());
      Range read = reads.get(i % reads.size());
      assertThat(machine.range(read)).isEqualTo(model.read(read));
    }
    for (Range read : reads) {
      assertThat(machine.range(read)).isEqualTo(model.read(read));
    }
    assertThat(history(store)).isEqualTo(model.history());
    assertThat(machine.bytes()).isEqualTo(store.bytes() - bytesOf(store, Space.META));
    assertThat(machine.leases()).isEqualTo(model.leases());
    for (Lease lease : model.leases()) {
      assertThat(machine.leaseKeys(lease.id())).isEqualTo(model.leaseKeys(lease.id()));
    }
    assertThat(machine.leaseKeys(7)).isEqualTo(model.leaseKeys(7));
  }

  /** Whatever the size of the pages, together they are everything that happened, once. */
  @Property(tries = 300)
  void pagesOfHistoryAreWhatHappened(
      @ForAll("scripts") List<Command> script,
      @ForAll @IntRange(min = 0, max = 12) int start,
      @ForAll @IntRange(min = 1, max = 4) int changesMax) {
    MemoryStore store = new MemoryStore();
    KvMachine applied = new KvMachine(store);
    NaiveModel model = new NaiveModel();
    for (int i = 0; i < script.size(); i++) {
      applied.apply(List.of(committed(i + 1, script.get(i))));
      model.execute(script.get(i));
    }

    assertHistory(applied, model, start, changesMax);
    assertHistory(new KvMachine(store), model, start, changesMax); // which has applied nothing
  }

  private static void assertHistory(
      KvMachine machine, NaiveModel model, long start, int changesMax) {
    long from = start;
    List<Change> changes = new ArrayList<>();
    while (from <= machine.revision()) {
      HistoryQuery query = new HistoryQuery(from, changesMax, Long.MAX_VALUE, true);
      switch (machine.history(query)) {
        case History.Page(List<Change> page, long next, long revision) -> {
          assertThat(next).isGreaterThan(from);
          assertThat(page).allMatch(change -> change.revision() < next);
          changes.addAll(page);
          from = next;
        }
        case History.Compacted(long compacted) -> {
          assertThat(compacted).isEqualTo(model.compactRevision()).isGreaterThan(from);
          from = compacted;
        }
      }
    }

    assertThat(changes).isEqualTo(model.changes(Math.max(start, model.compactRevision())));
  }

  @Property(tries = 200)
  void batchesDoNotMatter(@ForAll("scripts") List<Command> script, @ForAll int split) {
    int cut = Math.floorMod(split, script.size() + 1);
    KvMachine whole = new KvMachine();
    KvMachine parted = new KvMachine();
    KvMachine single = new KvMachine();
    List<Committed> log = new ArrayList<>();
    for (int i = 0; i < script.size(); i++) {
      log.add(committed(i + 1, script.get(i)));
    }

    List<KvResult> atOnce = whole.apply(log);
    List<KvResult> inTwo = new ArrayList<>(parted.apply(log.subList(0, cut)));
    inTwo.addAll(parted.apply(log.subList(cut, log.size())));
    List<KvResult> oneByOne = new ArrayList<>();
    log.forEach(committed -> oneByOne.addAll(single.apply(List.of(committed))));

    assertThat(atOnce).isEqualTo(inTwo).isEqualTo(oneByOne);
    assertThat(whole.stateHash()).isEqualTo(parted.stateHash()).isEqualTo(single.stateHash());
    assertThat(whole.bytes()).isEqualTo(parted.bytes()).isEqualTo(single.bytes());
  }

  @Property(tries = 200)
  void machineGoesOnWhereItsStoreStands(@ForAll("scripts") List<Command> script) {
    MemoryStore store = new MemoryStore();
    KvMachine steady = new KvMachine();

    for (int i = 0; i < script.size(); i++) {
      List<Committed> next = List.of(committed(i + 1, script.get(i)));
      KvMachine reopened = new KvMachine(store);

      assertThat(reopened.apply(next)).isEqualTo(steady.apply(next));
      assertThat(reopened.stateHash()).isEqualTo(steady.stateHash());
      assertThat(reopened.applied()).isEqualTo(new EntryId(1, i + 1));
    }
  }

  @Provide
  Arbitrary<List<Command>> scripts() {
    return RandomCommands.commands().list().ofMinSize(1).ofMaxSize(40);
  }

  @Provide
  Arbitrary<List<Range>> reads() {
    return RandomCommands.ranges().list().ofSize(10);
  }

  private static Committed committed(int index, Command command) {
    return new Committed(new EntryId(1, index), CommandCodec.encode(command));
  }

  private static long bytesOf(MemoryStore store, Space space) {
    long bytes = 0;
    try (Cursor cursor = store.ascend(space, Bytes.EMPTY, null)) {
      while (cursor.next()) {
        bytes += cursor.key().length() + cursor.value().length();
      }
    }
    return bytes;
  }

  private static SortedSet<String> history(MemoryStore store) {
    TreeSet<String> entries = new TreeSet<>();
    try (Cursor cursor = store.ascend(Space.HISTORY, Bytes.EMPTY, null)) {
      while (cursor.next()) {
        entries.add(HistoryKey.userKey(cursor.key()) + "@" + HistoryKey.revision(cursor.key()));
      }
    }
    return entries;
  }
}
