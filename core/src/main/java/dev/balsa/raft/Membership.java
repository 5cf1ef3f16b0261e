package dev.balsa.raft;

import java.util.List;

/**
 * Who takes part in the group.
 *
 * @param voters in ascending order, without repetition, at least one
 */
public record Membership(List<NodeId> voters) {
  /** Sorts the voters and refuses an empty or ambiguous list. */
  public Membership {
    voters = voters.stream().sorted().toList();
    Require.argument(!voters.isEmpty(), "a group needs at least one voter");
    Require.argument(
        voters.stream().distinct().count() == voters.size(), "voters %s name a node twice", voters);
  }
}
