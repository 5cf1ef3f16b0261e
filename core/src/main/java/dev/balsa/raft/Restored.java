package dev.balsa.raft;

import java.util.List;

/**
 * What a host found on its disk when it started.
 *
 * @param hardState the latest term and vote
 * @param termStarts the first entry of each term that the log holds, in order
 * @param last the last entry, {@link EntryId#ZERO} if the log is empty
 */
public record Restored(HardState hardState, List<EntryId> termStarts, EntryId last) {
  /** A node that never ran. */
  public static final Restored NOTHING = new Restored(HardState.INITIAL, List.of(), EntryId.ZERO);

  public Restored {
    termStarts = List.copyOf(termStarts);
    Require.argument(
        last.term() <= hardState.term(),
        "log ends at %s, after the term %s on disk",
        last,
        hardState.term());
  }
}
