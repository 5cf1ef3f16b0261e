package dev.balsa.kv;

import dev.balsa.kv.OrderedStore.Cursor;
import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Sentence;
import org.jspecify.annotations.Nullable;

/**
 * All versions of all keys in an {@link OrderedStore}; the layout is drawn in the package's
 * description. A read at the newest revision touches LIVE alone.
 */
final class Versions {
  private final OrderedStore store;
  private final StoreState state;
  private final NewestChanges changes;

  Versions(OrderedStore store, StoreState state) {
    this.store = store;
    this.state = state;
    this.changes = new NewestChanges(state.revision + 1);
  }

  /** What was changed last through this object. */
  NewestChanges changes() {
    return changes;
  }

  /** Sees one version of one key, still in stored form; returns whether to go on. */
  @FunctionalInterface
  interface Visitor {
    boolean visit(Bytes key, Bytes stored);
  }

  /** The stored form of the newest version of {@code key}, null if it does not exist. */
  @Nullable Bytes newest(Bytes key) {
    return store.get(Space.LIVE, key);
  }

  /** Makes {@code next} the newest version of its key, as the change at {@code place}. */
  void put(KeyValue next, @Nullable Bytes superseded, ChangeKey place) {
    // A slice of a command would keep the whole command in memory.
    Bytes key = Bytes.wrap(next.key().toByteArray());
    Bytes stored = StoredVersion.encode(next);
    if (superseded == null) {
      state.keys++;
      state.bytes += key.length();
    } else {
      state.bytes -= superseded.length();
      archive(key, superseded);
    }
    store.put(Space.LIVE, key, stored);
    state.bytes += stored.length();
    record(place, StoredChange.of(key, superseded, false), stored, superseded);
  }

  /** Ends the life of {@code key}, as the change at {@code place}. */
  void delete(Bytes key, Bytes superseded, ChangeKey place) {
    state.keys--;
    archive(key, superseded);
    Bytes own = HistoryKey.of(key, place.revision());
    store.put(Space.HISTORY, own, StoredVersion.TOMBSTONE);
    store.remove(Space.LIVE, key);
    state.bytes += own.length() - key.length() - superseded.length();
    record(place, StoredChange.of(key, superseded, true), StoredVersion.TOMBSTONE, superseded);
  }

  /** Visits the newest version of each key in {@code range}, in key order. */
  void ascend(KeyRange range, Visitor visitor) {
    if (range.isSingle()) {
      visitSingle(range.key(), newest(range.key()), visitor);
      return;
    }
    try (Cursor live = store.ascend(Space.LIVE, range.key(), range.upper())) {
      visitAll(live, visitor);
    }
  }

  /** As {@link #ascend}, from the last key to the first. */
  void descend(KeyRange range, Visitor visitor) {
    try (Cursor live = store.descend(Space.LIVE, range.key(), range.upper())) {
      visitAll(live, visitor);
    }
  }

  /** Visits the version that each key of {@code range} had at {@code revision}, in key order. */
  void ascendAt(KeyRange range, long revision, Visitor visitor) {
    if (range.isSingle()) {
      visitSingle(range.key(), at(range.key(), revision), visitor);
      return;
    }
    Bytes upper = range.upper();
    try (Cursor live = store.ascend(Space.LIVE, range.key(), upper);
        Cursor past =
            store.ascend(
                Space.HISTORY,
                HistoryKey.first(range.key()),
                upper == null ? null : HistoryKey.first(upper))) {
      new VersionMerge(live, past, revision).visitAll(visitor);
    }
  }

  /** The stored form of the change that made {@code revision} of {@code key}. */
  Bytes changeAt(Bytes key, long revision) {
    Bytes past = store.get(Space.HISTORY, HistoryKey.of(key, revision));
    Bytes found = past != null ? past : newest(key);
    if (found == null) {
      throw new IllegalStateException(
          Sentence.of("revision %s of key %s is in CHANGES and nowhere else", revision, key)
              .toString());
    }
    return found;
  }

  /** The stored form that {@code key} had at {@code revision}, null if it did not exist. */
  @Nullable Bytes at(Bytes key, long revision) {
    Bytes newest = newest(key);
    if (newest != null && StoredVersion.modRevision(newest) <= revision) {
      return newest;
    }
    try (Cursor past =
        store.descend(Space.HISTORY, HistoryKey.first(key), HistoryKey.of(key, revision + 1))) {
      return past.next() && !StoredVersion.isTombstone(past.value()) ? past.value() : null;
    }
  }

  private static void visitSingle(Bytes key, @Nullable Bytes stored, Visitor visitor) {
    if (stored != null) {
      visitor.visit(key, stored);
    }
  }

  private static void visitAll(Cursor live, Visitor visitor) {
    boolean more = true;
    while (more && live.next()) {
      more = visitor.visit(live.key(), live.value());
    }
  }

  private void archive(Bytes key, Bytes superseded) {
    Bytes past = HistoryKey.of(key, StoredVersion.modRevision(superseded));
    store.put(Space.HISTORY, past, superseded);
    state.bytes += past.length() + superseded.length();
  }

  private void record(
      ChangeKey place, StoredChange change, Bytes stored, @Nullable Bytes superseded) {
    Bytes at = place.encode();
    Bytes what = change.encode();
    store.put(Space.CHANGES, at, what);
    state.bytes += at.length() + what.length();
    state.hash.add(place.revision());
    state.hash.add(change.key());
    state.hash.add(stored);
    changes.add(new NewestChanges.Kept(change.key(), place.revision(), stored, superseded));
  }
}
