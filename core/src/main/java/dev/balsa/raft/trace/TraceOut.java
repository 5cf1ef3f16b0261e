package dev.balsa.raft.trace;

import dev.balsa.raft.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a trace's values in few bytes: a number takes as many as it needs, terms, indexes and
 * serial numbers are told by their distance from the one before, a node is spelled out once.
 */
final class TraceOut {
  private byte[] bytes = new byte[1 << 9];
  private int length;
  private long term;
  private long index;
  private long serial;
  private final List<NodeId> nodes = new ArrayList<>();

  int length() {
    return length;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  TraceOut code(int code) {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * length);
    }
    bytes[length++] = (byte) code;
    return this;
  }

  /** The place of {@code value} in {@code values}, which has it. */
  <T> TraceOut oneOf(T[] values, T value) {
    int place = 0;
    while (!values[place].equals(value)) {
      place++;
    }
    return code(place);
  }

  TraceOut flag(boolean flag) {
    return code(flag ? 1 : 0);
  }

  /** A number that is mostly small and never negative; a negative one takes ten bytes. */
  TraceOut count(long number) {
    long rest = number;
    while ((rest & ~0x7fL) != 0) {
      code((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    return code((int) rest);
  }

  /** A number of either sign. */
  TraceOut signed(long number) {
    return count((number << 1) ^ (number >> 63));
  }

  TraceOut fixed(long number) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      code((int) (number >>> shift));
    }
    return this;
  }

  TraceOut term(long next) {
    signed(next - term);
    term = next;
    return this;
  }

  TraceOut index(long next) {
    signed(next - index);
    index = next;
    return this;
  }

  TraceOut serial(long next) {
    signed(next - serial);
    serial = next;
    return this;
  }

  TraceOut node(@Nullable NodeId node) {
    if (node == null) {
      return code(0);
    }
    int known = nodes.indexOf(node);
    if (known >= 0) {
      return count(known + 2L);
    }
    nodes.add(node);
    return code(1).fixed(node.value());
  }

  void text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    count(utf8.length);
    for (byte each : utf8) {
      code(each);
    }
  }
}
