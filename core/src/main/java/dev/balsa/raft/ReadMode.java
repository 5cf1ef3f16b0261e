package dev.balsa.raft;

/** What a read needs to be told before it may be served. */
public sealed interface ReadMode {
  /** Confirmed by a majority after it was asked (ReadIndex, thesis §6.4). */
  ReadMode LINEARIZABLE = new Linearizable();

  /**
   * As linearizable as the clocks allow: by the leader's lease if it holds one ({@link
   * LeaseRules}), else like {@link #LINEARIZABLE}. Reads of followers are of the latter kind.
   */
  ReadMode LEASE = new Lease();

  /** See {@link #LINEARIZABLE}. */
  record Linearizable() implements ReadMode {}

  /** See {@link #LEASE}. */
  record Lease() implements ReadMode {}

  /**
   * May miss some of the latest writes, within bounds; refused by {@link Refusal#TOO_STALE} where
   * they cannot be kept.
   *
   * @param ageNanosMax every write committed so long before the read was asked is seen; {@code
   *     Long.MAX_VALUE} for no such bound. Known from what a majority confirmed for an earlier read
   *     of this node; where that is too old, it is asked again.
   * @param entriesMax at most so many entries that this node knows to be committed are missed;
   *     {@code Long.MAX_VALUE} for no such bound. Needs a leader that this node hears.
   */
  record Bounded(long ageNanosMax, long entriesMax) implements ReadMode {
    public Bounded {
      Require.argument(
          ageNanosMax >= 0 && entriesMax >= 0,
          "bounds of %s ns and %s entries must not be negative",
          ageNanosMax,
          entriesMax);
    }
  }
}
