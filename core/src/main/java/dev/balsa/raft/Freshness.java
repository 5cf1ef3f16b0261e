package dev.balsa.raft;

import org.jspecify.annotations.Nullable;

/**
 * What this node knows of how much was committed at a time of its own clock. It learns that from
 * reads that a majority confirmed, here or at the leader after this node asked; never from what a
 * leader says by itself, which may have been under way for any time.
 */
final class Freshness {
  private final NodeState state;

  // Nothing above index was committed before asOf.
  private long index;
  private long asOf = ReadBasis.UNKNOWN;

  Freshness(NodeState state) {
    this.state = state;
  }

  void learn(long atIndex, long at) {
    if (at > asOf) { // as any time is while none is known
      index = Math.max(index, atIndex);
      asOf = at;
    }
  }

  /** The place from which on a read is within the age; null if none is known. */
  @Nullable Long within(long ageNanosMax) {
    if (ageNanosMax == Long.MAX_VALUE) {
      return 0L;
    }
    boolean fresh = asOf != ReadBasis.UNKNOWN && state.now() - asOf <= ageNanosMax;
    return fresh ? index : null;
  }

  ReadBasis basis() {
    return new ReadBasis(ReadBasis.Path.BOUNDED, asOf);
  }
}
