package dev.balsa.sim;

/** Millions of hashes in eight bytes each and some room: plain open addressing, no removal. */
final class LongSet {
  private long[] places;
  private int size;

  /** A set with room for {@code expected} numbers before it must grow. */
  LongSet(long expected) {
    int room = 1 << 12;
    while (room < 1 << 30 && 3L * room / 4 < expected) {
      room *= 2;
    }
    places = new long[room];
  }

  /** Adds a number; false if it was there. */
  boolean add(long number) {
    if (4L * size >= 3L * places.length) {
      grow();
    }
    return put(number == 0 ? 1 : number); // an empty place is 0
  }

  private boolean put(long number) {
    int mask = places.length - 1;
    int place = (int) number & mask;
    while (places[place] != 0) {
      if (places[place] == number) {
        return false;
      }
      place = (place + 1) & mask;
    }
    places[place] = number;
    size++;
    return true;
  }

  private void grow() {
    long[] old = places;
    places = new long[2 * old.length];
    size = 0;
    for (long number : old) {
      if (number != 0) {
        put(number);
      }
    }
  }

  /** Spreads a number over all 64 bits, one to one (SplitMix64's finish). */
  static long mix(long number) {
    long z = (number + 0x9e3779b97f4a7c15L) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 29)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 32);
  }
}
