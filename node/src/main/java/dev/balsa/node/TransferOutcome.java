package dev.balsa.node;

import dev.balsa.raft.NodeId;
import dev.balsa.raft.TransferFailure;

/** What became of a request to move the leadership. */
public sealed interface TransferOutcome {
  /** The target leads {@code term}. */
  record Done(NodeId leader, long term) implements TransferOutcome {}

  /** The leadership did not move to the target, as far as this node knows. */
  record Failed(TransferFailure reason) implements TransferOutcome {}

  /** The node was closed or has failed before it knew. */
  record Stopped() implements TransferOutcome {}
}
