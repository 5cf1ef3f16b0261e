package dev.balsa.raft;

/** Names a cluster; nodes of different clusters never talk to each other. */
public record ClusterId(long value) implements Comparable<ClusterId> {
  @Override
  public int compareTo(ClusterId other) {
    return Long.compareUnsigned(value, other.value);
  }

  /** Unsigned hexadecimal, as etcd prints its ids. */
  @Override
  public String toString() {
    return Long.toHexString(value);
  }
}
