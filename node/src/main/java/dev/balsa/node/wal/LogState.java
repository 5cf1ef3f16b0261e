package dev.balsa.node.wal;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Configured;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Restored;
import java.util.ArrayList;
import java.util.List;

/** What the records of one group read or written so far add up to. */
final class LogState {
  private final LogIndex index = new LogIndex();

  /** First entry of each term in the log, ascending in both parts. */
  private final List<EntryId> termStarts = new ArrayList<>();

  /** The configurations in the log, ascending. */
  private final List<Configured> configurations = new ArrayList<>();

  /** The entry before the first one in the log. */
  private EntryId base = EntryId.ZERO;

  private HardState hardState = HardState.INITIAL;
  private EntryId last = EntryId.ZERO;

  /** Whether {@code slice} joins the log: its {@code prev} is in it. */
  boolean continues(LogSlice slice) {
    EntryId prev = slice.prev();
    return prev.index() >= base.index()
        && prev.index() <= last.index()
        && termAt(prev.index()) == prev.term();
  }

  /** Whether the log holds {@code id}, or begins right after it. */
  boolean holds(EntryId id) {
    return id.index() >= base.index()
        && id.index() <= last.index()
        && termAt(id.index()) == id.term();
  }

  /** Forgets all entries: a snapshot stands for them, and the log goes on after {@code at}. */
  void restart(EntryId at) {
    termStarts.clear();
    configurations.clear();
    index.truncate(0);
    base = at;
    last = at;
  }

  /** Forgets the entries up to {@code to}, which it {@link #holds}: a snapshot stands for them. */
  void release(EntryId to) {
    termStarts.removeIf(start -> start.index() <= to.index());
    configurations.removeIf(configured -> configured.at().index() <= to.index());
    index.release(to.index() + 1);
    base = to;
  }

  /** Whether {@code next} may follow: no earlier term, and no other vote in the same term. */
  boolean mayBecome(HardState next) {
    return next.term() > hardState.term()
        || (next.term() == hardState.term()
            && (hardState.vote() == null || hardState.vote().equals(next.vote())));
  }

  void become(HardState next) {
    hardState = next;
  }

  /**
   * Takes a slice that {@link #continues} the log and lies in the record at the given place.
   *
   * @param bytes the record's length
   */
  void accept(LogSlice slice, long segment, long offset, long bytes) {
    long first = slice.prev().index() + 1;
    while (!termStarts.isEmpty() && termStarts.getLast().index() >= first) {
      termStarts.removeLast();
    }
    while (!configurations.isEmpty() && configurations.getLast().at().index() >= first) {
      configurations.removeLast();
    }
    long term = slice.prev().term();
    for (var entry : slice.entries()) {
      if (entry.term() != term) {
        termStarts.add(entry.id());
        term = entry.term();
      }
      if (entry.payload() instanceof Payload.Configuration(Membership membership)) {
        configurations.add(new Configured(entry.id(), membership));
      }
    }
    if (slice.isEmpty()) {
      index.truncate(first);
    } else {
      index.put(first, segment, offset, bytes);
    }
    last = slice.last();
  }

  /** Entries that the log {@link #holds} lie in another record from now on. */
  void move(LogSlice slice, long segment, long offset, long bytes) {
    long first = slice.prev().index() + 1;
    index.move(first, slice.last().index(), last.index(), segment, offset, bytes);
  }

  /**
   * The last entry whose id is not greater than {@code end}. Where damage is behind the others and
   * the log ended at {@code end}, they had been given up: terms and places only grow along a log.
   */
  EntryId lastNotAfter(EntryId end) {
    long at = last.index();
    while (at > base.index() && new EntryId(termAt(at), at).compareTo(end) > 0) {
      at--;
    }
    return new EntryId(termAt(at), at);
  }

  /** Forgets the entries after {@code keep}, which it {@link #holds}. */
  void truncate(EntryId keep) {
    accept(new LogSlice(keep, List.of()), 0, 0, 0);
  }

  /** Forgets where that lies of which nothing is needed any more. */
  void trim() {
    index.trim(base.index() + 1, last.index());
  }

  private long termAt(long at) {
    for (int i = termStarts.size() - 1; i >= 0; i--) {
      if (termStarts.get(i).index() <= at) {
        return termStarts.get(i).term();
      }
    }
    return base.term();
  }

  EntryId base() {
    return base;
  }

  HardState hardState() {
    return hardState;
  }

  EntryId last() {
    return last;
  }

  LogIndex index() {
    return index;
  }

  /** How the log stands, for the beginning of a segment. */
  GroupsRecord.Standing standing(GroupId group, Bytes charter) {
    return new GroupsRecord.Standing(group, hardState, base, last, charter);
  }

  Restored restored() {
    return new Restored(hardState, null, base, termStarts, last, configurations);
  }
}
