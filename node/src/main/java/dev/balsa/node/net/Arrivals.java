package dev.balsa.node.net;

import dev.balsa.raft.GroupId;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;

/** What connections have for the receiver until it takes it. Used by the loop's thread only. */
final class Arrivals {
  private final ArrayDeque<Arrival> inbox = new ArrayDeque<>();
  private final LinkedHashSet<NodeId> lost = new LinkedHashSet<>();

  boolean isEmpty() {
    return inbox.isEmpty() && lost.isEmpty();
  }

  void received(GroupId group, Message message) {
    inbox.add(new Arrival.Said(group, message));
  }

  void greeted(NodeId peer, IncarnationId incarnation) {
    inbox.add(new Arrival.Greeting(peer, incarnation));
  }

  void knocked(NodeId stranger) {
    inbox.add(new Arrival.Knock(stranger));
  }

  void answered(NodeId peer, long nanos) {
    inbox.add(new Arrival.Answered(peer, nanos));
  }

  void removed(NodeId by) {
    inbox.add(new Arrival.Farewell(by));
  }

  /** The connection to {@code peer} broke; told once, after all that it had said. */
  void lost(NodeId peer) {
    lost.add(peer);
  }

  /** That the connection to {@code peer} broke is no news any more. */
  void forget(NodeId peer) {
    lost.remove(peer);
  }

  /** Tells {@code receiver} all of it, in the order in which it came. */
  void deliver(Transport.Receiver receiver) {
    for (Arrival arrival = inbox.poll(); arrival != null; arrival = inbox.poll()) {
      switch (arrival) {
        case Arrival.Said(GroupId group, Message message) -> receiver.received(group, message);
        case Arrival.Greeting(NodeId peer, IncarnationId incarnation) ->
            receiver.greeted(peer, incarnation);
        case Arrival.Knock(NodeId stranger) -> receiver.knocked(stranger);
        case Arrival.Answered(NodeId peer, long nanos) -> receiver.answered(peer, nanos);
        case Arrival.Farewell(NodeId peer) -> receiver.removed(peer);
      }
    }
    while (!lost.isEmpty()) {
      receiver.unreachable(lost.removeFirst());
    }
  }
}
