package dev.balsa.raft;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that tells what was written from what was forced: a crash keeps only a prefix of
 * the writes that no force has covered. Snapshots on it are durable at once.
 */
public final class TestDisk implements StoredLog {
  private final Medium written = new Medium();
  private final Medium forced = new Medium();
  private final TreeMap<Long, Snapshot> snapshots = new TreeMap<>();
  private final ArrayDeque<Ready.Persist> pending = new ArrayDeque<>();
  private long room = Long.MAX_VALUE;
  private long burden;
  private HardState hardState = HardState.INITIAL; // forced
  private @Nullable EntryId lost; // where the log ended before it was damaged
  private HardState writtenHardState = HardState.INITIAL;

  /** From now on the disk is full, with room for so many bytes of entries; or not, for the max. */
  public void room(long bytes) {
    room = bytes;
  }

  @Override
  public long room() {
    return room;
  }

  /** From now on entries up to this one weigh on the host. */
  public void burden(long index) {
    burden = index;
  }

  @Override
  public long burden() {
    return burden;
  }

  /** A snapshot and its bytes. */
  public record Snapshot(SnapshotMeta meta, Bytes data) {}

  private static final class Medium {
    EntryId base = EntryId.ZERO;
    final List<Entry> entries = new ArrayList<>();

    EntryId last() {
      return entries.isEmpty() ? base : entries.getLast().id();
    }

    boolean holds(EntryId id) {
      int place = Math.toIntExact(id.index() - base.index());
      return place == 0
          ? base.equals(id)
          : place > 0 && place <= entries.size() && entries.get(place - 1).id().equals(id);
    }

    void restart(EntryId at) {
      base = at;
      entries.clear();
    }

    void cut(EntryId to) {
      if (to.index() > base.index()) {
        Require.invariant(holds(to), "cut at %s in %s..%s", to, base, last());
        entries.subList(0, Math.toIntExact(to.index() - base.index())).clear();
        base = to;
      }
    }

    void replaceTail(LogSlice slice) {
      EntryId prev = slice.prev();
      Require.invariant(holds(prev), "write after %s leaves a gap", prev);
      entries.subList(Math.toIntExact(prev.index() - base.index()), entries.size()).clear();
      entries.addAll(slice.entries());
    }
  }

  /** An empty disk. */
  public TestDisk() {}

  /** Takes a write; it is readable at once and durable after {@link #force}. */
  public void write(Ready.Persist persist) {
    pending.add(persist);
    if (persist.hardState() != null) {
      writtenHardState = persist.hardState();
    }
    replace(written, persist);
  }

  private static void replace(Medium medium, Ready.Persist persist) {
    if (persist.restart() != null) {
      medium.restart(persist.restart());
    }
    if (persist.append() != null) {
      medium.replaceTail(persist.append());
    }
  }

  /** Makes everything written up to {@code sequence} durable. */
  public void force(long sequence) {
    while (!pending.isEmpty() && pending.getFirst().sequence() <= sequence) {
      arrive(pending.removeFirst());
    }
  }

  /** The latest write handed out and not forced, or 0. */
  public long pendingSequence() {
    return pending.isEmpty() ? 0 : pending.getLast().sequence();
  }

  /** Keeps a snapshot, durably. */
  public void save(Snapshot snapshot) {
    snapshots.put(snapshot.meta().index(), snapshot);
  }

  public NavigableMap<Long, Snapshot> snapshots() {
    return snapshots;
  }

  /** Deletes what is not needed any more. */
  public void release(EntryId base, EntryId oldest) {
    written.cut(base);
    if (forced.holds(base)) { // else what makes it begin there is on its way
      forced.cut(base);
    }
    snapshots.headMap(oldest.index(), false).clear();
  }

  /**
   * Loses all that was not forced but the first {@code writes} writes and a part of the next, and
   * then does what a host does when it starts: a log that does not hold the last entry of the
   * latest snapshot begins anew there.
   */
  public void crash(int writes, SplitMix random) {
    for (int i = 0; i < writes && !pending.isEmpty(); i++) {
      arrive(pending.removeFirst());
    }
    if (!pending.isEmpty()) {
      arriveTorn(pending.removeFirst(), random);
    }
    pending.clear();
    if (!snapshots.isEmpty()) {
      EntryId last = snapshots.lastEntry().getValue().meta().last();
      if (last.index() > forced.base.index() && !forced.holds(last)) {
        forced.restart(last);
      }
    }
    written.restart(forced.base);
    written.entries.addAll(forced.entries);
    writtenHardState = hardState;
  }

