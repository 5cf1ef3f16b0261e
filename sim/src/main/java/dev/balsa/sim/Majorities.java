package dev.balsa.sim;

import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import java.util.List;

/**
 * Who can decide, reckoned anew for the judges: in a joint phase a majority of the outgoing voters
 * and one of the incoming ones (thesis §4.3). Sets of nodes are bits, that of node 1 the lowest.
 *
 * @param outgoing the same as {@code incoming} outside of a joint phase
 */
record Majorities(long outgoing, long incoming) {
  static Majorities of(Membership membership) {
    long incoming = bits(membership.voters());
    return new Majorities(membership.isJoint() ? bits(membership.outgoing()) : incoming, incoming);
  }

  static long bit(NodeId node) {
    return 1L << node.value();
  }

  private static long bits(List<NodeId> nodes) {
    long bits = 0;
    for (NodeId node : nodes) {
      bits |= bit(node);
    }
    return bits;
  }

  /** Whether {@code nodes} can decide; nobody can in an unknown membership. */
  boolean agree(long nodes) {
    return isMajority(nodes, outgoing) && isMajority(nodes, incoming);
  }

  private static boolean isMajority(long nodes, long voters) {
    return 2 * Long.bitCount(nodes & voters) > Long.bitCount(voters);
  }

  /** Whether some who can decide here have nobody in common with some who can decide there. */
  boolean canDisagree(Majorities other) {
    long all = outgoing | incoming | other.outgoing | other.incoming;
    for (long set = all; set > 0; set = (set - 1) & all) { // every set of them
      if (agree(set) && other.agree(all & ~set)) {
        return true;
      }
    }
    return false;
  }
}
