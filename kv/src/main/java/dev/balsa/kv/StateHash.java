package dev.balsa.kv;

import dev.balsa.raft.Bytes;

/**
 * A 64-bit hash that grows by one change after the other, to compare replicas at a revision. Guards
 * against divergence by mistake, not by design: whoever may write can make two states collide.
 */
final class StateHash implements Bytes.Sink {
  private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

  private long hash;

  StateHash(long hash) {
    this.hash = hash;
  }

  long value() {
    return hash;
  }

  void add(long number) {
    long mixed = (hash ^ number) * MULTIPLIER;
    hash = mixed ^ (mixed >>> 32);
  }

  /** The length goes in too, so that bytes cannot move between neighbors unseen. */
  void add(Bytes bytes) {
    add(bytes.length());
    bytes.writeTo(this);
  }

  @Override
  public void write(byte[] array, int offset, int length) {
    int end = offset + length;
    int at = offset;
    for (; at + 8 <= end; at += 8) {
      add(word(array, at, 8));
    }
    if (at < end) {
      add(word(array, at, end - at));
    }
  }

  private static long word(byte[] array, int from, int bytes) {
    long word = 0;
    for (int i = 0; i < bytes; i++) {
      word |= (array[from + i] & 0xffL) << (8 * i);
    }
    return word;
  }
}
