package dev.balsa.node;

import dev.balsa.raft.Status;
import dev.balsa.raft.Why;
import java.util.ArrayList;
import java.util.List;

/**
 * What a node knows of itself, published after every turn of its loop.
 *
 * @param raft the core's view
 * @param applied the last index the state machine has applied
 * @param pending proposals and reads that wait for the core or for their entry
 * @param leaderChanges how often a leader became known since the start
 * @param failed whether the node has stopped for a reason of its own
 * @param why what does not go on and why: what this node's disk and state machine hold up, then
 *     what the core knows; empty if all goes on
 */
public record NodeStatus(
    Status raft, long applied, long pending, long leaderChanges, boolean failed, List<Why> why) {
  /** Copies the list. */
  public NodeStatus {
    why = List.copyOf(why);
  }

  /** The same where nothing but the core holds anything up. */
  public NodeStatus(Status raft, long applied, long pending, long leaderChanges, boolean failed) {
    this(raft, applied, pending, leaderChanges, failed, raft.why());
  }

  NodeStatus withFailed(boolean now) {
    return now == failed ? this : new NodeStatus(raft, applied, pending, leaderChanges, now, why);
  }

  /** The same with one reason more, before all others. */
  NodeStatus because(Why reason) {
    List<Why> all = new ArrayList<>();
    all.add(reason);
    all.addAll(why);
    return new NodeStatus(raft, applied, pending, leaderChanges, failed, all);
  }
}
