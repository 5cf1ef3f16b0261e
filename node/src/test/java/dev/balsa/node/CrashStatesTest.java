package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.node.CrashLife.Cut;
import dev.balsa.node.CrashLife.State;
import dev.balsa.node.disk.CrashStates;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.disk.FaultyDirectory.Loss;
import dev.balsa.node.disk.FaultyDirectory.PowerCut;
import dev.balsa.node.snapshot.SnapshotStore;
import dev.balsa.node.wal.Wal;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.SnapshotMeta;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The power goes out at every write of many lives of a data directory, in every way that {@link
 * CrashStates} knows, and the real code reads what is left. A soak asks for more by {@code
 * -Dbalsa.crashStates=5000000}.
 */
class CrashStatesTest {
  private static final int STATES = Integer.getInteger("balsa.crashStates", 100_000);
  private static final int STEPS = 40;

  /** How often a life's disks are looked at more closely. */
  private static final int AGAIN = 8;

  private static final List<Loss> WITHIN = List.of(Loss.ALL, Loss.NONE, Loss.SECTORS);

  private final Distinct distinct = new Distinct();
  private long judged;
  private long cuts;
  private long again;

  @Test
  void noPowerCutLosesWhatWasForcedOrInventsAnything() {
    long lives = 0;
    while (distinct.count() < STATES) {
      live(++lives);
    }

    System.out.printf(
        "figures: crash states: %,d distinct disks, %,d recoveries, %,d of them cut again,"
            + " after %,d power cuts in %,d lives%n",
        distinct.count(), judged, again, cuts, lives);
    assertThat(distinct.count()).isGreaterThanOrEqualTo(STATES);
    assertThat(again).isGreaterThan(STATES / (4 * AGAIN));
  }

  private void live(long seed) {
    FaultyDirectory whole = new FaultyDirectory();
    CrashLife.run(whole, seed, STEPS);
    Distinct seen = new Distinct();
    for (int cut = 0; cut <= whole.changes(); cut++) {
      FaultyDirectory disk = new FaultyDirectory();
      disk.cutPowerAfter(cut);
      Cut left = CrashLife.run(disk, seed, STEPS);
      String name = "life %d, power cut after %d changes".formatted(seed, cut);
      cuts++;
      CrashStates.of(
          disk,
          seed + cut,
          crashed -> {
            long print = crashed.fingerprint();
            distinct.add(print);
            // The same disk may be judged by what was possible later.
            if (seen.add(print * 31 + System.identityHashCode(left))) {
              judge(crashed, left, name);
            }
          });
    }
  }

  private void judge(FaultyDirectory crashed, Cut left, String name) {
    boolean closer = judged++ % AGAIN == 0;
    FaultyDirectory second = closer ? crashed.copy() : crashed;
    State found;
    try {
      found = recover(crashed, left);
      if (closer) {
        // What recovery showed is durable.
        crashed.crash(Loss.ALL, judged);
        assertThat(recover(crashed, left)).isEqualTo(found);
        cutAgain(second, left);
      }
    } catch (StorageException | AssertionError e) {
      throw new AssertionError(name + ": " + e.getMessage(), e);
    }
  }

  /**
   * The power goes out once more, within recovery. A sector is written wholly or not at all then
   * too: a record's header of which only the first bytes are zero is damage, not a cut.
   */
  private void cutAgain(FaultyDirectory disk, Cut left) {
    again++;
    disk.cutPowerAfter(disk.changes() + (int) (again % 9));
    try {
      recover(disk, left);
    } catch (PowerCut expected) {
      disk.crash(WITHIN.get((int) (again % WITHIN.size())), again);
    }
    disk.cutPowerAfter(Integer.MAX_VALUE);
    recover(disk, left);
  }

  /** Reads a disk as a node does, and judges what it finds. */
  private static State recover(FaultyDirectory disk, Cut left) {
    try (SnapshotStore store = SnapshotStore.open(disk);
        Wal wal = CrashLife.open(disk, store, false)) {
      assertThat(store.damaged()).isEmpty();
      SnapshotMeta latest =
          Snapshots.connect(store, wal, found -> true, false, (level, text) -> {});
      judgeSnapshots(store.list(), latest, wal, left);
      State found = new State(wal.restored().hardState(), wal.base(), entries(wal));
      if (left.possible().stream().noneMatch(state -> isLeft(state, found, latest))) {
        throw new AssertionError(
            "%s, %s after snapshot %s is none of %d possible: %s"
                .formatted(
                    found.hardState(),
                    found.last(),
                    latest,
                    left.possible().size(),
                    left.possible().stream().map(s -> s.hardState() + " " + s.last()).toList()));
      }
      return found;
    }
  }

  private static void judgeSnapshots(
      List<SnapshotMeta> found, @Nullable SnapshotMeta latest, Wal wal, Cut left) {
    for (SnapshotMeta meta : found) {
      if (!left.offered().contains(meta)) {
        throw new AssertionError(meta + " was never taken");
      }
    }
    SnapshotMeta durable = left.durable();
    long wanted = durable == null ? 0 : durable.last().index();
    long start = latest == null ? 0 : latest.last().index();
    if (start < wanted || wal.base().index() > start) {
      throw new AssertionError(
          "snapshot at %d, %d wanted, log begins after %s".formatted(start, wanted, wal.base()));
    }
  }

  private static List<Entry> entries(Wal wal) {
    long first = wal.base().index() + 1;
    return wal.last().index() < first
        ? List.of()
        : wal.read(first, wal.last().index(), Long.MAX_VALUE);
  }

  /** Whether {@code found} is what {@code state} looks like, given the snapshot found with it. */
  private static boolean isLeft(State state, State found, @Nullable SnapshotMeta latest) {
    if (latest != null && !state.holds(latest.last())) {
      EntryId at = latest.last();
      HardState now = state.hardState();
      HardState seen = at.term() > now.term() ? new HardState(at.term(), null) : now;
      return found.equals(new State(seen, at, List.of()));
    }
    return found.hardState().equals(state.hardState())
        && found.last().equals(state.last())
        && found.base().index() >= state.base().index()
        && found.entries().equals(state.after(found.base().index()));
  }

  /** A set of numbers that takes little space. */
  private static final class Distinct {
    private long[] slots = new long[1 << 12];
    private int count;

    int count() {
      return count;
    }

    boolean add(long number) {
      long print = number == 0 ? 1 : number;
      if (2 * count > slots.length) {
        long[] before = slots;
        slots = new long[2 * before.length];
        count = 0;
        Arrays.stream(before).filter(held -> held != 0).forEach(this::add);
      }
      int at = (int) ((print * 0x9e3779b97f4a7c15L) >>> 40) & (slots.length - 1);
      while (slots[at] != 0) {
        if (slots[at] == print) {
          return false;
        }
        at = (at + 1) & (slots.length - 1);
      }
      slots[at] = print;
      count++;
      return true;
    }
  }
}
