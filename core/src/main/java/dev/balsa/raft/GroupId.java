package dev.balsa.raft;

/** Names one Raft group among those that share a node's log and connections. */
public record GroupId(long value) implements Comparable<GroupId> {
  @Override
  public int compareTo(GroupId other) {
    return Long.compareUnsigned(value, other.value);
  }

  /** Unsigned hexadecimal, as etcd prints its ids. */
  @Override
  public String toString() {
    return Long.toHexString(value);
  }
}
