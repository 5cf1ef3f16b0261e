package dev.balsa.node.wal;

import java.util.Arrays;

/**
 * Where each entry of the log lies: one slot a record, in index order. A slot holds the entries
 * from its first index up to the next slot's, since a record replaces all after its {@code prev}.
 */
final class LogIndex {
  private long[] firsts = new long[64];
  private long[] segments = new long[64];
  private long[] offsets = new long[64];
  private int size;

  /** The record with entries from {@code first} on; whatever the log held from there on is gone. */
  void put(long first, long segment, long offset) {
    truncate(first);
    if (size == firsts.length) {
      firsts = Arrays.copyOf(firsts, 2 * size);
      segments = Arrays.copyOf(segments, 2 * size);
      offsets = Arrays.copyOf(offsets, 2 * size);
    }
    firsts[size] = first;
    segments[size] = segment;
    offsets[size] = offset;
    size++;
  }

  /** Forgets the entries from {@code first} on. */
  void truncate(long first) {
    while (size > 0 && firsts[size - 1] >= first) {
      size--;
    }
  }

  /** Forgets the slots that hold only entries before {@code first}. */
  void release(long first) {
    int spent = 0;
    while (spent < size && end(spent) <= first) {
      spent++;
    }
    // The last slot's end is not known here; it stays, as does its segment.
    System.arraycopy(firsts, spent, firsts, 0, size - spent);
    System.arraycopy(segments, spent, segments, 0, size - spent);
    System.arraycopy(offsets, spent, offsets, 0, size - spent);
    size -= spent;
  }

  /** The segment of the first entry, or {@code none} if there is no entry. */
  long firstSegment(long none) {
    return size == 0 ? none : segments[0];
  }

  /** The slot that holds {@code index}, which must lie in the log. */
  int slot(long index) {
    int found = Arrays.binarySearch(firsts, 0, size, index);
    int slot = found >= 0 ? found : -found - 2;
    if (slot < 0) {
      throw new IndexOutOfBoundsException("entry %d is before the log".formatted(index));
    }
    return slot;
  }

  /** The first index after the slot, if another slot says so. */
  long end(int slot) {
    return slot + 1 < size ? firsts[slot + 1] : Long.MAX_VALUE;
  }

  long segment(int slot) {
    return segments[slot];
  }

  long offset(int slot) {
    return offsets[slot];
  }
}
