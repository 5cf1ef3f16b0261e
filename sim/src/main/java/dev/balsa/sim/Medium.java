package dev.balsa.sim;

import static dev.balsa.sim.BrokenPromise.require;

import dev.balsa.raft.Configured;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Restored;
import dev.balsa.raft.SnapshotMeta;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a disk holds, told apart by what no crash can take: the judges' own account, kept beside
 * whatever code really stores it. Checks that term and vote on it never go back (paper figure 2).
 */
public final class Medium {
  private final Track written = new Track();
  private final Track forced = new Track();
  private final ArrayDeque<Ready.Persist> pending = new ArrayDeque<>();
  private final TreeMap<Long, SnapshotMeta> snapshots = new TreeMap<>(); // durable, by index
  private final List<Track> former = new ArrayList<>(); // what was forced, and damage took in part
  private @Nullable EntryId promised; // up to where that is to be got back; null if former is empty
  private final List<Track> gone = new ArrayList<>(); // what lost disks held, as before
  private long goneSnapshot; // the last index that their snapshots stood for
  private HardState writtenState = HardState.INITIAL;
  private HardState forcedState = HardState.INITIAL;

  /** An empty disk. */
  public Medium() {}

  /** A write was given to the disk. */
  public void write(Ready.Persist persist) {
    pending.add(persist);
    writtenState = after(writtenState, persist);
    replace(written, persist);
  }

  /** The term and vote after a write; a log that goes on in a later term has seen that term. */
  private static HardState after(HardState before, Ready.Persist persist) {
    HardState next = persist.hardState() == null ? before : persist.hardState();
    EntryId restart = persist.restart();
    return restart != null && restart.term() > next.term()
        ? new HardState(restart.term(), null)
        : next;
  }

  private static void replace(Track track, Ready.Persist persist) {
    if (persist.restart() != null) {
      track.restart(persist.restart());
    }
    if (persist.append() != null) {
      track.replaceTail(persist.append());
    }
  }

  /** All that was written is durable now. */
  public void force() {
    while (!pending.isEmpty()) {
      arrive(pending.removeFirst());
    }
  }

  /** The first write that is not durable becomes so; false if there is none. */
  public boolean arriveNext() {
    if (pending.isEmpty()) {
      return false;
    }
    arrive(pending.removeFirst());
    return true;
  }

  /** A part of the first write becomes durable: term and vote before entries, entries in order. */
  public void arriveTorn(long keepMax) {
    Ready.Persist persist = pending.pollFirst();
    if (persist == null || keepMax == 0) {
      return;
    }
    LogSlice append = persist.append();
    if (append == null) {
      arrive(persist);
      return;
    }
    int kept = (int) Math.min(keepMax - 1, append.entries().size());
    LogSlice torn = new LogSlice(append.prev(), append.entries().subList(0, kept));
    arrive(part(persist, persist.restart(), torn.isEmpty() ? null : torn));
  }

  private static Ready.Persist part(
      Ready.Persist whole, @Nullable EntryId restart, @Nullable LogSlice append) {
    return new Ready.Persist(whole.sequence(), whole.hardState(), restart, append);
  }

  /**
   * A process has read the medium, which must hold all that was forced and, of the writes after
   * that, the first ones. A write's term and vote may be there without its entries. What a durable
   * snapshot stands for may be gone.
   *
   * @param base the entry before the first of {@code log}
   * @throws BrokenPromise if it holds anything else
   */
  public void found(HardState state, EntryId base, List<Entry> log) {
    EntryId end = log.isEmpty() ? base : log.getLast().id();
    while (!isAt(state, end)) {
      Ready.Persist next = pending.pollFirst();
      if (next == null) {
        throw new BrokenPromise(
            "a medium with %s and %s holds %s and %s when it is read",
            forcedState, forced.last(), state, end);
      }
      arrive(part(next, null, null));
      if (!isAt(state, end) && next.restart() != null) {
        arrive(part(next, next.restart(), null));
      }
      if (!isAt(state, end)) {
        arrive(next);
      }
    }
    if (forced.last().equals(end)) {
      compare(base, log);
    }
    forced.restart(base);
    forced.entries.addAll(log);
    loseRest();
  }

