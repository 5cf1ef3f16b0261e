package dev.balsa.raft;

import org.jspecify.annotations.Nullable;

/**
 * What a node promised by its acknowledgements and damage then took from its log. Promises outlive
 * the entries, which may be committed by their being counted here: until the log reaches as far
 * again, the node neither campaigns nor votes for whoever lacks them.
 */
final class Promises {
  private @Nullable EntryId lost; // behind the log's last entry, or null

  Promises(@Nullable EntryId lost) {
    this.lost = lost;
  }

  /** Where the log ended that was promised and lost; null if nothing is missing. */
  @Nullable EntryId lost() {
    return lost;
  }

  /**
   * What a candidate's log must reach for this node's vote, whose own log ends at {@code last}.
   * That may be beyond what was lost while it is on its way to the disk, with the acknowledgement
   * of it.
   */
  EntryId end(EntryId last) {
    return lost == null || lost.compareTo(last) < 0 ? last : lost;
  }

  /**
   * Whether something was lost and a log that is durable up to {@code durable} makes up for it. One
   * that reaches as far again, by term and index, is the log that would be here without the damage:
   * either the leader of the same term sent the same entries again, or one of a later term, which
   * holds all that was committed before, sent its own.
   */
  boolean areKeptBy(EntryId durable) {
    return lost != null && durable.compareTo(lost) >= 0;
  }

  /** Nothing is missing any more. Returns what was. */
  EntryId kept() {
    EntryId before = end(EntryId.ZERO);
    lost = null;
    return before;
  }
}
