package dev.balsa.node;

/** What a read promises. */
public enum Consistency {
  /**
   * The read sees every write acknowledged before it was asked, on whichever node (ReadIndex,
   * thesis §6.4). Needs a leader and a majority.
   */
  LINEARIZABLE,
  /** The read sees what this node has applied so far; it works alone and may be behind. */
  STALE
}
