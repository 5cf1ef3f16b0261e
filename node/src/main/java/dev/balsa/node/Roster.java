package dev.balsa.node;

import dev.balsa.raft.NodeId;
import dev.balsa.raft.Raft;

/** What follows from a group's membership for the node's peers. Loop thread only. */
interface Roster {
  /** When {@link #follow} has something to do though nothing happens. */
  long deadline();

  /**
   * Looks at what is in force; costs a comparison if nothing changed.
   *
   * @throws RemovedException a while after the node's own removal was committed, so that it may
   *     still pass on what it knows; only where the node ends with its group
   */
  void follow(Raft raft, long commit, long now);

  /** A node of the cluster that is none of the peers dials. */
  void knocked(NodeId stranger, long now);

  /**
   * A peer says that this node is no member any more; peers only say so of what is committed.
   *
   * @throws RemovedException where the node ends with its group
   */
  void removed();
}
