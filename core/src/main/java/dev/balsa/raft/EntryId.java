package dev.balsa.raft;

import java.util.Comparator;

/**
 * Where an entry stands: the term it was created in and its place in the log. Two logs that hold an
 * entry with the same id hold the same entry and the same entries before it (Log Matching, paper
 * §5.3).
 *
 * <p>Ordered by term, then index: of two logs the one whose last id is greater is the more
 * up-to-date (paper §5.4.1).
 *
 * @param term the leader's term, from 1; 0 only for {@link #ZERO}
 * @param index the place in the log, from 1; 0 only for {@link #ZERO}
 */
public record EntryId(long term, long index) implements Comparable<EntryId> {
  /** The place before the first entry of an empty log. */
  public static final EntryId ZERO = new EntryId(0, 0);

  private static final Comparator<EntryId> BY_TERM_THEN_INDEX =
      Comparator.comparingLong(EntryId::term).thenComparingLong(EntryId::index);

  public EntryId {
    Require.argument(term >= 0 && index >= 0, "entry id %s/%s is negative", term, index);
    Require.argument(
        (term == 0) == (index == 0), "entry id %s/%s is neither a place nor zero", term, index);
  }

  @Override
  public int compareTo(EntryId other) {
    return BY_TERM_THEN_INDEX.compare(this, other);
  }

  /** {@code term/index}, as in {@code 2/17}. */
  @Override
  public String toString() {
    return term + "/" + index;
  }
}
