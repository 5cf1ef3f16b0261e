package dev.balsa.kv;

import dev.balsa.raft.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last changes, kept beside the store, so that those who follow what happens need not have it
 * read back from there.
 */
final class NewestChanges {
  private static final int CHANGES_MAX = 1_000;
  private static final long BYTES_MAX = 1L << 20;

  private final ArrayDeque<Kept> changes = new ArrayDeque<>();
  private long bytes;
  private long first; // all changes from this revision on are here

  /**
   * One change.
   *
   * @param stored the stored form of the version that it made
   * @param superseded the same of the version before, null if there was none
   */
  record Kept(Bytes key, long revision, Bytes stored, @Nullable Bytes superseded) {
    private long bytes() {
      return key.length() + stored.length() + (superseded == null ? 0L : superseded.length());
    }
  }

  /** Nothing has changed yet, and what does is of revision {@code first} or later. */
  NewestChanges(long first) {
    this.first = first;
  }

  void add(Kept change) {
    changes.add(change);
    bytes += change.bytes();
    while (changes.size() > CHANGES_MAX || bytes > BYTES_MAX) {
      Kept oldest = changes.remove();
      bytes -= oldest.bytes();
      first = oldest.revision() + 1;
    }
  }

  /** Whether all changes from {@code revision} on are here. */
  boolean reachBackTo(long revision) {
    return revision >= first;
  }

  /** The changes from {@code revision} on, in their order. */
  List<Kept> from(long revision) {
    List<Kept> found = new ArrayList<>();
    Iterator<Kept> newestFirst = changes.descendingIterator();
    while (newestFirst.hasNext()) {
      Kept change = newestFirst.next();
      if (change.revision() < revision) {
        break;
      }
      found.add(change);
    }
    Collections.reverse(found);
    return found;
  }
}
