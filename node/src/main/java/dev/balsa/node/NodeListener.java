package dev.balsa.node;

import dev.balsa.raft.Event;

/** Is told what happens in a node. Called on the node's own threads: return fast, never throw. */
public interface NodeListener {
  /** Something happened in the core. */
  default void event(Event event) {}

  /** A force of the log took {@code nanos} nanoseconds. */
  default void forced(long nanos) {}

  /**
   * The node has stopped for good, because of {@code cause}. Called on one of its threads: leave
   * {@link RaftNode#close} to another.
   */
  default void failed(Throwable cause) {}
}
