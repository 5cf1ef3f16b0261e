package dev.balsa.kv;

import dev.balsa.raft.Bytes;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A set of keys as spans that neither overlap nor touch, so that a range which several permissions
 * cover together lies within one of them. Filled before it is read.
 */
final class KeySpans {
  /** From the first key of a span to the first key after it, {@link #END} if there is none. */
  private final TreeMap<Bytes, Bytes> ends = new TreeMap<>();

  /** Stands for the end of all keys; empty, since no key is. */
  private static final Bytes END = Bytes.EMPTY;

  void add(KeyRange range) {
    Bytes from = range.key();
    Bytes to = end(range);
    if (!isLess(from, to)) {
      return;
    }
    Map.Entry<Bytes, Bytes> before = ends.floorEntry(from);
    if (before != null && !isLess(before.getValue(), from)) {
      from = before.getKey();
      to = later(to, before.getValue());
    }
    Map.Entry<Bytes, Bytes> next = ends.ceilingEntry(from);
    while (next != null && !isLess(to, next.getKey())) {
      to = later(to, next.getValue());
      ends.remove(next.getKey());
      next = ends.ceilingEntry(from);
    }
    ends.put(from, to);
  }

  /** Whether every key of {@code range} is in the set. */
  boolean cover(KeyRange range) {
    Map.Entry<Bytes, Bytes> span = ends.floorEntry(range.key());
    Bytes to = end(range);
    return span != null && isLess(range.key(), span.getValue()) && !isLess(span.getValue(), to);
  }

  private static Bytes end(KeyRange range) {
    @Nullable Bytes upper = range.upper();
    return upper == null ? END : upper;
  }

  /** Both are ends, or the first one is a key. */
  private static boolean isLess(Bytes one, Bytes other) {
    if (one.equals(END)) {
      return false;
    }
    return other.equals(END) || one.compareTo(other) < 0;
  }

  private static Bytes later(Bytes one, Bytes other) {
    return isLess(one, other) ? other : one;
  }
}
