package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.disk.FaultyDirectory.Loss;
import dev.balsa.node.snapshot.SnapshotStore;
import dev.balsa.node.wal.DataDirectory;
import dev.balsa.node.wal.Wal;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Ready;
import dev.balsa.raft.SnapshotMeta;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every byte of a small data directory is damaged in several ways, and the real code reads what is
 * left: it may refuse by name, or go on from the older snapshot with all of its log, or not be
 * concerned. It must never lose or change an entry, a term or a vote without a word.
 */
class CorruptionTest {
  private static final GroupId GROUP = new GroupId(1);
  private static final Membership MEMBERS =
      new Membership(List.of(new NodeId(1), new NodeId(2), new NodeId(3)));

  /** How many entries the last write has. */
  private static final int LAST_WRITE = 3;

  /** What became of it. */
  private enum Outcome {
    UNCHANGED,
    OLDER_SNAPSHOT,
    /** The log is cut at the damage, and what it promised is known, to be got from the peers. */
    TO_BE_REPAIRED,
    /** The last write of a node that was killed looks as if it had been cut off, and is cut. */
    LAST_WRITE_CUT,
    REFUSED
  }

  /** All that a node promised to remember. */
  private record Memory(
      HardState hardState,
      EntryId last,
      List<Entry> entries,
      @Nullable SnapshotMeta snapshot,
      @Nullable EntryId lost) {
    Memory {
      entries = List.copyOf(entries);
    }
  }

  @Test
  void noDamagedByteIsTakenForTheTruthAfterACleanEnd() {
    FaultyDirectory disk = life(true);

    Memory whole = read(disk.copy(), true);
    Map<Outcome, Integer> counts =
        EveryByte.of(disk)
            .judged(
                Outcome.class,
                "corruption after a clean end",
                (damaged, name, what) -> judge(damaged, whole, true, name, what));

    assertThat(counts.get(Outcome.REFUSED)).isGreaterThan(20_000);
    assertThat(counts.get(Outcome.TO_BE_REPAIRED)).isGreaterThan(20_000);
    assertThat(counts.get(Outcome.OLDER_SNAPSHOT)).isGreaterThan(1_000);
    assertThat(counts).doesNotContainKey(Outcome.LAST_WRITE_CUT);
  }

  /** The end of a log that was not closed is where damage and a write cut off are alike. */
  @Test
  void afterAKillOnlyDamageWithinTheLastWriteIsTakenForAWriteThatWasCutOff() {
    FaultyDirectory disk = life(false);

    Memory whole = read(disk.copy(), false);
    Map<Outcome, Integer> counts =
        EveryByte.ofLastSegment(disk)
            .judged(
                Outcome.class,
                "corruption after a kill",
                (damaged, name, what) -> judge(damaged, whole, false, name, what));

    assertThat(counts.get(Outcome.REFUSED)).isGreaterThan(5_000);
    assertThat(counts.get(Outcome.LAST_WRITE_CUT)).isPositive();
  }

  private static Outcome judge(
      FaultyDirectory disk, Memory whole, boolean hasPeers, String name, String what) {
    Memory found;
    try {
      found = read(disk, hasPeers);
    } catch (StorageException e) {
      EveryByte.requireNamed(e, name, what);
      return Outcome.REFUSED;
    }
    if (found.equals(whole)) {
      return Outcome.UNCHANGED;
    }
    boolean sameVote = found.hardState().equals(whole.hardState());
    if (sameVote && keepsPromise(found, whole)) {
      disk.crash(Loss.ALL, 1);
      assertThat(read(disk, false)).as("%s, at the next start", what).isEqualTo(found);
      return Outcome.TO_BE_REPAIRED;
    }
    if (sameVote && found.equals(withoutLastWrite(whole))) {
      return Outcome.LAST_WRITE_CUT;
    }
    boolean same =
        sameVote && found.last().equals(whole.last()) && found.entries().equals(whole.entries());
    boolean older = found.snapshot() != null && !found.snapshot().equals(whole.snapshot());
    if (same && older) {
      return Outcome.OLDER_SNAPSHOT;
    }
    throw new AssertionError(
        "%s: %s and %s instead of %s and %s"
            .formatted(what, found.hardState(), found.last(), whole.hardState(), whole.last()));
  }

