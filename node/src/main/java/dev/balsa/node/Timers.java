package dev.balsa.node;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which group the loop must look at next, by time: a heap in which each group knows its own place,
 * so that moving one costs neither a search nor an allocation. Loop thread only.
 */
final class Timers {
  private @Nullable Group<?, ?>[] heap = new Group<?, ?>[8];
  private int size;

  /** When the next group is due; {@link Long#MAX_VALUE} if none ever is. */
  long deadline() {
    return size == 0 ? Long.MAX_VALUE : at(0).timer;
  }

  /** The group that is due first. */
  Group<?, ?> first() {
    return at(0);
  }

  /** Sets when {@code group} is due. */
  void set(Group<?, ?> group, long deadline) {
    if (group.timerSlot < 0) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, 2 * size);
      }
      put(group, size++);
      group.timer = Long.MAX_VALUE;
    }
    long before = group.timer;
    group.timer = deadline;
    if (deadline < before) {
      rise(group);
    } else if (deadline > before) {
      sink(group);
    }
  }

  /** Forgets the group. */
  void remove(Group<?, ?> group) {
    set(group, Long.MIN_VALUE); // to the top
    Group<?, ?> last = at(--size);
    heap[size] = null;
    group.timerSlot = -1;
    if (size > 0) {
      put(last, 0);
      sink(last);
    }
  }

  private void rise(Group<?, ?> group) {
    int slot = group.timerSlot;
    while (slot > 0 && at((slot - 1) / 2).timer > group.timer) {
      put(at((slot - 1) / 2), slot);
      slot = (slot - 1) / 2;
    }
    put(group, slot);
  }

  private void sink(Group<?, ?> group) {
    int slot = group.timerSlot;
    while (2 * slot + 1 < size) {
      int child = 2 * slot + 1;
      if (child + 1 < size && at(child + 1).timer < at(child).timer) {
        child++;
      }
      if (at(child).timer >= group.timer) {
        break;
      }
      put(at(child), slot);
      slot = child;
    }
    put(group, slot);
  }

  private void put(Group<?, ?> group, int slot) {
    heap[slot] = group;
    group.timerSlot = slot;
  }

  private Group<?, ?> at(int slot) {
    Group<?, ?> group = heap[slot];
    if (group == null) {
      throw new IllegalStateException("no timer in slot " + slot);
    }
    return group;
  }
}
