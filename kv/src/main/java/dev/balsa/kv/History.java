package dev.balsa.kv;

import java.util.List;

/** What a {@link HistoryQuery} found. */
public sealed interface History {
  /**
   * All changes of the revisions from the one asked for up to before {@code next}, in the order in
   * which they happened; a revision is there as a whole or not at all.
   *
   * @param next the first revision that is not covered; {@code revision + 1} at the end
   * @param revision the store's newest
   */
  record Page(List<Change> changes, long next, long revision) implements History {
    public Page {
      changes = List.copyOf(changes);
    }
  }

  /** The revision asked for is before {@code compactRevision}, from which on history is kept. */
  record Compacted(long compactRevision) implements History {}
}
