package dev.balsa.raft;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What decides how a node goes on, as numbers: two nodes that {@link Raft#describe} alike answer
 * the same inputs alike from then on. Times count from now, so that nodes which differ only in when
 * they came to their state are alike; so do the sequences of writes, from the last one. What the
 * random source would draw next is left out: whoever compares nodes must not depend on it.
 *
 * <p>Made for explorers of a node's states, which may add what belongs to the node beside its core.
 * Not thread-safe; to be compared only once nothing is added any more.
 */
public final class Fingerprint implements Comparable<Fingerprint> {
  private static final long ABSENT = Long.MIN_VALUE;

  private long[] numbers = new long[48];
  private int count;

  /** Nothing yet. */
  public Fingerprint() {}

  /** Adds a number. */
  public Fingerprint add(long number) {
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * count);
    }
    numbers[count++] = number;
    return this;
  }

  /** Adds a place in a log. */
  public Fingerprint add(EntryId id) {
    return add(id.term()).add(id.index());
  }

  /** Adds a node, or that there is none. */
  public Fingerprint add(@Nullable NodeId node) {
    return add(node == null ? ABSENT : node.value());
  }

  Fingerprint add(boolean fact) {
    return add(fact ? 1 : 0);
  }

  /** Adds a time to come; one that has passed counts as now. */
  Fingerprint deadline(long time, long now) {
    return add(time == Long.MAX_VALUE ? ABSENT : time <= now ? 0 : time - now);
  }

  /** Adds a time in the past; what is older than {@code span} counts as that old. */
  Fingerprint past(long time, long now, long span) {
    return add(time < now - span ? span : now - time);
  }

  /** Lets go of unused room; for those who keep many. */
  public Fingerprint trim() {
    numbers = Arrays.copyOf(numbers, count);
    return this;
  }

  @Override
  public int compareTo(Fingerprint other) {
    return Arrays.compare(numbers, 0, count, other.numbers, 0, other.count);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Fingerprint that && compareTo(that) == 0;
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = 0; i < count; i++) {
      hash = 31 * hash + Long.hashCode(numbers[i]);
    }
    return hash;
  }

  @Override
  public String toString() {
    return Arrays.toString(Arrays.copyOf(numbers, count));
  }
}
