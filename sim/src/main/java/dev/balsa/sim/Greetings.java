package dev.balsa.sim;

import dev.balsa.raft.Input;
import dev.balsa.raft.NodeId;
import java.util.List;
import java.util.TreeMap;

/** Which directory of each peer a process has heard, as its connections' first words say. */
final class Greetings {
  private final TreeMap<NodeId, Long> heard = new TreeMap<>();

  /** Another process begins. */
  void clear() {
    heard.clear();
  }

  /** What a message gives to the core; nothing if it is of a directory that is gone by now. */
  List<Input> inputs(Flight flight) {
    Input message = new Input.Receive(flight.message());
    Long known = heard.get(flight.from());
    if (known != null && known >= flight.directory()) {
      return known == flight.directory() ? List.of(message) : List.of();
    }
    heard.put(flight.from(), flight.directory());
    return List.of(
        new Input.Greeted(flight.from(), Directories.id(flight.from(), flight.directory())),
        message);
  }
}
