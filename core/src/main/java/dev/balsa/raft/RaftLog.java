package dev.balsa.raft;

import java.util.ArrayList;
import java.util.List;

/**
 * The log as the core sees it: the terms of all entries, the latest entries themselves, and the
 * host's {@link StoredLog} for the older ones. What a snapshot stands for may be gone.
 *
 * <pre>
 *  index   1 ......... 20 | 21 ............... 40 | 41 ............ 57 | 58 .. 60
 *          in a snapshot    read from StoredLog     recent, durable      recent, not yet durable
 *                      ↑ base                                                  ↑ last
 * </pre>
 *
 * Terms are kept as runs (the first entry of each), so asking for a term never touches the disk and
 * a whole term is skipped in one comparison.
 */
final class RaftLog {
  private static final Entry SPENT = new Entry(new EntryId(1, 1), new Payload.NoOp());

  private final StoredLog stored;
  private final long recentBytesMax;
  private final List<EntryId> termStarts;
  private EntryId base; // ≤ commit
  private EntryId last;

  // recent holds the entries up to last.index without a gap; its first `dropped` places are spent:
  // they hold SPENT, not an entry, and are cut off in one go when they are the greater part.
  private final ArrayList<Entry> recent = new ArrayList<>();
  private int dropped;
  private long recentBytes;

  RaftLog(StoredLog stored, Restored restored, long recentBytesMax) {
    this.stored = stored;
    this.recentBytesMax = recentBytesMax;
    this.termStarts = new ArrayList<>(restored.termStarts());
    this.base = restored.base();
    this.last = restored.last();
  }

  /** The entry before the first one that is still here. */
  EntryId base() {
    return base;
  }

  EntryId last() {
    return last;
  }

  long lastIndex() {
    return last.index();
  }

  /** The id of the entry at {@code index}, from {@link #base()} to {@link #last()}. */
  EntryId idAt(long index) {
    // A missing entry must never pass for one of term 0.
    Require.invariant(
        index >= base.index() && index <= last.index(), "no entry %s in %s..%s", index, base, last);
    if (index == last.index()) {
      return last;
    }
    if (index == base.index()) {
      return base;
    }
    int run = runOf(index);
    return new EntryId(run < 0 ? base.term() : termStarts.get(run).term(), index);
  }

  /** Whether the entry is known to be in the log; of what lies before the base nothing is known. */
  boolean contains(EntryId id) {
    return id.index() >= base.index()
        && id.index() <= last.index()
        && idAt(id.index()).term() == id.term();
  }

  /**
   * The last entry at or before {@code index} whose term is not above {@code term}; {@link
   * EntryId#ZERO} if that lies before the base.
   */
  EntryId lastNotAbove(long index, long term) {
    long at = Math.min(index, last.index());
    for (int run = runOf(at); run >= 0; run--) {
      if (termStarts.get(run).term() <= term) {
        return idAt(at);
      }
      at = termStarts.get(run).index() - 1;
    }
    return at >= base.index() && base.term() <= term ? idAt(at) : EntryId.ZERO;
  }

  /** Adds entries that continue the log. */
  void append(LogSlice slice) {
    Require.invariant(slice.prev().equals(last), "%s does not continue %s", slice.prev(), last);
    for (Entry entry : slice.entries()) {
      if (entry.term() > last.term()) {
        termStarts.add(entry.id());
      }
      last = entry.id();
      recent.add(entry);
      recentBytes += entry.bytes();
    }
  }

  /** Discards every entry after {@code index}. */
  void truncateAfter(long index) {
    EntryId end = idAt(index);
    while (recent.size() > dropped && recent.getLast().index() > index) {
      recentBytes -= recent.removeLast().bytes();
    }
    while (!termStarts.isEmpty() && termStarts.getLast().index() > index) {
      termStarts.removeLast();
    }
    last = end;
  }

  /** Forgets the entries up to {@code index}, for which a snapshot stands. */
  void compact(long index) {
    base = idAt(index);
    int spent = 0;
    while (spent < termStarts.size() && termStarts.get(spent).index() <= index) {
      spent++;
    }
    termStarts.subList(0, spent).clear();
  }

  /** Forgets everything: a snapshot stands for all up to {@code at}, and the log goes on there. */
  void restart(EntryId at) {
    termStarts.clear();
    recent.clear();
    dropped = 0;
    recentBytes = 0;
    base = at;
    last = at;
  }

  /** Lets go of the oldest recent entries beyond the bound, but of none after {@code durable}. */
  void forget(long durable) {
    while (recentBytes > recentBytesMax
        && dropped < recent.size()
        && recent.get(dropped).index() <= durable) {
      recentBytes -= recent.set(dropped, SPENT).bytes();
      dropped++;
    }
    if (dropped > 1024 && dropped > recent.size() / 2) {
      recent.subList(0, dropped).clear();
      dropped = 0;
    }
  }

  /** Entries from {@code from} to at most {@code to}, bounded by {@code bytesMax}; at least one. */
  List<Entry> read(long from, long to, long bytesMax) {
    Require.invariant(
        from > base.index(), "entry %s is wanted, the log begins after %s", from, base);
    long firstRecent = last.index() - (recent.size() - dropped) + 1;
    if (from < firstRecent) {
      return stored.read(from, Math.min(to, firstRecent - 1), bytesMax);
    }
    int start = dropped + Math.toIntExact(from - firstRecent);
    int stop = dropped + Math.toIntExact(to + 1 - firstRecent);
    int end = start + 1;
    long bytes = recent.get(start).bytes();
    while (end < stop && bytes + recent.get(end).bytes() <= bytesMax) {
      bytes += recent.get(end++).bytes();
    }
    return List.copyOf(recent.subList(start, end));
  }

  /** The place of the term that {@code index} lies in, -1 if that began at or before the base. */
  private int runOf(long index) {
    int low = -1;
    int high = termStarts.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (termStarts.get(middle).index() <= index) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  void check() {
    Require.invariant(
        recentBytes >= 0 && (recentBytes == 0) == (recent.size() == dropped),
        "%s recent entries of %s bytes",
        recent.size() - dropped,
        recentBytes);
  }

  void describe(Fingerprint print) {
    print.add(base).add(last).add(recent.size() - dropped).add(termStarts.size());
    termStarts.forEach(print::add);
  }
}
