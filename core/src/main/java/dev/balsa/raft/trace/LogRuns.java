package dev.balsa.raft.trace;

import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Ready;
import java.util.ArrayList;
import java.util.List;

/**
 * Which terms a log's entries have: the first entry of each term, and where the log begins and
 * ends. Follows what a core has its host write.
 */
public final class LogRuns {
  private static final int RUNS_MAX = 64; // told at a segment's beginning

  private final List<EntryId> starts = new ArrayList<>();
  private EntryId base;
  private EntryId last;

  /** A log that goes on after {@code base} and ends with {@code last}. */
  LogRuns(EntryId base, List<EntryId> starts, EntryId last) {
    this.base = base;
    this.starts.addAll(starts);
    this.last = last;
  }

  /** The entry before the first one that is known. */
  public EntryId base() {
    return base;
  }

  /** The last entry, or the base if there is none. */
  public EntryId last() {
    return last;
  }

  /** The term of the entry at {@code index}; 0 if the log is not known to hold it. */
  public long termAt(long index) {
    if (index <= base.index() || index > last.index()) {
      return index == base.index() ? base.term() : 0;
    }
    for (int i = starts.size() - 1; i >= 0; i--) {
      if (starts.get(i).index() <= index) {
        return starts.get(i).term();
      }
    }
    return base.term();
  }

  /** Does to the log what a write does. */
  public void follow(Ready.Persist persist) {
    EntryId restart = persist.restart();
    if (restart != null) {
      starts.clear();
      base = restart;
      last = restart;
    }
    LogSlice append = persist.append();
    if (append != null) {
      cut(append.prev());
      for (Entry entry : append.entries()) {
        if (entry.term() != last.term() || last.equals(base)) {
          starts.add(entry.id());
        }
        last = entry.id();
      }
    }
  }

  private void cut(EntryId prev) {
    while (!starts.isEmpty() && starts.getLast().index() > prev.index()) {
      starts.removeLast();
    }
    last = prev;
    if (prev.index() < base.index()) {
      base = prev;
    }
  }

  /** The log's beginning is gone up to {@code to}. */
  public void compact(EntryId to) {
    if (to.index() > base.index()) {
      base = to;
      starts.removeIf(start -> start.index() <= to.index() && start.term() != to.term());
    }
  }

  void write(TraceOut out) {
    int first = Math.max(0, starts.size() - RUNS_MAX);
    EntryId from = first == 0 ? base : starts.get(first);
    Values.write(out, from);
    out.count(starts.size() - first);
    starts.subList(first, starts.size()).forEach(start -> Values.write(out, start));
    Values.write(out, last);
  }

  static LogRuns read(TraceIn in) {
    EntryId base = Values.id(in);
    List<EntryId> starts = Values.list(in, () -> Values.id(in));
    EntryId before = EntryId.ZERO;
    for (EntryId start : starts) {
      if (start.index() <= before.index() || start.term() < before.term()) {
        throw new TraceException("has a log whose terms fall");
      }
      before = start;
    }
    return new LogRuns(base, starts, Values.id(in));
  }
}
