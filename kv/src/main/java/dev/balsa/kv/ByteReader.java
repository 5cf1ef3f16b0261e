package dev.balsa.kv;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Sentence;
import java.util.List;

/**
 * Reads what {@link ByteWriter} wrote. Trusts nothing: every length is checked against the bytes
 * that are left, and only the shortest form of a number is taken, so that one value has one form.
 */
final class ByteReader {
  private final Bytes source;
  private int position;

  ByteReader(Bytes source) {
    this.source = source;
  }

  int remaining() {
    return source.length() - position;
  }

  int u8() {
    if (remaining() == 0) {
      throw malformed("ends too early");
    }
    return source.at(position++) & 0xff;
  }

  /** A byte that says which of {@code choices} was meant. */
  <T> T choice(List<T> choices) {
    int number = u8();
    if (number >= choices.size()) {
      throw malformed("has no choice %s among %s", number, choices.size());
    }
    return choices.get(number);
  }

  long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = u8();
      if (shift == 63 && b > 1) {
        throw malformed("has a number of more than 64 bits");
      }
      value |= (long) (b & 0x7f) << shift;
      if (b < 0x80) {
        if (b == 0 && shift > 0) {
          throw malformed("has a number that is not in its shortest form");
        }
        return value;
      }
    }
    throw malformed("has a number of more than 64 bits");
  }

  /** Eight bytes, most significant first. */
  long u64() {
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value = (value << 8) | u8();
    }
    return value;
  }

  /** How many elements follow, each of which takes at least one byte. */
  int count() {
    long count = varint();
    if (count < 0 || count > remaining()) {
      throw malformed("announces %s more, but has %s bytes left", count, remaining());
    }
    return (int) count;
  }

  Bytes sized() {
    int length = count();
    Bytes bytes = source.slice(position, position + length);
    position += length;
    return bytes;
  }

  Bytes rest() {
    Bytes bytes = source.slice(position, source.length());
    position = source.length();
    return bytes;
  }

  void expectEnd() {
    if (remaining() > 0) {
      throw malformed("goes on for %s bytes after its end", remaining());
    }
  }

  /** What is wrong here, with {@code %s} for each value. */
  MalformedBytesException malformed(String what, Object... values) {
    Sentence wrong = Sentence.of(what, values);
    return new MalformedBytesException(
        Sentence.of("encoded value of %s bytes %s, at byte %s", source.length(), wrong, position)
            .toString());
  }
}
