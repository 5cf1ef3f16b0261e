package dev.balsa.raft.session;

import dev.balsa.raft.Bytes;

/**
 * Reads what {@link Packing} wrote. Trusts nothing: every length is checked, and only the shortest
 * form of a number is taken.
 */
final class Unpacking {
  private final Bytes source;
  private int position;

  Unpacking(Bytes source) {
    this.source = source;
  }

  boolean isEmpty() {
    return position == source.length();
  }

  /**
   * A number from 0 on.
   *
   * @throws IllegalArgumentException if there is none
   */
  long number() {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      if (isEmpty()) {
        throw malformed("ends too early");
      }
      int next = source.at(position++) & 0xff;
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        if (next == 0 && shift > 0) {
          throw malformed("has a number that is not in its shortest form");
        }
        return value;
      }
    }
    throw malformed("has a number of more than 63 bits");
  }

  Bytes sized() {
    long length = number();
    if (length > source.length() - position) {
      throw malformed("announces " + length + " bytes");
    }
    int from = position;
    position += (int) length;
    return source.slice(from, position);
  }

  Bytes rest() {
    int from = position;
    position = source.length();
    return source.slice(from, position);
  }

  IllegalArgumentException malformed(String what) {
    return new IllegalArgumentException(
        "session data of " + source.length() + " bytes " + what + " at byte " + position);
  }
}
