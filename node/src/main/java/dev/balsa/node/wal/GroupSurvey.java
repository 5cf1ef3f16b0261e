package dev.balsa.node.wal;

import dev.balsa.node.wal.RecordHeader.Place;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.LogSlice;
import org.jspecify.annotations.Nullable;

/**
 * What a damaged log still tells of one of its groups: the entries that can be read, as the log
 * held them once, and beside them where it ended at last. If they reach that place the group has
 * lost nothing, since two logs that hold the same entry agree on all before it (paper §5.3). So
 * what was lost on the way is made up for by later records that replace it, copy it, or say that a
 * snapshot stands for it.
 */
final class GroupSurvey {
  private final LogState state = new LogState();
  private @Nullable Bytes charter; // null: unknown
  private boolean voteKnown;
  private @Nullable EntryId last; // null: unknown
  private boolean open; // the log was cut before its first entry here, wherever that is
  private boolean begun; // an entry was found
  private EntryId base = EntryId.ZERO; // nothing up to here was needed, as a record says

  private GroupSurvey() {}

  /** A group that begins with this record; its charter is unknown if null. */
  static GroupSurvey founded(@Nullable Bytes charter) {
    GroupSurvey founded = new GroupSurvey();
    founded.charter = charter;
    founded.voteKnown = true;
    founded.last = EntryId.ZERO;
    return founded;
  }

  /**
   * A group that began in a part of the log that is gone.
   *
   * @param open whether that part was cut, so that none of its entries is needed, and not lost
   */
  static GroupSurvey found(boolean open) {
    GroupSurvey found = new GroupSurvey();
    found.open = open;
    return found;
  }

  /** Anything may be lost that was written before this moment. */
  void lostAny() {
    voteKnown = false;
    last = null;
    open = false;
  }

  /** Takes how the group stood; false if no damage explains that. */
  boolean take(GroupsRecord.Standing standing) {
    if (!take(standing.hardState())) {
      return false;
    }
    charter = standing.charter();
    last = standing.last();
    base = standing.base();
    if (state.holds(base)) {
      state.release(base);
    } else if (base.index() > state.base().index()) {
      state.restart(base); // what was read is of no use without what follows it
    }
    return true;
  }

  /** Takes term and vote; false if they cannot follow. */
  boolean take(HardState next) {
    if (voteKnown && !state.mayBecome(next)) {
      return false;
    }
    state.become(next);
    voteKnown = true;
    return true;
  }

  /** Takes entries, if the log still reaches them; false if no damage explains them. */
  boolean take(LogSlice slice, RecordHeader header, Place place) {
    if (header.entry().first() != slice.prev().index() + 1
        || header.entry().term() != slice.last().term()
        || (voteKnown && slice.last().term() > state.hardState().term())) {
      return false;
    }
    add(slice, header, place);
    last = slice.last();
    return true;
  }

  /** Takes entries that the log holds already, unless they could be read there. */
  void takeCopy(LogSlice slice, RecordHeader header, Place place) {
    if (!state.holds(slice.prev()) || !state.holds(slice.last())) {
      add(slice, header, place);
    }
  }

  private void add(LogSlice slice, RecordHeader header, Place place) {
    EntryId prev = slice.prev();
    boolean before = prev.index() < state.base().index();
    if (open ? !begun || before : before && prev.equals(base)) {
      state.restart(prev);
    }
    if (state.continues(slice)) {
      state.accept(slice, place.segment(), place.offset(), header.recordBytes());
      begun = true;
    }
  }

  /** A snapshot stands for all up to {@code at}. */
  void restart(EntryId at) {
    state.restart(at);
    base = at;
    last = at;
    open = false;
  }

  /** A record of which only the header is intact. */
  void lost(RecordHeader header) {
    switch (header.type()) {
      case RecordHeader.HARD_STATE -> voteKnown = false;
      case RecordHeader.ENTRIES -> last = Survey.lastAtMost(header);
      case RecordHeader.RESTART -> last = null;
      default -> {} // a copy, where the log ended is known
    }
    open &= header.type() == RecordHeader.HARD_STATE;
  }

  /**
   * All was looked at. Where something of the group was lost it may be what came before its first
   * entry found, so that those found are of no use; or what had replaced some of them.
   */
  void end() {
    if (!open && state.base().index() > base.index()) {
      state.restart(base);
    }
    if (last != null) {
      state.truncate(state.lastNotAfter(last));
    }
  }

  /** What is lost for good or until peers send it again; null if nothing is. */
  @Nullable Loss loss() {
    if (!voteKnown || charter == null) {
      return new Loss(state.last(), true);
    }
    EntryId end = last;
    if (end == null) {
      long term = state.hardState().term();
      end = term == 0 ? EntryId.ZERO : new EntryId(term, Long.MAX_VALUE);
    }
    return end.equals(state.last()) ? null : new Loss(end, false);
  }

  Bytes charter() {
    return charter == null ? Bytes.EMPTY : charter;
  }

  /** Term and vote, if they are known; else none before what the entries tell. */
  HardState hardState() {
    HardState known = state.hardState();
    return known.term() >= state.last().term() ? known : new HardState(state.last().term(), null);
  }

  /** The entries that can be read. */
  LogState state() {
    return state;
  }
}
