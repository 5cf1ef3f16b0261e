package dev.balsa.node.net;

import dev.balsa.raft.GroupId;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;

/** What waits for the receiver, in the order in which it came. */
sealed interface Arrival {
  /** A peer's message to a group. */
  record Said(GroupId group, Message message) implements Arrival {}

  /** What {@code peer} says from here on comes from that data directory. */
  record Greeting(NodeId peer, IncarnationId incarnation) implements Arrival {}

  /** A node of this cluster looks for this one, which does not know it. */
  record Knock(NodeId stranger) implements Arrival {}

  /** {@code peer} answered a ping that was sent {@code nanos} nanoseconds before. */
  record Answered(NodeId peer, long nanos) implements Arrival {}

  /** {@code peer} says that this node is no member any more. */
  record Farewell(NodeId peer) implements Arrival {}
}
