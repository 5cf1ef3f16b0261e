package dev.balsa.raft;

import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** Majorities of a membership (paper §5.2, §5.3). */
final class Quorum {
  private Quorum() {}

  /** How many voters a decision needs. */
  static int size(Membership membership) {
    return membership.voters().size() / 2 + 1;
  }

  /** Whether those who hold {@code agrees} are a majority. */
  static boolean agrees(Membership membership, Predicate<NodeId> agrees) {
    return membership.voters().stream().filter(agrees).count() >= size(membership);
  }

  /** The greatest value that a majority has reached, given what each voter has. */
  static long reached(Membership membership, ToLongFunction<NodeId> value) {
    long[] values = membership.voters().stream().mapToLong(value).sorted().toArray();
    return values[values.length - size(membership)];
  }
}
