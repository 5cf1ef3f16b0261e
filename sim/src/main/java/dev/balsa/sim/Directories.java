package dev.balsa.sim;

import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.Member;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Restored;
import dev.balsa.raft.Seat;
import java.util.function.Function;

/**
 * Which data directory each machine has: its first one, or an empty one since it lost the one
 * before. Nodes tell them apart only in worlds in which that can happen.
 */
final class Directories {
  private static final long NODE_UNIT = 1_000_000;

  private final boolean told;
  private final long[] latest; // by node id, from 1
  private final boolean[] missing; // by node id

  Directories(Plan plan) {
    told = plan.faults().stream().anyMatch(it -> it.fault() instanceof Fault.LoseDisk);
    latest = new long[plan.machines() + 1];
    missing = new boolean[plan.machines() + 1];
  }

  /** Whether nodes tell directories apart. */
  boolean areTold() {
    return told;
  }

  /** The number of the directory that a machine has now: 0, then one more for each that it lost. */
  long latest(NodeId node) {
    return latest[(int) node.value()];
  }

  /** A machine has an empty directory from now on. */
  void lost(NodeId node) {
    latest[(int) node.value()]++;
    missing[(int) node.value()] = true;
  }

  /** Whether a machine lost its disk and is not yet again what it was. */
  boolean isMissing(NodeId node) {
    return missing[(int) node.value()];
  }

  /** What the directory of that number is called. */
  static IncarnationId id(NodeId node, long number) {
    return new IncarnationId(node.value() * NODE_UNIT + number);
  }

  /** What a process of a node starts from. */
  Restored name(NodeId node, Restored found) {
    return told ? found.withIncarnation(id(node, latest(node))) : found;
  }

  /** Whether a vote of {@code node} counts in {@code membership}: by the directory it has now. */
  boolean counts(NodeId node, Membership membership) {
    if (!told || membership.members().stream().allMatch(it -> it.incarnation() == null)) {
      return true; // the group is being founded
    }
    Member member = membership.member(node);
    return member != null && id(node, latest(node)).equals(member.incarnation());
  }

  /**
   * A membership is committed: the empty disks that it names count for what they are. Returns how
   * many machines are again what they were.
   */
  int seated(Membership membership, Function<NodeId, Medium> media) {
    int back = 0;
    for (int i = 1; i < missing.length; i++) {
      NodeId node = new NodeId(i);
      Member member = membership.member(node);
      if (missing[i] && member != null && counts(node, membership)) {
        media.apply(node).replaced();
        missing[i] = member.seat() != Seat.VOTER && member.seat() != Seat.LEARNER;
        back += missing[i] ? 0 : 1;
      }
      missing[i] &= member != null;
    }
    return back;
  }
}
