package dev.balsa.server.rocks;

import dev.balsa.kv.OrderedStore.Cursor;
import dev.balsa.raft.Bytes;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** Stored entries and those of the open batch as one: where both have a key, the batch counts. */
final class MergedCursor implements Cursor {
  private final Cursor stored;
  private final Iterator<Map.Entry<Bytes, Bytes>> written;
  private final boolean descending;
  private @Nullable Bytes storedKey; // where stored stands
  private Map.@Nullable Entry<Bytes, Bytes> writtenEntry;
  private boolean begun;
  private boolean onStored;

  /** Both parts in the same order. */
  MergedCursor(Cursor stored, NavigableMap<Bytes, Bytes> written, boolean descending) {
    this.stored = stored;
    this.written = written.entrySet().iterator();
    this.descending = descending;
  }

  @Override
  public boolean next() {
    if (!begun) {
      begun = true;
      stepStored();
      stepWritten();
    } else if (onStored) {
      stepStored();
    } else {
      stepWritten();
    }
    while (writtenEntry != null && !storedIsNext(writtenEntry)) {
      if (writtenEntry.getKey().equals(storedKey)) {
        stepStored();
      }
      if (!OpenBatch.isRemoved(writtenEntry.getValue())) {
        onStored = false;
        return true;
      }
      stepWritten();
    }
    onStored = storedKey != null;
    return onStored;
  }

  private boolean storedIsNext(Map.Entry<Bytes, Bytes> other) {
    if (storedKey == null) {
      return false;
    }
    int order = storedKey.compareTo(other.getKey());
    return descending ? order > 0 : order < 0;
  }

  private void stepStored() {
    storedKey = stored.next() ? stored.key() : null;
  }

  private void stepWritten() {
    writtenEntry = written.hasNext() ? written.next() : null;
  }

  @Override
  public Bytes key() {
    Bytes key = onStored ? storedKey : entry().getKey();
    if (key == null) {
      throw new IllegalStateException("the cursor stands on no entry");
    }
    return key;
  }

  @Override
  public Bytes value() {
    return onStored ? stored.value() : entry().getValue();
  }

  private Map.Entry<Bytes, Bytes> entry() {
    if (writtenEntry == null) {
      throw new IllegalStateException("the cursor stands on no entry");
    }
    return writtenEntry;
  }

  @Override
  public void close() {
    stored.close();
  }
}
