package dev.balsa.junit;

import dev.balsa.node.net.PeerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The ways between members: each member has a door, by which all know it, and to each door of
 * another a link of its own. Thread-safe.
 */
final class Network implements AutoCloseable {
  private final Map<String, Integer> ports = new ConcurrentHashMap<>(); // where they listen now
  private final Map<String, Link> doors = new TreeMap<>();
  private final Map<String, Map<String, Link>> links = new TreeMap<>(); // from, to

  /** Ways between members of these names, none of which listens yet. */
  Network(List<String> names) {
    for (String name : names) {
      doors.put(name, openTo(name));
    }
    for (String from : names) {
      Map<String, Link> outgoing = new TreeMap<>();
      names.stream().filter(to -> !to.equals(from)).forEach(to -> outgoing.put(to, openTo(to)));
      links.put(from, outgoing);
    }
  }

  private Link openTo(String name) {
    return Link.open(() -> ports.getOrDefault(name, 0));
  }

  /** {@code NAME=URL,…} of all. */
  String peers() {
    return doors.entrySet().stream()
        .map(it -> it.getKey() + "=http://" + it.getValue().address())
        .collect(Collectors.joining(","));
  }

  /** What {@code from} dials to reach who has that door. */
  PeerAddress route(String from, PeerAddress door) {
    Map<String, Link> outgoing = links.getOrDefault(from, Map.of());
    for (Map.Entry<String, Link> known : doors.entrySet()) {
      Link link = outgoing.get(known.getKey());
      if (link != null && known.getValue().address().equals(door)) {
        return link.address();
      }
    }
    return door;
  }

  /** Whether what either of two says reaches the other. */
  boolean connects(String one, String other) {
    return one.equals(other) || (passes(one, other) && passes(other, one));
  }

  private boolean passes(String from, String to) {
    Link link = links.getOrDefault(from, Map.of()).get(to);
    return link != null && !link.isCut();
  }

  /** A member listens there now; at 0 nowhere. */
  void moved(String name, int port) {
    ports.put(name, port);
  }

  /** Nothing passes any more between members of {@code side} and others. */
  void cutOff(Set<String> side) {
    links.forEach(
        (from, outgoing) ->
            outgoing.forEach(
                (to, link) -> {
                  if (side.contains(from) != side.contains(to)) {
                    link.cut();
                  }
                }));
  }

  /** Everything passes. */
  void heal() {
    all().forEach(Link::heal);
  }

  private List<Link> all() {
    List<Link> all = new ArrayList<>(doors.values());
    links.values().stream().flatMap(it -> it.values().stream()).forEach(all::add);
    return all;
  }

  @Override
  public void close() {
    all().forEach(Link::close);
  }
}
