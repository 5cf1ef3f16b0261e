package dev.balsa.server.rocks;

import dev.balsa.kv.OrderedStore.Cursor;
import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.raft.Bytes;
import java.util.Collections;
import java.util.EnumMap;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** What was written since the last commit, in memory, so that reads see it at once. */
final class OpenBatch {
  /** Stands for the value of a key that was removed; see {@link #isRemoved}. */
  static final Bytes REMOVED = Bytes.wrap(new byte[0]);

  private static final int ENTRY_BYTES = 16;

  private final EnumMap<Space, NavigableMap<Bytes, Bytes>> spaces = new EnumMap<>(Space.class);
  private long bytes;

  OpenBatch() {
    for (Space space : Space.values()) {
      spaces.put(space, new TreeMap<>());
    }
  }

  /** The value, {@link #REMOVED}, or null if the batch says nothing of {@code key}. */
  @Nullable Bytes get(Space space, Bytes key) {
    return entries(space).get(key);
  }

  @SuppressWarnings("ReferenceEquality") // an empty value is equal to it, and is a value
  static boolean isRemoved(Bytes value) {
    return value == REMOVED;
  }

  void set(Space space, Bytes key, Bytes value) {
    entries(space).put(key, value);
    bytes += key.length() + value.length() + ENTRY_BYTES;
  }

  /** About how much memory it takes; never too little. */
  long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return bytes == 0;
  }

  void clear() {
    spaces.values().forEach(NavigableMap::clear);
    bytes = 0;
  }

  /** {@code stored} with what the batch says of the same part of {@code space}. */
  Cursor over(Cursor stored, Space space, Bytes from, @Nullable Bytes to, boolean descending) {
    NavigableMap<Bytes, Bytes> part = part(space, from, to);
    if (part.isEmpty()) {
      return stored;
    }
    return new MergedCursor(stored, descending ? part.descendingMap() : part, descending);
  }

  private NavigableMap<Bytes, Bytes> part(Space space, Bytes from, @Nullable Bytes to) {
    NavigableMap<Bytes, Bytes> all = entries(space);
    if (all.isEmpty() || (to != null && from.compareTo(to) >= 0)) {
      return Collections.emptyNavigableMap();
    }
    return to == null ? all.tailMap(from, true) : all.subMap(from, true, to, false);
  }

  /** All of it, to be written at once. */
  WriteBatch toWrite(Families families) throws RocksDBException {
    WriteBatch batch = new WriteBatch();
    for (var space : spaces.entrySet()) {
      ColumnFamilyHandle family = families.of(space.getKey());
      for (var entry : space.getValue().entrySet()) {
        byte[] key = StoredKey.of(space.getKey(), entry.getKey());
        if (isRemoved(entry.getValue())) {
          batch.delete(family, key);
        } else {
          batch.put(family, key, entry.getValue().toByteArray());
        }
      }
    }
    return batch;
  }

  /** Brings what is remembered of LIVE to where this batch takes it. */
  void tell(RecentValues newest) {
    entries(Space.LIVE)
        .forEach(
            (key, value) -> {
              if (isRemoved(value)) {
                newest.remove(key);
              } else {
                newest.put(key, value);
              }
            });
  }

  private NavigableMap<Bytes, Bytes> entries(Space space) {
    NavigableMap<Bytes, Bytes> entries = spaces.get(space);
    if (entries == null) {
      throw new IllegalStateException("no space " + space);
    }
    return entries;
  }
}
