package dev.balsa.server.rocks;

import dev.balsa.kv.OrderedStore.Cursor;
import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.raft.Bytes;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/** Walks over a part of a {@link Generation}, as it was when the walk began. */
final class RocksCursor implements Cursor {
  private final Generation generation;
  private final Slice lower;
  private final Slice upper;
  private final ReadOptions options;
  private final RocksIterator entries;
  private final boolean descending;
  private boolean begun;
  private boolean standing; // on an entry; RocksDB itself does not look

  /** Over the keys of {@code space} from {@code from} to {@code to}; null is the end. */
  RocksCursor(
      Generation generation,
      Space space,
      Bytes from,
      @Nullable Bytes to,
      boolean descending,
      @Nullable Snapshot snapshot) {
    this.generation = generation;
    this.descending = descending;
    this.lower = new Slice(StoredKey.of(space, from));
    this.upper = new Slice(StoredKey.end(space, to));
    this.options = new ReadOptions().setIterateLowerBound(lower).setIterateUpperBound(upper);
    if (snapshot != null) {
      options.setSnapshot(snapshot).setFillCache(false);
    }
    this.entries = generation.iterate(space, options);
  }

  @Override
  public boolean next() {
    step();
    standing = entries.isValid();
    if (standing) {
      return true;
    }
    try {
      entries.status();
    } catch (RocksDBException e) {
      throw generation.failed("read", e);
    }
    return false;
  }

  private void step() {
    if (!begun) {
      begun = true;
      if (descending) {
        entries.seekToLast();
      } else {
        entries.seekToFirst();
      }
    } else if (descending) {
      entries.prev();
    } else {
      entries.next();
    }
  }

  @Override
  public Bytes key() {
    requireEntry();
    return StoredKey.key(entries.key());
  }

  @Override
  public Bytes value() {
    requireEntry();
    return Bytes.wrap(entries.value());
  }

  private void requireEntry() {
    if (!standing) {
      throw new IllegalStateException("the cursor stands on no entry");
    }
  }

  @Override
  public void close() {
    entries.close();
    options.close();
    upper.close();
    lower.close();
  }
}