  /**
   * Whether some entries are gone, none is changed, and the node knows how far it must get again.
   */
  private static boolean keepsPromise(Memory found, Memory whole) {
    EntryId lost = found.lost();
    return lost != null
        && lost.compareTo(whole.last()) >= 0
        && whole.entries().containsAll(found.entries())
        && found.last().index() <= whole.last().index();
  }

  private static Memory withoutLastWrite(Memory whole) {
    List<Entry> entries = whole.entries().subList(0, whole.entries().size() - LAST_WRITE);
    return new Memory(whole.hardState(), entries.getLast().id(), entries, whole.snapshot(), null);
  }

  /** Reads a disk as a node does. */
  private static Memory read(FaultyDirectory disk, boolean hasPeers) {
    try (SnapshotStore store = SnapshotStore.open(disk);
        Wal wal = CrashLife.open(disk, store, hasPeers)) {
      SnapshotMeta latest =
          Snapshots.connect(store, wal, found -> true, hasPeers, (level, text) -> {});
      long first = wal.base().index() + 1;
      return new Memory(
          wal.restored().hardState(),
          wal.last(),
          wal.last().index() < first
              ? List.of()
              : wal.read(first, wal.last().index(), Long.MAX_VALUE),
          latest,
          wal.lost());
    }
  }

  /** Several segments, votes, a configuration, replaced entries, two snapshots with a cut log. */
  private static FaultyDirectory life(boolean cleanEnd) {
    FaultyDirectory disk = new FaultyDirectory();
    SnapshotStore store = SnapshotStore.open(disk);
    Wal wal =
        DataDirectory.open(
                disk, new ClusterId(7), new NodeId(2), new WalConfig(8192, 4096), () -> 0x77)
            .openLog(GROUP, new SliceCodec(), true, told -> false, Runnable::run);
    vote(wal, 1, 3);
    append(wal, EntryId.ZERO, 1, 6, 500, true);
    append(wal, new EntryId(1, 6), 1, 4, 500, false);
    vote(wal, 2, 1);
    append(wal, new EntryId(1, 8), 2, 5, 900, false);
    SnapshotMeta older = snapshot(store, new EntryId(2, 11));
    SnapshotMeta latest = snapshot(store, new EntryId(2, 13));
    wal.release(store.release(latest.last()));
    assertThat(wal.base()).isEqualTo(older.last());
    append(wal, new EntryId(2, 13), 2, 6, 800, true);
    vote(wal, 4, 2);
    append(wal, new EntryId(2, 19), 4, LAST_WRITE, 60, false);
    if (cleanEnd) {
      wal.close();
    }
    return disk;
  }

  private static SnapshotMeta snapshot(SnapshotStore store, EntryId last) {
    byte[] state = new byte[1500];
    Arrays.fill(state, (byte) last.index());
    return store.write(last, MEMBERS, sink -> sink.write(Bytes.wrap(state)));
  }

  private static void vote(Wal wal, long term, long node) {
    wal.append(new Ready.Persist(1, new HardState(term, new NodeId(node)), null));
    wal.force();
  }

  private static void append(
      Wal wal, EntryId prev, long term, int count, int bytes, boolean configuration) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      byte[] content = new byte[bytes];
      Arrays.fill(content, (byte) (term * 16 + i));
      EntryId id = new EntryId(term, prev.index() + i);
      boolean first = configuration && i == 1;
      entries.add(
          new Entry(
              id,
              first
                  ? new Payload.Configuration(MEMBERS)
                  : new Payload.Command(Bytes.wrap(content))));
    }
    wal.append(new Ready.Persist(1, null, new LogSlice(prev, entries)));
    wal.force();
  }
}
