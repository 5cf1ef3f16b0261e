package dev.balsa.node;

import dev.balsa.raft.ClusterId;
import dev.balsa.raft.NodeId;

/** The node is no member any more, for good: its id is not given out again. */
public final class RemovedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Node {@code node} left {@code cluster}. */
  public RemovedException(NodeId node, ClusterId cluster) {
    super(
        "it was removed from the cluster: node %s is no member of cluster %s any more; delete its data directory, and to bring it back add it anew, under a new id"
            .formatted(node, cluster));
  }
}