  /**
   * A process has read what damage left: a log as it was once, and up to where it must have entries
   * back before it counts as before. Till then what was forced counts as held, since the node votes
   * for nobody who lacks it.
   *
   * @param lost no earlier than where the log ended
   * @throws BrokenPromise if less is promised than was, or term and vote are others
   */
  public void foundDamaged(HardState state, EntryId base, List<Entry> log, EntryId lost) {
    HardState next = forcedState;
    boolean lawful = next.equals(state);
    for (Ready.Persist persist : pending) {
      next = after(next, persist);
      lawful |= next.equals(state);
    }
    require(
        lawful && lost.compareTo(promised == null ? forced.last() : promised) >= 0,
        "a medium with %s and %s promises %s up to %s after it was damaged",
        forcedState,
        promised == null ? forced.last() : promised,
        state,
        lost);
    Track before = new Track();
    before.copy(forced);
    former.add(before);
    promised = lost;
    forcedState = state;
    forced.restart(base);
    forced.entries.addAll(log);
    loseRest();
  }

  /** Whether damage took something that is not back. */
  public boolean isPromising() {
    return promised != null;
  }

  /** What damage took is back, or makes no difference any more. */
  public void regained() {
    former.clear();
    promised = null;
  }

  /**
   * The disk is lost and an empty one takes its place. Till the others know what counts as held,
   * since a vote of the empty one elects nobody.
   */
  public void lose() {
    Track before = new Track();
    before.copy(forced);
    gone.add(before);
    gone.addAll(former);
    goneSnapshot = Math.max(goneSnapshot, snapshotIndex());
    regained();
    snapshots.clear();
    forced.restart(EntryId.ZERO);
    forcedState = HardState.INITIAL;
    loseRest();
  }

  /** The others count this disk for what it is, and not for those that are lost. */
  void replaced() {
    gone.clear();
    goneSnapshot = 0;
  }

  /** Whether the account is what was found; a snapshot that covers both makes up for the rest. */
  private boolean isAt(HardState state, EntryId end) {
    boolean covered = forced.last().index() <= snapshotIndex() && end.index() <= snapshotIndex();
    return forcedState.equals(state) && (forced.last().equals(end) || covered);
  }

  private void compare(EntryId base, List<Entry> log) {
    long missing = base.index() - forced.base.index();
    if (missing < 0 || base.index() > Math.max(forced.released.index(), snapshotIndex())) {
      throw new BrokenPromise(
          "a log that may begin after %s to %s begins after %s when it is read",
          forced.base, forced.released, base);
    }
    int from = (int) Math.min(missing, forced.entries.size());
    require(
        forced.entries.subList(from, forced.entries.size()).equals(log),
        "a medium holds other entries than were written");
  }

  /**
   * A process has read which snapshots there are: all that were saved, perhaps more, whose
   * publication or deletion was not durable.
   *
   * @param damaged whether some may be gone, since the disk was damaged
   */
  public void foundSnapshots(List<SnapshotMeta> found, boolean damaged) {
    require(
        damaged || found.containsAll(snapshots.values()),
        "snapshots %s were saved, %s are read",
        snapshots.values(),
        found);
    keepSnapshots(found);
  }

  /** A snapshot is durable on the disk. */
  public void saved(SnapshotMeta snapshot) {
    snapshots.put(snapshot.last().index(), snapshot);
  }

  /** Snapshots older than the one at {@code oldest} are about to go, and may be gone halfway. */
  public void mayDrop(EntryId oldest) {
    snapshots.headMap(oldest.index()).clear();
  }

  /** These snapshots are on the disk, and no others. */
  public void keepSnapshots(List<SnapshotMeta> kept) {
    snapshots.clear();
    kept.forEach(this::saved);
  }

  /** The latest snapshot on the disk, or null. */
  public @Nullable SnapshotMeta snapshot() {
    return snapshots.isEmpty() ? null : snapshots.lastEntry().getValue();
  }

  private long snapshotIndex() {
    return snapshots.isEmpty() ? 0 : snapshots.lastKey();
  }

