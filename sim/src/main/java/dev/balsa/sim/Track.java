package dev.balsa.sim;

import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.LogSlice;
import java.util.ArrayList;
import java.util.List;

/** A log that goes on after {@code base}; nobody needs what is before {@code released}. */
final class Track {
  EntryId base = EntryId.ZERO; // base ≤ released
  EntryId released = EntryId.ZERO;
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
    released = at;
    entries.clear();
  }

  void release(EntryId to) {
    if (to.index() > released.index()) {
      released = to;
    }
  }

  void replaceTail(LogSlice slice) {
    EntryId prev = slice.prev();
    if (!holds(prev)) {
      throw new BrokenPromise("a write after %s to a log that ends at %s", prev, last());
    }
    int keep = Math.toIntExact(prev.index() - base.index());
    if (keep < entries.size()) {
      entries.subList(keep, entries.size()).clear();
    }
    entries.addAll(slice.entries());
  }

  void copy(Track other) {
    base = other.base;
    released = other.released;
    entries.clear();
    entries.addAll(other.entries);
  }
}
