package dev.balsa.raft;

import dev.balsa.raft.Ready.Outgoing;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Messages of a {@link Group} on their way, in the order in which they were sent. */
final class Post {
  private final ArrayDeque<Outgoing> queue = new ArrayDeque<>();
  private final TreeSet<Integer> isolated = new TreeSet<>();
  private BiPredicate<Integer, Integer> links = (from, to) -> true;

  List<Outgoing> queue() {
    return List.copyOf(queue);
  }

  void dropAll() {
    queue.clear();
  }

  void dropFrom(NodeId node) {
    queue.removeIf(outgoing -> outgoing.message().from().equals(node));
  }

  /** From now on nothing reaches or leaves these nodes. */
  void isolate(int... nodes) {
    for (int node : nodes) {
      isolated.add(node);
    }
  }

  /** From now on a message arrives only where {@code from, to} is a link. */
  void links(BiPredicate<Integer, Integer> exist) {
    links = exist;
  }

  void heal() {
    isolated.clear();
    links = (from, to) -> true;
  }

  void send(int from, List<Outgoing> messages) {
    if (!isolated.contains(from)) {
      queue.addAll(messages);
    }
  }

  /** The oldest message that arrives at one of {@code nodes}; those before it are lost. */
  @Nullable Outgoing take(Collection<Integer> nodes) {
    for (Outgoing next = queue.poll(); next != null; next = queue.poll()) {
      int to = Math.toIntExact(next.to().value());
      int from = Math.toIntExact(next.message().from().value());
      if (!isolated.contains(to) && links.test(from, to) && nodes.contains(to)) {
        return next;
      }
    }
    return null;
  }
}
