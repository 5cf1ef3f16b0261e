package dev.balsa.server.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The last things that any member's core said, in the order in which they were heard of here. */
final class Story {
  private static final int EVENTS_MAX = 2_000;

  private final Deque<String> events = new ArrayDeque<>();
  private long next;

  void add(List<String> more) {
    for (String event : more) {
      if (events.size() == EVENTS_MAX) {
        events.removeFirst();
      }
      events.addLast(event);
      next++;
    }
  }

  /** Counts all that was ever added. */
  long next() {
    return next;
  }

  /** What was added from {@code position} on, as far as it is kept. */
  List<String> from(long position) {
    List<String> kept = new ArrayList<>(events);
    long first = next - kept.size();
    return kept.subList((int) Math.max(0, Math.min(position - first, kept.size())), kept.size());
  }
}
