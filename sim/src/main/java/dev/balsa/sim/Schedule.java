package dev.balsa.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/** Virtual time in nanoseconds, and what is due when. What is due at one time happens in order. */
final class Schedule {
  private final PriorityQueue<Due> queue = new PriorityQueue<>();
  private long now;
  private long order;

  private record Due(long at, long order, Runnable action) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
    }
  }

  /** Nanoseconds since the run began. */
  long now() {
    return now;
  }

  /** When the next action is due; {@code Long.MAX_VALUE} if there is none. */
  long next() {
    Due due = queue.peek();
    return due == null ? Long.MAX_VALUE : due.at();
  }

  /** The actions of one kind that are still to happen, in no order that says anything. */
  <A> List<A> pending(Class<A> kind) {
    List<A> found = new ArrayList<>();
    for (Due due : queue) {
      if (kind.isInstance(due.action())) {
        found.add(kind.cast(due.action()));
      }
    }
    return found;
  }

  /** Lets {@code action} happen at a time, not before now. */
  void at(long time, Runnable action) {
    queue.add(new Due(Math.max(time, now), order++, action));
  }

  /** Lets {@code action} happen after {@code nanos}. */
  void after(long nanos, Runnable action) {
    at(now + nanos, action);
  }

  /** Moves the time on, never back. */
  void advance(long time) {
    now = Math.max(now, time);
  }

  /** Does what is due next, at its time. */
  void runNext() {
    Due due = queue.remove();
    advance(due.at());
    due.action().run();
  }
}
