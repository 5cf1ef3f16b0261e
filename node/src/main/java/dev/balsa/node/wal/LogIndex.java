package dev.balsa.node.wal;

import java.util.Arrays;

/**
 * Where each entry of a group's log lies: one slot a record, in index order. A slot holds the
 * entries from its first index up to the next slot's, since a record replaces all after its {@code
 * prev}.
 */
final class LogIndex {
  private long[] firsts = new long[8];
  private long[] segments = new long[8];
  private long[] offsets = new long[8];
  private long[] lengths = new long[8]; // of the records, in bytes
  private int size;
  private long oldest = Long.MAX_VALUE; // ≤ each of segments

  /**
   * The record with entries from {@code first} on, of {@code bytes}; whatever the log held from
   * there on is gone.
   */
  void put(long first, long segment, long offset, long bytes) {
    truncate(first);
    reserve(size + 1);
    set(size++, first, segment, offset, bytes);
    oldest = Math.min(oldest, segment);
  }

  /** Forgets the entries from {@code first} on. */
  void truncate(long first) {
    while (size > 0 && firsts[size - 1] >= first) {
      size--;
    }
    if (size == 0) {
      oldest = Long.MAX_VALUE;
    }
  }

  /**
   * The entries from {@code first} to {@code last} are also in this record, and count as there.
   *
   * @param logLast the last entry of the log, not before {@code last}
   */
  void move(long first, long last, long logLast, long segment, long offset, long bytes) {
    int head = slot(first);
    int tail = slot(last);
    boolean headStays = firsts[head] < first;
    boolean tailStays = last < Math.min(logLast, end(tail) - 1);
    int begin = headStays ? head + 1 : head;
    long[] rest = {last + 1, segments[tail], offsets[tail], lengths[tail]};
    int count = tailStays ? 2 : 1;
    int behind = size - tail - 1;
    reserve(begin + count + behind);
    shift(tail + 1, begin + count, behind);
    size = begin + count + behind;
    set(begin, first, segment, offset, bytes);
    if (tailStays) {
      set(begin + 1, rest[0], rest[1], rest[2], rest[3]);
    }
    findOldest();
  }

  /** Forgets the slots that hold only entries before {@code first}. */
  void release(long first) {
    int spent = 0;
    while (spent < size && end(spent) <= first) {
      spent++;
    }
    // The last slot's end is not known here; it stays, as does its segment.
    shift(spent, 0, size - spent);
    size -= spent;
    findOldest();
  }

  /**
   * Forgets all before {@code first}, also within a slot; all if {@code first} is not in the log.
   */
  void trim(long first, long logLast) {
    if (first > logLast) {
      truncate(0);
      return;
    }
    release(first);
    firsts[0] = Math.max(firsts[0], first);
  }

  private void reserve(int count) {
    if (count > firsts.length) {
      int more = Math.max(count, 2 * firsts.length);
      firsts = Arrays.copyOf(firsts, more);
      segments = Arrays.copyOf(segments, more);
      offsets = Arrays.copyOf(offsets, more);
      lengths = Arrays.copyOf(lengths, more);
    }
  }

  private void set(int slot, long first, long segment, long offset, long bytes) {
    firsts[slot] = first;
    segments[slot] = segment;
    offsets[slot] = offset;
    lengths[slot] = bytes;
  }

  private void shift(int from, int to, int count) {
    System.arraycopy(firsts, from, firsts, to, count);
    System.arraycopy(segments, from, segments, to, count);
    System.arraycopy(offsets, from, offsets, to, count);
    System.arraycopy(lengths, from, lengths, to, count);
  }

  private void findOldest() {
    oldest = Long.MAX_VALUE;
    for (int slot = 0; slot < size; slot++) {
      oldest = Math.min(oldest, segments[slot]);
    }
  }

  /** A segment before which nothing of the log lies; {@link Long#MAX_VALUE} if it has no entry. */
  long oldestSegment() {
    return oldest;
  }

  /** How many bytes all records together take. */
  long bytes() {
    long sum = 0;
    for (int slot = 0; slot < size; slot++) {
      sum += lengths[slot];
    }
    return sum;
  }

  /** How many records there are. */
  int size() {
    return size;
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

  /** The first index of the slot. */
  long first(int slot) {
    return firsts[slot];
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
