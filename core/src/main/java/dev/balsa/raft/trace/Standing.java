package dev.balsa.raft.trace;

import dev.balsa.raft.NodeId;
import dev.balsa.raft.Status.RoleName;
import org.jspecify.annotations.Nullable;

/**
 * How a node's core stood after a step, by its own word.
 *
 * @param leader the leader of {@code term} as far as the node knew, or null
 * @param commit the commit index it knew
 * @param durable up to where its own log was forced
 */
public record Standing(
    RoleName role, long term, @Nullable NodeId leader, long commit, long durable) {
  private static final RoleName[] ROLES = RoleName.values();

  void write(TraceOut out) {
    out.oneOf(ROLES, role).term(term).node(leader).index(commit).index(durable);
  }

  static Standing read(TraceIn in) {
    return new Standing(
        in.oneOf(ROLES, "role"), in.term(), in.nodeOrNone(), in.index(), in.index());
  }
}
