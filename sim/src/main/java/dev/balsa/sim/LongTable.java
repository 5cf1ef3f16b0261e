package dev.balsa.sim;

import java.util.Arrays;

/**
 * Numbers by key, in a plain open-addressing table: half the memory of boxed maps and a tenth of
 * their time, which is what an {@link Explorer} lives on. Keys must be mixed well or be few.
 */
final class LongTable {
  private static final int ABSENT = -1;

  private long[] keys;
  private int[] values;
  private int size;

  LongTable() {
    allocate(1 << 12);
  }

  private void allocate(int room) {
    keys = new long[room];
    values = new int[room];
    Arrays.fill(values, ABSENT);
  }

  /** The number of a key, or -1. */
  int get(long key) {
    return values[place(key)];
  }

  /** Gives a key a number from 0 on. */
  void put(long key, int value) {
    if (2 * size >= keys.length) {
      grow();
    }
    int place = place(key);
    if (values[place] == ABSENT) {
      size++;
    }
    keys[place] = key;
    values[place] = value;
  }

  private int place(long key) {
    int mask = keys.length - 1;
    int place = (int) (LongSet.mix(key) >>> 32) & mask;
    while (values[place] != ABSENT && keys[place] != key) {
      place = (place + 1) & mask;
    }
    return place;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldValues = values;
    allocate(2 * oldKeys.length);
    size = 0;
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldValues[i] != ABSENT) {
        put(oldKeys[i], oldValues[i]);
      }
    }
  }
}
