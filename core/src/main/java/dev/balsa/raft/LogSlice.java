package dev.balsa.raft;

import java.util.List;

/**
 * A well-formed piece of a log: entries with consecutive indexes and non-decreasing terms, and the
 * id of the entry just before them. The same slice object goes to the disk and to every peer that
 * needs it, so a host can encode it once.
 *
 * @param prev the entry before the first, {@link EntryId#ZERO} at the log's start
 * @param entries in index order, possibly empty
 */
public record LogSlice(EntryId prev, List<Entry> entries) {
  /** Validates that the entries continue {@code prev} without a gap (paper §5.3). */
  public LogSlice {
    entries = List.copyOf(entries);
    EntryId before = prev;
    for (Entry entry : entries) {
      Require.argument(
          entry.index() == before.index() + 1 && entry.term() >= before.term(),
          "entry %s does not continue %s",
          entry.id(),
          before);
      before = entry.id();
    }
  }

  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** The id of the last entry, or {@link #prev} if there is none. */
  public EntryId last() {
    return entries.isEmpty() ? prev : entries.getLast().id();
  }

  /** The sum of {@link Entry#bytes()}. */
  public long bytes() {
    long sum = 0;
    for (Entry entry : entries) {
      sum += entry.bytes();
    }
    return sum;
  }
}
