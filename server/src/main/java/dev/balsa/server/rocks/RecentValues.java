package dev.balsa.server.rocks;

import dev.balsa.raft.Bytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Values of the keys that were written or read last. Every put looks at its key's newest version
 * first, as etcd does in its index; for these keys it need not ask RocksDB.
 *
 * <p>They lie one behind another in a few large arrays, which the garbage collector never looks
 * into; the array that was filled first is filled again. Each key has one place by its hash, and
 * the key that came last has it. Used by one thread at a time.
 */
final class RecentValues {
  private static final int SEGMENTS = 32;

  /** An entry takes at most this part of a segment, so that little of one stays empty. */
  private static final int ENTRIES_MIN = 4;

  private static final int LENGTHS_BYTES = 2 * Integer.BYTES;
  private static final int BYTES_A_PLACE = 64;

  /** 2⁶⁴ by the golden ratio: keys in a row get places far from each other. */
  private static final long FIBONACCI = 0x9E3779B97F4A7C15L;

  private final int segmentBytes;
  private final @Nullable ByteBuffer[] segments = new ByteBuffer[SEGMENTS];
  private final long[] places; // one more than where the entry begins; 0 is none
  private long end; // where the next entry begins, counted from the first one ever

  /**
   * @param bytes how much of keys and values is kept at most, positive; to find them takes an
   *     eighth of it more
   */
  RecentValues(int bytes) {
    this.segmentBytes = Math.ceilDiv(bytes, SEGMENTS);
    this.places = new long[Integer.highestOneBit(Math.max(1, bytes / BYTES_A_PLACE))];
  }

  /** The value that was put last; null if it is not kept. */
  @Nullable Bytes get(Bytes key) {
    byte[] sought = key.toByteArray();
    long entry = find(sought);
    if (entry < 0) {
      return null;
    }
    ByteBuffer segment = segment(entry);
    int at = offset(entry);
    byte[] value = new byte[segment.getInt(at + Integer.BYTES)];
    segment.get(at + LENGTHS_BYTES + sought.length, value);
    return Bytes.wrap(value);
  }

  /** Keeps {@code value}, or nothing of {@code key} if that is too large. */
  void put(Bytes key, Bytes value) {
    byte[] own = key.toByteArray();
    byte[] what = value.toByteArray();
    long entry = find(own);
    if (entry < 0 || segment(entry).getInt(offset(entry) + Integer.BYTES) != what.length) {
      entry = append(own, what.length);
    }
    if (entry >= 0) {
      segment(entry).put(offset(entry) + LENGTHS_BYTES + own.length, what);
    }
  }

  void remove(Bytes key) {
    places[place(key.toByteArray())] = 0;
  }

  /** Forgets all of them. */
  void clear() {
    Arrays.fill(places, 0);
  }

  /** Where the entry of {@code key} begins, negative if there is none. */
  private long find(byte[] key) {
    long entry = places[place(key)] - 1;
    if (entry < 0 || entry / segmentBytes <= end / segmentBytes - SEGMENTS) {
      return -1;
    }
    ByteBuffer segment = segment(entry);
    int at = offset(entry);
    return segment.getInt(at) == key.length
            && segment.slice(at + LENGTHS_BYTES, key.length).equals(ByteBuffer.wrap(key))
        ? entry
        : -1;
  }

  /** Makes room behind all others; negative if the entry is too large. */
  private long append(byte[] key, int valueBytes) {
    int place = place(key);
    int size = LENGTHS_BYTES + key.length + valueBytes;
    if (size > segmentBytes / ENTRIES_MIN) {
      places[place] = 0;
      return -1;
    }
    if (offset(end) + size > segmentBytes) {
      end += segmentBytes - offset(end);
    }
    long entry = end;
    segment(entry)
        .putInt(offset(entry), key.length)
        .putInt(offset(entry) + Integer.BYTES, valueBytes)
        .put(offset(entry) + LENGTHS_BYTES, key);
    places[place] = entry + 1;
    end += size;
    return entry;
  }

  private ByteBuffer segment(long entry) {
    int at = (int) (entry / segmentBytes % SEGMENTS);
    ByteBuffer segment = segments[at];
    if (segment == null) {
      segment = ByteBuffer.allocate(segmentBytes);
      segments[at] = segment;
    }
    return segment;
  }

  private int offset(long entry) {
    return (int) (entry % segmentBytes);
  }

  private int place(byte[] key) {
    return (int) ((Arrays.hashCode(key) * FIBONACCI) >>> Integer.SIZE) & (places.length - 1);
  }
}
