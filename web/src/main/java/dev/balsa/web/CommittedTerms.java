package dev.balsa.web;

import java.util.ArrayList;
import java.util.List;

/**
 * The terms of the entries that some node has committed, from the first one seen on. A term has
 * many entries in a row, so only where it begins is kept. Not thread-safe.
 */
final class CommittedTerms {
  static final long UNKNOWN = 0;

  private static final int RUNS_MAX = 10_000; // then the oldest is forgotten

  private final List<Run> runs = new ArrayList<>(); // by index, without gaps
  private long last; // index, 0 before the first

  private record Run(long first, long term) {}

  long last() {
    return last;
  }

  /** The term of the entry at {@code index}, or {@link #UNKNOWN}. */
  long at(long index) {
    if (index <= last) {
      for (int i = runs.size() - 1; i >= 0; i--) {
        if (runs.get(i).first() <= index) {
          return runs.get(i).term();
        }
      }
    }
    return UNKNOWN;
  }

  /** The entry at {@code index}, if it comes after all that are known, is of {@code term}. */
  void add(long index, long term) {
    if (index <= last) {
      return;
    }
    if (!runs.isEmpty() && index > last + 1) {
      begin(last + 1, UNKNOWN);
    }
    begin(index, term);
    last = index;
  }

  private void begin(long index, long term) {
    if (runs.isEmpty() || runs.getLast().term() != term) {
      runs.add(new Run(index, term));
    }
    if (runs.size() > RUNS_MAX) {
      runs.removeFirst();
    }
  }
}
