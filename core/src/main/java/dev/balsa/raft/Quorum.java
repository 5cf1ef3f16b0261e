package dev.balsa.raft;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * What it takes to decide in a membership: a majority of the voters (paper §5.2, §5.3), in a joint
 * phase a majority of the outgoing <em>and</em> one of the incoming voters (paper §6, thesis §4.3).
 * Nobody else counts, not even the leader: one that is being removed has no part in it (thesis
 * §4.2.2).
 */
final class Quorum {
  private final List<List<NodeId>> sides; // one, in a joint phase two; none of them empty

  Quorum(Membership membership) {
    if (membership.members().isEmpty()) {
      sides = List.of();
    } else if (membership.isJoint()) {
      sides = List.of(membership.outgoing(), membership.voters());
    } else {
      sides = List.of(membership.voters());
    }
  }

  /** How many of {@code voters} are more than half. */
  static int majority(int voters) {
    return voters / 2 + 1;
  }

  /**
   * A count of those who agree.
   *
   * @param held how many do
   * @param needed how many must
   */
  record Tally(int held, int needed) {
    boolean isEnough() {
      return held >= needed;
    }
  }

  /** The count on the side that lacks most. Without any voter nothing is ever enough. */
  Tally tally(Predicate<NodeId> agrees) {
    Tally worst = new Tally(0, sides.isEmpty() ? 1 : 0);
    for (List<NodeId> side : sides) {
      int held = 0;
      for (NodeId voter : side) {
        held += agrees.test(voter) ? 1 : 0;
      }
      Tally tally = new Tally(held, majority(side.size()));
      if (worst.needed() == 0 || tally.needed() - held > worst.needed() - worst.held()) {
        worst = tally;
      }
    }
    return worst;
  }

  /** Whether those who hold {@code agrees} can decide. */
  boolean agrees(Predicate<NodeId> agrees) {
    return tally(agrees).isEnough();
  }

  /** The greatest value that a quorum has reached, given what each voter has; 0 without voters. */
  long reached(ToLongFunction<NodeId> value) {
    long reached = Long.MAX_VALUE;
    for (List<NodeId> side : sides) {
      long[] values = new long[side.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = value.applyAsLong(side.get(i));
      }
      Arrays.sort(values);
      reached = Math.min(reached, values[values.length - majority(values.length)]);
    }
    return sides.isEmpty() ? 0 : reached;
  }

  /** How many voters may fail, whichever they are, without stopping the group. */
  int tolerance() {
    int tolerance = sides.isEmpty() ? 0 : Integer.MAX_VALUE;
    for (List<NodeId> side : sides) {
      tolerance = Math.min(tolerance, side.size() - majority(side.size()));
    }
    return tolerance;
  }

  /** How many of the voters that hold {@code alive} are there beyond what it takes, at worst. */
  int spare(Predicate<NodeId> alive) {
    int spare = sides.isEmpty() ? 0 : Integer.MAX_VALUE;
    for (List<NodeId> side : sides) {
      int held = (int) side.stream().filter(alive).count();
      spare = Math.min(spare, held - majority(side.size()));
    }
    return spare;
  }

  /** {@code 2 of {1 2 3}}, in a joint phase {@code 2 of {1 2 3} and 1 of {4}}. */
  @Override
  public String toString() {
    return String.join(" and ", sides.stream().map(Quorum::text).toList());
  }

  private static String text(List<NodeId> side) {
    List<String> ids = side.stream().map(NodeId::toString).toList();
    return majority(side.size()) + " of {" + String.join(" ", ids) + "}";
  }
}
