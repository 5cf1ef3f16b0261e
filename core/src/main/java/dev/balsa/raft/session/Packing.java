package dev.balsa.raft.session;

import dev.balsa.raft.Bytes;
import java.util.Arrays;

/** Builds {@link Bytes} out of numbers (LEB128, 7 bits a byte) and runs of bytes. */
final class Packing implements Bytes.Sink {
  private byte[] array = new byte[64];
  private int size;

  int size() {
    return size;
  }

  /** A number from 0 on. */
  Packing number(long value) {
    long rest = value;
    ensure(10);
    while ((rest & ~0x7fL) != 0) {
      array[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    array[size++] = (byte) rest;
    return this;
  }

  /** The length, then the bytes. */
  void sized(Bytes bytes) {
    number(bytes.length()).raw(bytes);
  }

  void raw(Bytes bytes) {
    bytes.writeTo(this);
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    ensure(length);
    for (int i = offset; i < offset + length; i++) {
      array[size++] = source[i];
    }
  }

  /** What was packed since the last time. */
  Bytes take() {
    Bytes packed = Bytes.wrap(Arrays.copyOf(array, size));
    size = 0;
    return packed;
  }

  private void ensure(int more) {
    int needed = Math.addExact(size, more);
    if (needed > array.length) {
      array = Arrays.copyOf(array, Math.max(needed, array.length * 2));
    }
  }
}
