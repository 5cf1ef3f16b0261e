package dev.balsa.kv;

import dev.balsa.raft.Bytes;
import java.util.Arrays;

/** Builds {@link Bytes} out of single bytes, varints (LEB128, 7 bits a byte) and runs of bytes. */
final class ByteWriter implements Bytes.Sink {
  private byte[] array;
  private int size;

  /** Starts empty; room for {@code capacity} bytes saves copying. */
  ByteWriter(int capacity) {
    array = new byte[capacity];
  }

  /** How many bytes {@link #varint} writes for {@code value}. */
  static int varintBytes(long value) {
    return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
  }

  /** How many bytes were written so far. */
  int size() {
    return size;
  }

  void u8(int value) {
    ensure(1);
    array[size++] = (byte) value;
  }

  /** Eight bytes, most significant first, so that unsigned order is kept. */
  void u64(long value) {
    ensure(8);
    for (int shift = 56; shift >= 0; shift -= 8) {
      array[size++] = (byte) (value >>> shift);
    }
  }

  /** Takes {@code value} as unsigned; a negative one takes ten bytes. */
  void varint(long value) {
    long rest = value;
    ensure(10);
    while ((rest & ~0x7fL) != 0) {
      array[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    array[size++] = (byte) rest;
  }

  /** The length, then the bytes. */
  void sized(Bytes bytes) {
    varint(bytes.length());
    raw(bytes);
  }

  void raw(Bytes bytes) {
    bytes.writeTo(this);
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    ensure(length);
    System.arraycopy(source, offset, array, size, length);
    size += length;
  }

  /** What was written, in an array of exactly its size. Ends the use of this writer. */
  Bytes finish() {
    return Bytes.wrap(size == array.length ? array : Arrays.copyOf(array, size));
  }

  private void ensure(int more) {
    int needed = Math.addExact(size, more);
    if (needed > array.length) {
      array = Arrays.copyOf(array, Math.max(needed, array.length * 2));
    }
  }
}