  /** Nothing up to {@code to} is needed any more. */
  public void release(EntryId to) {
    written.release(to);
    if (forced.holds(to)) { // else what makes it begin there is on its way
      forced.release(to);
    }
  }

  /** The rest is lost. */
  public void loseRest() {
    pending.clear();
    written.copy(forced);
    writtenState = forcedState;
  }

  /** Whether anything written is not durable. */
  public boolean hasPending() {
    return !pending.isEmpty();
  }

  private void arrive(Ready.Persist persist) {
    HardState next = after(forcedState, persist);
    boolean lawful =
        next.term() > forcedState.term()
            || (next.term() == forcedState.term()
                && (forcedState.vote() == null || Objects.equals(forcedState.vote(), next.vote())));
    if (!lawful) {
      throw new BrokenPromise("term and vote on the medium went from %s to %s", forcedState, next);
    }
    forcedState = next;
    replace(forced, persist);
  }

  /** What a process finds when it starts. */
  public Restored restored() {
    List<EntryId> termStarts = new ArrayList<>();
    List<Configured> configurations = new ArrayList<>();
    EntryId base = written.released;
    long term = base.term();
    for (Entry entry : written.entries) {
      if (entry.index() <= base.index()) {
        continue;
      }
      if (entry.term() > term) {
        term = entry.term();
        termStarts.add(entry.id());
      }
      if (entry.payload() instanceof Payload.Configuration(Membership membership)) {
        configurations.add(new Configured(entry.id(), membership));
      }
    }
    return new Restored(writtenState, snapshot(), base, termStarts, last(), configurations);
  }

  /** The last entry written. */
  public EntryId last() {
    return written.last();
  }

  /** The entry before the first one of {@link #log()}. */
  public EntryId base() {
    return written.base;
  }

  /** The entry up to which nothing is needed any more. */
  public EntryId released() {
    return written.released;
  }

  /** The entry written at {@code index}, which the log must have. */
  public Entry entry(long index) {
    return written.entries.get(Math.toIntExact(index - written.base.index()) - 1);
  }

  /** What stands at an index, as written; null if nothing does that it could tell. */
  public @Nullable EntryId at(long index) {
    long place = index - written.base.index();
    return place < 0 || place > written.entries.size()
        ? null
        : place == 0 ? written.base : entry(index).id();
  }

  /** The last entries are taken off the disk, so many as are there behind a snapshot. */
  public void cut(int entries) {
    EntryId keep = at(Math.max(released().index(), last().index() - entries));
    if (keep != null && !keep.equals(last())) {
      write(new Ready.Persist(0, null, new LogSlice(keep, List.of())));
      force();
    }
  }

  /** The log as written, from the one after {@link #base()} on. */
  public List<Entry> log() {
    return Collections.unmodifiableList(written.entries);
  }

  /** The log that no crash can take; it may begin elsewhere than {@link #log()}. */
  public List<Entry> forcedLog() {
    return Collections.unmodifiableList(forced.entries);
  }

  /** The last entry that no crash can take. */
  public EntryId forcedLast() {
    return forced.last();
  }

  /** The last index that a leader may count here, whatever damage took since. */
  public long countedLast() {
    long last = Math.max(forced.last().index(), snapshotIndex());
    for (Track track : former) {
      last = Math.max(last, track.last().index());
    }
    for (Track track : gone) {
      last = Math.max(last, track.last().index());
    }
    return Math.max(last, goneSnapshot);
  }

  /** The term and vote that no crash can take. */
  public HardState forcedState() {
    return forcedState;
  }

  /** Whether the log, as far as it was written, has the entry, or a snapshot stands for it. */
  public boolean holds(EntryId id) {
    return id.index() < written.base.index() || written.holds(id);
  }

  /** Whether no crash can take the entry from the medium, be it in the log or in a snapshot. */
  public boolean holdsForced(EntryId id) {
    return id.index() <= Math.max(snapshotIndex(), goneSnapshot)
        || forced.holds(id)
        || former.stream().anyMatch(track -> track.holds(id))
        || gone.stream().anyMatch(track -> track.holds(id));
  }
}