  /** The term and vote arrive before the entries, the entries in order. */
  private void arriveTorn(Ready.Persist persist, SplitMix random) {
    boolean any = random.nextBetween(0, 2) == 0;
    LogSlice append = persist.append();
    if (!any) {
      return;
    }
    if (append == null) {
      arrive(persist);
      return;
    }
    int kept = (int) random.nextBetween(0, append.entries().size() + 1);
    LogSlice torn = new LogSlice(append.prev(), append.entries().subList(0, kept));
    arrive(
        new Ready.Persist(persist.sequence(), persist.hardState(), torn.isEmpty() ? null : torn));
  }

  private void arrive(Ready.Persist persist) {
    if (persist.hardState() != null) {
      HardState next = persist.hardState();
      boolean lawful =
          next.term() > hardState.term()
              || (next.term() == hardState.term()
                  && (hardState.vote() == null || Objects.equals(hardState.vote(), next.vote())));
      Require.invariant(lawful, "hard state on the medium went from %s to %s", hardState, next);
      hardState = next;
    }
    replace(forced, persist);
  }

  /**
   * Damage takes the entries after {@code index}, which must be forced and not cut; where the log
   * ended is known, and stays so until {@link #regained}.
   */
  public void damage(long index) {
    lost = lost != null && lost.compareTo(forced.last()) > 0 ? lost : forced.last();
    forced
        .entries
        .subList(Math.toIntExact(index - forced.base.index()), forced.entries.size())
        .clear();
    pending.clear();
    written.restart(forced.base);
    written.entries.addAll(forced.entries);
    writtenHardState = hardState;
  }

  /** The core has again what damage took. */
  public void regained() {
    lost = null;
  }

  /** What a node finds when it starts from what is readable now. */
  public Restored restored() {
    List<EntryId> termStarts = new ArrayList<>();
    List<Configured> configurations = new ArrayList<>();
    long term = written.base.term();
    for (Entry entry : written.entries) {
      if (entry.term() > term) {
        term = entry.term();
        termStarts.add(entry.id());
      }
      if (entry.payload() instanceof Payload.Configuration(Membership membership)) {
        configurations.add(new Configured(entry.id(), membership));
      }
    }
    Restored log =
        new Restored(
            writtenHardState,
            null,
            written.base,
            termStarts,
            written.last(),
            configurations,
            null,
            lost);
    return snapshots.isEmpty() ? log : log.withSnapshot(snapshots.lastEntry().getValue().meta());
  }

  /** Whether the medium holds the entry, or a snapshot of it, so that no crash can lose it. */
  public boolean holdsForced(EntryId id) {
    return id.index() == 0
        || forced.holds(id)
        || (!snapshots.isEmpty() && snapshots.lastKey() >= id.index());
  }

  /** Whether the log, as far as it was written, holds the entry, or a snapshot stands for it. */
  public boolean holds(EntryId id) {
    return id.index() == 0 || id.index() < written.base.index() || written.holds(id);
  }

  public Entry entry(long index) {
    return written.entries.get(Math.toIntExact(index - written.base.index()) - 1);
  }

  /** The entry before the first one of {@link #log()}. */
  public EntryId base() {
    return written.base;
  }

  /** The last entry written. */
  public EntryId last() {
    return written.last();
  }

  /** The log as written so far and not yet cut. */
  public List<Entry> log() {
    return Collections.unmodifiableList(written.entries);
  }

  public HardState forcedHardState() {
    return hardState;
  }

  @Override
  public List<Entry> read(long from, long to, long bytesMax) {
    Require.argument(
        from > written.base.index() && from <= to && to <= written.last().index(),
        "read %s..%s",
        from,
        to);
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    for (long index = from; index <= to; index++) {
      Entry entry = entry(index);
      bytes += entry.bytes();
      if (!entries.isEmpty() && bytes > bytesMax) {
        break;
      }
      entries.add(entry);
    }
    return entries;
  }

  @Override
  public Bytes readSnapshot(SnapshotMeta snapshot, long offset, int bytesMax) {
    Snapshot kept = Objects.requireNonNull(snapshots.get(snapshot.index()));
    Require.argument(kept.meta().equals(snapshot), "%s is not here", snapshot);
    int from = Math.toIntExact(offset);
    return kept.data().slice(from, Math.min(kept.data().length(), from + bytesMax));
  }

  /** Entries of these terms from index 1 on; each command names its id. */
  public static LogSlice slice(long... terms) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < terms.length; i++) {
      EntryId id = new EntryId(terms[i], i + 1L);
      entries.add(new Entry(id, new Payload.Command(Bytes.utf8(id.toString()))));
    }
    return new LogSlice(EntryId.ZERO, entries);
  }
}
