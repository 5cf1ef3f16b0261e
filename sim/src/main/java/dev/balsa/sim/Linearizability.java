package dev.balsa.sim;

import dev.balsa.sim.History.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Whether a register's history could have come from one register that does one request at a time,
 * each between its question and its answer. The search of Wing and Gong (1993) with Lowe's memory
 * of places that led nowhere (2017): tries every request that may come next, and goes back where
 * none fits. A request without an answer may come at any time after its question, or never.
 */
public final class Linearizability {
  /** More places than this and the search is given up. */
  private static final int PLACES_MAX = 2_000_000;

  /** What the search came to. */
  public enum Verdict {
    LINEARIZABLE,
    NOT_LINEARIZABLE,
    /** The search was given up. */
    UNDECIDED
  }

  /** A place in the search: which requests are done, and what the register holds then. */
  private static final class Place implements Comparable<Place> {
    private final long[] done;
    private final long value;

    Place(long[] done, long value) {
      this.done = done.clone();
      this.value = value;
    }

    @Override
    public int compareTo(Place other) {
      int order = Long.compare(value, other.value);
      return order != 0 ? order : Arrays.compare(done, other.done);
    }
  }

  /** A step of the search, to go back to. */
  private record Step(int operation, long before) {}

  private final List<Operation> operations;
  private final TreeSet<Place> visited = new TreeSet<>();
  private final List<Step> steps = new ArrayList<>();
  private final long[] done;
  private int open; // answered requests not done yet
  private int first; // all requests before are done
  private long value;

  private Linearizability(List<Operation> history) {
    operations = new ArrayList<>(history);
    operations.sort(Comparator.comparingLong((Operation o) -> o.asked));
    done = new long[operations.size() / 64 + 1];
    open = (int) operations.stream().filter(o -> o.told != Long.MAX_VALUE).count();
  }

  /** Judges the requests of one register, which holds 0 at first. */
  public static Verdict check(List<Operation> history) {
    return new Linearizability(history).search();
  }

  private Verdict search() {
    int from = 0;
    while (open > 0) {
      int next = candidate(from);
      if (next >= 0) {
        long before = value;
        take(next);
        if (visited.add(new Place(done, value))) {
          if (visited.size() > PLACES_MAX) {
            return Verdict.UNDECIDED;
          }
          steps.add(new Step(next, before));
          from = first;
        } else {
          giveBack(next, before);
          from = next + 1;
        }
      } else if (steps.isEmpty()) {
        return Verdict.NOT_LINEARIZABLE;
      } else {
        Step last = steps.removeLast();
        giveBack(last.operation(), last.before());
        from = last.operation() + 1;
      }
    }
    return Verdict.LINEARIZABLE;
  }

  /** The first request from {@code from} on that may come next and fits; -1 if there is none. */
  private int candidate(int from) {
    // Nothing may come that was asked after the first answer among those not done.
    long bound = Long.MAX_VALUE;
    for (int i = first; i < operations.size() && operations.get(i).asked < bound; i++) {
      if (!isDone(i)) {
        bound = Math.min(bound, operations.get(i).told);
      }
    }
    for (int i = Math.max(from, first); i < operations.size(); i++) {
      Operation operation = operations.get(i);
      if (operation.asked > bound) {
        return -1;
      }
      if (!isDone(i) && fits(operation)) {
        return i;
      }
    }
    return -1;
  }

  private boolean fits(Operation operation) {
    boolean answered = operation.told != Long.MAX_VALUE;
    return switch (operation.kind) {
      case READ -> operation.result == value;
      case PUT -> true;
      // One without an answer that sets nothing changes nothing: it need not be tried.
      case CAS -> (operation.expected == value) == (!answered || operation.result == 1);
    };
  }

  private void take(int i) {
    Operation operation = operations.get(i);
    done[i / 64] |= 1L << i;
    if (operation.told != Long.MAX_VALUE) {
      open--;
    }
    switch (operation.kind) {
      case READ -> {}
      case PUT -> value = operation.value;
      case CAS -> value = operation.expected == value ? operation.value : value;
    }
    while (first < operations.size() && isDone(first)) {
      first++;
    }
  }

  private void giveBack(int i, long before) {
    done[i / 64] &= ~(1L << i);
    if (operations.get(i).told != Long.MAX_VALUE) {
      open++;
    }
    value = before;
    first = Math.min(first, i);
  }

  private boolean isDone(int i) {
    return (done[i / 64] & (1L << i)) != 0;
  }
}
