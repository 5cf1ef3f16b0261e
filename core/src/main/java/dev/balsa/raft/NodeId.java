package dev.balsa.raft;

/**
 * Names a Raft participant for good; never an address. Ordered as unsigned, as etcd orders member
 * ids.
 */
public record NodeId(long value) implements Comparable<NodeId> {
  @Override
  public int compareTo(NodeId other) {
    return Long.compareUnsigned(value, other.value);
  }

  /** Unsigned hexadecimal, as etcd prints its ids. */
  @Override
  public String toString() {
    return Long.toHexString(value);
  }
}
