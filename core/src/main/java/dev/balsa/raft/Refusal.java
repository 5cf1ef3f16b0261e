package dev.balsa.raft;

/**
 * Why the core did not take a proposal, a read or a change of the membership. Nothing was appended;
 * trying again is safe.
 */
public enum Refusal {
  /** No leader is known in this term. */
  NO_LEADER,
  /** The leader asked has stepped down, was never one, or does not answer. */
  LEADER_CHANGED,
  /** The leader is handing over to another node; it takes proposals again if that fails. */
  TRANSFERRING,
  /** Entries not yet committed reach {@link RaftConfig#uncommittedBytesMax()}. */
  UNCOMMITTED_BYTES,
  /** This node's disk or the leader's is full; it takes proposals again once there is space. */
  DISK_FULL,
  /** The host's own queue of requests waiting for the core is full. */
  QUEUE_FULL,
  /** The leader has not committed an entry of its own term yet; a moment later it may. */
  LEADER_NOT_READY,
  /** Nobody can tell at the moment how far this node is behind; a read with other bounds may do. */
  TOO_STALE,
  /** Another change of the membership is under way. */
  CHANGE_IN_PROGRESS,
  /** The change names a node that is no member. */
  UNKNOWN_MEMBER,
  /** The node to be added is a member. */
  MEMBER_EXISTS,
  /** The id belonged to a member that was removed; a node joins anew under a new id. */
  ID_REUSED,
  /** Only a learner can be promoted. */
  NOT_A_LEARNER,
  /** Only a voter can be demoted. */
  NOT_A_VOTER,
  /** The learner's log is too far behind the leader's. */
  NOT_CAUGHT_UP,
  /** No voter would be left. */
  LAST_VOTER,
  /** Of the voters that answer the leader too few would be left to decide anything. */
  QUORUM_LOST,
  /** The membership is already as wanted. */
  NOTHING_TO_CHANGE
}
