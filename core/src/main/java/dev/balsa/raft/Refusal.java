package dev.balsa.raft;

/** Why the core did not take a proposal or a read. Nothing was appended; trying again is safe. */
public enum Refusal {
  /** No leader is known in this term. */
  NO_LEADER,
  /** The leader asked has stepped down, was never one, or does not answer. */
  LEADER_CHANGED,
  /** The leader is handing over to another node; it takes proposals again if that fails. */
  TRANSFERRING,
  /** Entries not yet committed reach {@link RaftConfig#uncommittedBytesMax()}. */
  UNCOMMITTED_BYTES,
  /** The host's own queue of requests waiting for the core is full. */
  QUEUE_FULL
}
