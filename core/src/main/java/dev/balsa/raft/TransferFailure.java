package dev.balsa.raft;

/** Why the leadership did not move to the node that was asked for. */
public enum TransferFailure {
  /** This node does not lead: ask the leader. */
  NOT_LEADER,
  /** The target is this node, which leads already. */
  ALREADY_LEADER,
  /** The target has no vote in this group. */
  NOT_A_VOTER,
  /** Another transfer is under way. */
  IN_PROGRESS,
  /** The target has not answered for the least election timeout. */
  TARGET_SILENT,
  /** The target's log was not complete in time; the leader leads on. */
  TARGET_BEHIND,
  /**
   * The target was told to take over and has not in time; the leader leads on, if it still does.
   */
  TIMED_OUT,
  /** Another node than the target took over. */
  OTHER_LEADER
}
