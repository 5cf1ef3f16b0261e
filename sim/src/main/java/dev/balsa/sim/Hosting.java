package dev.balsa.sim;

import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;

/** What a world's nodes are built on: disks, and the form that messages take between them. */
public interface Hosting {
  /** The lightest: a log in memory, messages handed over as they are. Runs in the browser. */
  Hosting IN_MEMORY = seed -> node -> new MemoryStorage();

  /** The machines of one world, whose own chances all follow from {@code seed}. */
  Machines machines(long seed);

  /** The machines of one world. */
  @FunctionalInterface
  interface Machines {
    /** The disk of a node; called once for each node. */
    Storage storage(NodeId node);

    /** What arrives at {@code to} of that which {@code from} sends. */
    default Message carry(NodeId from, NodeId to, Message message) {
      return message;
    }
  }
}
