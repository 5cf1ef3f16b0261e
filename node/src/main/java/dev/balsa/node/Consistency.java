package dev.balsa.node;

import dev.balsa.raft.ReadMode;

/** What a read promises, and what it costs. Every read tells how it was served. */
public sealed interface Consistency {
  /**
   * The read sees every write acknowledged before it was asked, on whichever node (ReadIndex,
   * thesis §6.4). Needs a leader and a majority, and waits for them.
   */
  Consistency LINEARIZABLE = new Agreed(ReadMode.LINEARIZABLE);

  /**
   * The same on a leader without asking a majority each time, as long as its lease holds and the
   * clocks keep the bound stated in {@link dev.balsa.raft.LeaseRules}; where there is no lease, as
   * always while they are off, the same as {@link #LINEARIZABLE}.
   */
  Consistency LEASE = new Agreed(ReadMode.LEASE);

  /** The read sees what this node has applied so far; it works alone and may be behind. */
  Consistency STALE = new Stale();

  /**
   * The read may miss writes, but only the latest: none committed {@code ageNanosMax} or more
   * before it was asked. Served on what a majority confirmed for an earlier read of this node while
   * that is fresh enough, else like {@link #LINEARIZABLE}; where that fails, as without a leader,
   * it is refused by {@code TOO_STALE} instead of waiting.
   */
  static Consistency notOlderThan(long ageNanosMax) {
    return new Agreed(new ReadMode.Bounded(ageNanosMax, Long.MAX_VALUE));
  }

  /**
   * The read may miss at most {@code entriesMax} of the entries that this node knows to be
   * committed; refused by {@code TOO_STALE} while the node hears no leader.
   */
  static Consistency notMoreBehindThan(long entriesMax) {
    return new Agreed(new ReadMode.Bounded(Long.MAX_VALUE, entriesMax));
  }

  /** Both bounds of a {@link ReadMode.Bounded}, or any other mode that the core knows. */
  record Agreed(ReadMode mode) implements Consistency {}

  /** See {@link #STALE}. */
  record Stale() implements Consistency {}
}
