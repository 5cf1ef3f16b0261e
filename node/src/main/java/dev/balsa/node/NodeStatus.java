package dev.balsa.node;

import dev.balsa.raft.Status;

/**
 * What a node knows of itself, published after every turn of its loop.
 *
 * @param raft the core's view
 * @param applied the last index the state machine has applied
 * @param pending proposals and reads that wait for the core or for their entry
 * @param leaderChanges how often a leader became known since the start
 * @param failed whether the node has stopped for a reason of its own
 */
public record NodeStatus(
    Status raft, long applied, long pending, long leaderChanges, boolean failed) {
  NodeStatus withFailed(boolean now) {
    return now == failed ? this : new NodeStatus(raft, applied, pending, leaderChanges, now);
  }
}
