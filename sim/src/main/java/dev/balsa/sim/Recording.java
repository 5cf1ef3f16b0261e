package dev.balsa.sim;

import dev.balsa.raft.Input;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Raft;
import dev.balsa.raft.Ready;
import dev.balsa.raft.trace.Beginning;

/**
 * Is told what every core was told, and when, in nanoseconds of the world and of the node's clock.
 * A seam for the page's sake, which records nothing and need not carry what can.
 */
interface Recording {
  /** A process's core is there. */
  void started(NodeId node, long time, long now, Beginning beginning, Raft core);

  /** A core took an input. */
  void stepped(NodeId node, long time, long now, Input input, Ready ready, Raft core);

  /** A process ended. */
  void stopped(NodeId node, long time, String reason);
}
