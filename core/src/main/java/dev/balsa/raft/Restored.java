package dev.balsa.raft;

import java.util.List;

/**
 * What a host found on its disk when it started.
 *
 * @param hardState the latest term and vote
 * @param termStarts the first entry of each term that the log holds, in order
 * @param last the last entry, {@link EntryId#ZERO} if the log is empty
 * @param configurations the memberships that the log holds, with their entries, in order
 */
public record Restored(
    HardState hardState, List<EntryId> termStarts, EntryId last, List<Configured> configurations) {
  /** A node that never ran. */
  public static final Restored NOTHING = new Restored(HardState.INITIAL, List.of(), EntryId.ZERO);

  /** A log without any configuration. */
  public Restored(HardState hardState, List<EntryId> termStarts, EntryId last) {
    this(hardState, termStarts, last, List.of());
  }

  public Restored {
    termStarts = List.copyOf(termStarts);
    configurations = List.copyOf(configurations);
    Require.argument(
        last.term() <= hardState.term(),
        "log ends at %s, after the term %s on disk",
        last,
        hardState.term());
    EntryId before = EntryId.ZERO;
    for (EntryId start : termStarts) {
      Require.argument(
          start.term() > before.term()
              && start.index() > before.index()
              && (before.index() > 0 || start.index() == 1),
          "first entries of terms are %s, must rise in term and index from index 1",
          termStarts);
      before = start;
    }
    Require.argument(
        before.term() == last.term() && before.index() <= last.index(),
        "log ends at %s, its last term begins at %s",
        last,
        before);
    EntryId earlier = EntryId.ZERO;
    for (Configured configured : configurations) {
      Require.argument(
          configured.at().index() > earlier.index() && configured.at().index() <= last.index(),
          "configurations %s, must rise in index up to %s",
          configurations,
          last);
      earlier = configured.at();
    }
  }
}
