package dev.balsa.raft.trace;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what {@link TraceOut} wrote. Every method throws {@link TraceException} at nonsense. */
final class TraceIn {
  private final byte[] bytes;
  private int at;
  private long term;
  private long index;
  private long serial;
  private final List<NodeId> nodes = new ArrayList<>();
  private byte[] zeros = new byte[1 << 10]; // never written to

  TraceIn(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean isAtEnd() {
    return at == bytes.length;
  }

  /** The byte at hand, from 0 to 255. */
  int code() {
    if (at == bytes.length) {
      throw new TraceException("ends in the middle of a value");
    }
    return bytes[at++] & 0xff;
  }

  /** One of {@code values}. */
  <T> T oneOf(T[] values, String what) {
    int code = code();
    if (code >= values.length) {
      throw new TraceException("has the unknown %s %s", what, code);
    }
    return values[code];
  }

  boolean flag() {
    int code = code();
    if (code > 1) {
      throw new TraceException("has %s where there must be 0 or 1", code);
    }
    return code == 1;
  }

  long count() {
    int low = 0; // the first four groups: most numbers end there, and ints are fast in a browser
    for (int shift = 0; shift < 28; shift += 7) {
      int part = code();
      low |= (part & 0x7f) << shift;
      if (part < 0x80) {
        return low;
      }
    }
    long number = low;
    for (int shift = 28; shift < 64; shift += 7) {
      int part = code();
      number |= (long) (part & 0x7f) << shift;
      if (part < 0x80) {
        return number;
      }
    }
    throw new TraceException("has a number of more than 64 bits");
  }

  /** A {@link #count} from 0 to {@code max}. */
  int count(int max, String what) {
    return bounded(count(), max, what);
  }

  private static int bounded(long count, int max, String what) {
    if (count < 0 || count > max) {
      throw new TraceException("says %s %s, at most %s can be", count, what, max);
    }
    return (int) count;
  }

  /** How many items follow, each of at least a byte. */
  int items() {
    long count = count();
    return bounded(count, bytes.length - at, "items");
  }

  long signed() {
    long number = count();
    return (number >>> 1) ^ -(number & 1);
  }

  long fixed() {
    long number = 0;
    for (int i = 0; i < 8; i++) {
      number = number << 8 | code();
    }
    return number;
  }

  long term() {
    term = notNegative(term + signed());
    return term;
  }

  long index() {
    index = notNegative(index + signed());
    return index;
  }

  private static long notNegative(long number) {
    if (number < 0) {
      throw new TraceException("has the negative term or index %s", number);
    }
    return number;
  }

  long serial() {
    serial += signed();
    return serial;
  }

  @Nullable NodeId nodeOrNone() {
    long code = count();
    if (code == 0) {
      return null;
    }
    if (code == 1) {
      NodeId node = new NodeId(fixed());
      nodes.add(node);
      return node;
    }
    if (code < 0 || code - 2 >= nodes.size()) {
      throw new TraceException("names a node that it has not told of");
    }
    return nodes.get((int) code - 2);
  }

  NodeId node() {
    NodeId node = nodeOrNone();
    if (node == null) {
      throw new TraceException("names no node where there must be one");
    }
    return node;
  }

  /** What stands for bytes that are not told. */
  Bytes zeros(int length) {
    if (length > zeros.length) {
      zeros = new byte[length];
    }
    return Bytes.wrap(zeros, 0, length);
  }

  String text(int bytesMax) {
    long count = count();
    int length = bounded(count, Math.min(bytesMax, bytes.length - at), "bytes of text");
    at += length;
    return new String(bytes, at - length, length, StandardCharsets.UTF_8);
  }
}
