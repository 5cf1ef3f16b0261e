package dev.balsa.raft;

import java.util.List;
import java.util.TreeSet;

/** One step of what an operator asks of the membership; several may be asked at once. */
public sealed interface Change {
  /** The member concerned. */
  NodeId node();

  /**
   * A node joins.
   *
   * @param seat {@link Seat#LEARNER}; {@link Seat#JOINING} to become a voter when it has caught up,
   *     which never costs availability; or {@link Seat#VOTER} to count at once, with an empty log
   * @param context kept with the member
   */
  record Add(NodeId node, Seat seat, Bytes context) implements Change {
    public Add {
      Require.argument(
          seat == Seat.LEARNER || seat == Seat.JOINING || seat == Seat.VOTER,
          "node %s cannot be added as %s; choose LEARNER, JOINING or VOTER",
          node,
          seat);
    }
  }

  /** A learner becomes a voter. */
  record Promote(NodeId node) implements Change {}

  /** A voter becomes a learner. */
  record Demote(NodeId node) implements Change {}

  /** A member leaves for good: its id is not given out again. */
  record Remove(NodeId node) implements Change {}

  /** What the host keeps with the member is replaced; its seat stays. */
  record Update(NodeId node, Bytes context) implements Change {}

  /** Whether no node is meant by two of them. */
  static boolean areOfDifferentNodes(List<Change> changes) {
    return new TreeSet<>(changes.stream().map(Change::node).toList()).size() == changes.size();
  }
}
