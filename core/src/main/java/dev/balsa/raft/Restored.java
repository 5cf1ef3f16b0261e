package dev.balsa.raft;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a host found on its disk when it started.
 *
 * @param hardState the latest term and vote
 * @param snapshot the latest durable snapshot, or null; its last entry is {@code base} or in the
 *     log
 * @param base the entry before the first one in the log, {@link EntryId#ZERO} if nothing was cut
 * @param termStarts the first entry of each term that begins after {@code base}, in order
 * @param last the last entry, {@link EntryId#ZERO} if there never was one
 * @param configurations the memberships that the log holds, with their entries, in order
 * @param incarnation the data directory's id, by which a node that lost its disk is told from its
 *     former self; null if the host does not tell them apart
 * @param lost where the log ended before damage took what followed {@code last}, or any later place
 *     if that is not known; null if nothing was lost. The node may have promised entries up to
 *     there: until its log gets there again it neither campaigns nor votes for whoever lacks them.
 */
public record Restored(
    HardState hardState,
    @Nullable SnapshotMeta snapshot,
    EntryId base,
    List<EntryId> termStarts,
    EntryId last,
    List<Configured> configurations,
    @Nullable IncarnationId incarnation,
    @Nullable EntryId lost) {
  /** A node that never ran. */
  public static final Restored NOTHING = new Restored(HardState.INITIAL, List.of(), EntryId.ZERO);

  /** A log of which nothing was lost, of a host that does not tell its data directories apart. */
  public Restored(
      HardState hardState,
      @Nullable SnapshotMeta snapshot,
      EntryId base,
      List<EntryId> termStarts,
      EntryId last,
      List<Configured> configurations) {
    this(hardState, snapshot, base, termStarts, last, configurations, null, null);
  }

  /** A log from its first entry on, without a snapshot and without any configuration. */
  public Restored(HardState hardState, List<EntryId> termStarts, EntryId last) {
    this(hardState, null, EntryId.ZERO, termStarts, last, List.of());
  }

  public Restored {
    termStarts = List.copyOf(termStarts);
    configurations = List.copyOf(configurations);
    Require.argument(
        last.term() <= hardState.term(),
        "log ends at %s, after the term %s on disk",
        last,
        hardState.term());
    Require.argument(
        lost == null || lost.term() <= hardState.term(),
        "log ended at %s before it was damaged, after the term %s on disk",
        lost,
        hardState.term());
    EntryId before = base;
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

  /** The same with the snapshot that the host found. */
  public Restored withSnapshot(SnapshotMeta latest) {
    return new Restored(
        hardState, latest, base, termStarts, last, configurations, incarnation, lost);
  }

  /** The same in the data directory of that id. */
  public Restored withIncarnation(IncarnationId directory) {
    return new Restored(
        hardState, snapshot, base, termStarts, last, configurations, directory, lost);
  }

  /** The same log when damage took what it held after its last entry, up to {@code end}. */
  public Restored withLost(EntryId end) {
    return new Restored(
        hardState, snapshot, base, termStarts, last, configurations, incarnation, end);
  }
}
