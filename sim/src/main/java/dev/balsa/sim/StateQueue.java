package dev.balsa.sim;

import java.util.ArrayDeque;
import java.util.Objects;

/** States that wait their turn, first in, first out, each a run of numbers, packed in pages. */
final class StateQueue {
  private static final int PAGE = 1 << 16;
  private static final int END = -1; // of a page

  private final ArrayDeque<int[]> pages = new ArrayDeque<>();
  private int read;
  private int write;
  private long size;

  StateQueue() {
    pages.add(new int[PAGE]);
  }

  long size() {
    return size;
  }

  /** Adds the first {@code count} numbers of a state. */
  void add(int[] state, int count) {
    int[] page = Objects.requireNonNull(pages.peekLast());
    if (write + count + 2 > PAGE) {
      page[write] = END;
      page = new int[PAGE];
      pages.add(page);
      write = 0;
    }
    page[write++] = count;
    for (int i = 0; i < count; i++) {
      page[write++] = state[i];
    }
    size++;
  }

  /** Takes the next state into {@code state}; tells how many numbers it has, or -1 at the end. */
  int take(int[] state) {
    if (size == 0) {
      return -1;
    }
    int[] page = Objects.requireNonNull(pages.peekFirst());
    if (page[read] == END) {
      pages.removeFirst();
      page = Objects.requireNonNull(pages.peekFirst());
      read = 0;
    }
    int count = page[read++];
    for (int i = 0; i < count; i++) {
      state[i] = page[read++];
    }
    size--;
    return count;
  }
}
