package dev.balsa.raft;

import org.jspecify.annotations.Nullable;

/**
 * What must survive a crash beside the log (paper figure 2, persistent state): written as one
 * atomic record, so a term is never seen without its vote.
 *
 * @param term the latest term seen, from 0
 * @param vote who got this node's vote in that term, or null
 */
public record HardState(long term, @Nullable NodeId vote) {
  /** A node that has seen nothing. */
  public static final HardState INITIAL = new HardState(0, null);

  public HardState {
    Require.argument(term >= 0, "term %s is negative", term);
  }
}
