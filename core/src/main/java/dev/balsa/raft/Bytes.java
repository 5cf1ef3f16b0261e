package dev.balsa.raft;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An immutable run of bytes with content equality, ordered as unsigned bytes the way etcd orders
 * keys. A slice shares its array with the whole, so cutting a frame into commands copies nothing.
 * Thread-safe, since nothing in it changes.
 */
public final class Bytes implements Comparable<Bytes> {
  /** No bytes. */
  public static final Bytes EMPTY = new Bytes(new byte[0], 0, 0);

  private final byte[] array;
  private final int offset;
  private final int length;

  private Bytes(byte[] array, int offset, int length) {
    this.array = array;
    this.offset = offset;
    this.length = length;
  }

  /** A copy of {@code source}. */
  public static Bytes copyOf(byte[] source) {
    return new Bytes(source.clone(), 0, source.length);
  }

  /**
   * Takes {@code array} without copying it: the caller hands it over and never writes to it again.
   */
  public static Bytes wrap(byte[] array) {
    return new Bytes(array, 0, array.length);
  }

  /** Takes {@code length} bytes of {@code array} from {@code offset} on, without copying. */
  public static Bytes wrap(byte[] array, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, array.length);
    return new Bytes(array, offset, length);
  }

  /** The UTF-8 form of {@code text}. */
  public static Bytes utf8(String text) {
    return wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** How many bytes there are. */
  public int length() {
    return length;
  }

  public boolean isEmpty() {
    return length == 0;
  }

  /**
   * The byte at {@code position}, counted from 0.
   *
   * @throws IndexOutOfBoundsException if there is no such byte
   */
  public byte at(int position) {
    return array[offset + Objects.checkIndex(position, length)];
  }

  /**
   * The bytes from {@code from} (inclusive) to {@code to} (exclusive), sharing the same array.
   *
   * @throws IndexOutOfBoundsException if the range does not lie within these bytes
   */
  public Bytes slice(int from, int to) {
    Objects.checkFromToIndex(from, to, length);
    return new Bytes(array, offset + from, to - from);
  }

  public boolean startsWith(Bytes prefix) {
    return length >= prefix.length
        && Arrays.equals(
            array,
            offset,
            offset + prefix.length,
            prefix.array,
            prefix.offset,
            prefix.offset + prefix.length);
  }

  /** A fresh array with these bytes. */
  public byte[] toByteArray() {
    return Arrays.copyOfRange(array, offset, offset + length);
  }

  /**
   * Hands the bytes to {@code sink} where they lie, so an encoder can copy them once to their
   * place. The sink must not keep or write to the array.
   */
  public void writeTo(Sink sink) {
    sink.write(array, offset, length);
  }

  /** These bytes read as UTF-8; malformed parts become U+FFFD. */
  public String toUtf8() {
    return new String(array, offset, length, StandardCharsets.UTF_8);
  }

  @Override
  public int compareTo(Bytes other) {
    // Not Arrays.compareUnsigned, which the compiler to JavaScript does not know.
    int same =
        Arrays.mismatch(
            array, offset, offset + length, other.array, other.offset, other.offset + other.length);
    if (same < 0 || same == Math.min(length, other.length)) {
      return length - other.length;
    }
    return (array[offset + same] & 0xff) - (other.array[other.offset + same] & 0xff);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Bytes that
        && Arrays.equals(
            array, offset, offset + length, that.array, that.offset, that.offset + that.length);
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = offset; i < offset + length; i++) {
      hash = 31 * hash + array[i];
    }
    return hash;
  }

  /** Printable ASCII as it is, everything else as {@code \xNN}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(length + 2).append('"');
    for (int i = offset; i < offset + length; i++) {
      int b = array[i] & 0xff;
      if (b >= 0x20 && b < 0x7f && b != '"' && b != '\\') {
        text.append((char) b);
      } else {
        text.append("\\x")
            .append(Character.forDigit(b >> 4, 16))
            .append(Character.forDigit(b & 0xf, 16));
      }
    }
    return text.append('"').toString();
  }

  /** Takes bytes at the place where they lie. */
  @FunctionalInterface
  public interface Sink {
    void write(byte[] array, int offset, int length);
  }
}
