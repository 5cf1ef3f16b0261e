package dev.balsa.sim;

import dev.balsa.raft.Entry;
import dev.balsa.raft.Input;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Ready;

/**
 * Sees everything that happens in a world, in order: what a picture is drawn from. Must not act on
 * the world while it is told.
 */
public interface Witness {
  /** A process of {@code node} runs, from what its disk held. */
  void started(NodeId node);

  /** The process ended, for {@code reason}. */
  void stopped(NodeId node, String reason);

  /** A core took an input; {@code ready} says what came of it. */
  void stepped(NodeId node, Input input, Ready ready);

  /** A message set out; it may yet be lost on its way. */
  void sent(Flight flight);

  /** A message reached its node's machine, whether or not a process runs there. */
  void arrived(Flight flight);

  /** A message will not arrive. */
  void lost(Flight flight);

  /** Everything {@code node} wrote before the force began is durable. */
  void forced(NodeId node);

  /** The machine of {@code node} took a committed entry. */
  void applied(NodeId node, Entry entry);

  /** Looks away. */
  Witness NOBODY =
      new Witness() {
        @Override
        public void started(NodeId node) {}

        @Override
        public void stopped(NodeId node, String reason) {}

        @Override
        public void stepped(NodeId node, Input input, Ready ready) {}

        @Override
        public void sent(Flight flight) {}

        @Override
        public void arrived(Flight flight) {}

        @Override
        public void lost(Flight flight) {}

        @Override
        public void forced(NodeId node) {}

        @Override
        public void applied(NodeId node, Entry entry) {}
      };
}
