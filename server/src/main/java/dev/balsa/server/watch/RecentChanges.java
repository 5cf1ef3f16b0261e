package dev.balsa.server.watch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The latest revisions without a gap, as many as the bounds allow, so that whoever is only a little
 * behind need not ask the store.
 *
 * <pre>
 *  revision  1 ............ | first ............... last |
 *            in the store     here                         to come
 * </pre>
 */
final class RecentChanges {
  private static final int CHANGES_MAX = 10_000;
  private static final long BYTES_MAX = 16L << 20;

  private final Deque<WatchedChange> changes = new ArrayDeque<>();
  private long bytes;

  // Every change of the revisions first to last is here; first = last + 1 if nothing is.
  private long first = 1;
  private long last;

  /** Nothing before {@code next} is known any more. */
  void restart(long next) {
    changes.clear();
    bytes = 0;
    first = next;
    last = next - 1;
  }

  /** Adds the changes of all revisions up to {@code through}; they follow on what is here. */
  void add(List<WatchedChange> more, long through) {
    for (WatchedChange change : more) {
      changes.addLast(change);
      bytes += change.bytes();
    }
    last = through;
    while (changes.size() > CHANGES_MAX || bytes > BYTES_MAX) {
      removeFirstRevision();
    }
  }

  private void removeFirstRevision() {
    long revision = changes.getFirst().revision();
    while (!changes.isEmpty() && changes.getFirst().revision() == revision) {
      bytes -= changes.removeFirst().bytes();
    }
    first = revision + 1;
  }

  /** Whether everything from {@code revision} on is here. */
  boolean reachBackTo(long revision) {
    return revision >= first && first <= last;
  }

  /** All changes from {@code revision} on. */
  List<WatchedChange> from(long revision) {
    List<WatchedChange> found = new ArrayList<>();
    for (WatchedChange change : changes) {
      if (change.revision() >= revision) {
        found.add(change);
      }
    }
    return found;
  }
}
