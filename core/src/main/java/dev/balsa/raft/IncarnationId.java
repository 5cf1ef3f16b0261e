package dev.balsa.raft;

/**
 * Names one data directory: a node that lost its disk comes back with another incarnation, and must
 * not vote as its former self.
 */
public record IncarnationId(long value) implements Comparable<IncarnationId> {
  @Override
  public int compareTo(IncarnationId other) {
    return Long.compareUnsigned(value, other.value);
  }

  /** Unsigned hexadecimal, as etcd prints its ids. */
  @Override
  public String toString() {
    return Long.toHexString(value);
  }
}
