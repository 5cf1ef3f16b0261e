package dev.balsa.kv;

import dev.balsa.kv.OrderedStore.Cursor;
import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.raft.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes what nobody may read any more once a revision is compacted. What stays of each key is the
 * newest version at or below that revision, and a tombstone lying exactly on it, which a watcher
 * that starts there must see (etcd since 3.4.34).
 *
 * <p>Costs as much as the changes since the last compaction, not as the store: each of them
 * superseded at most one version, its predecessor.
 *
 * <pre>
 * CHANGES    last compaction ......... revision | ........ newest
 *            └─ walked, then removed ─┘ kept      kept
 * </pre>
 */
final class Compaction {
  private final OrderedStore store;

  Compaction(OrderedStore store) {
    this.store = store;
  }

  /** Compacts at {@code revision}, given that {@code last} was compacted before. */
  void run(long last, long revision) {
    for (Change change : changes(Math.max(last, 0), revision)) {
      removePredecessor(change);
      if (change.place().revision() < revision) {
        removeTombstone(change);
        store.remove(Space.CHANGES, change.place().encode());
      }
    }
  }

  private record Change(ChangeKey place, Bytes key) {}

  private List<Change> changes(long from, long to) {
    List<Change> changes = new ArrayList<>();
    try (Cursor cursor =
        store.ascend(Space.CHANGES, ChangeKey.first(from), ChangeKey.first(to + 1))) {
      while (cursor.next()) {
        changes.add(new Change(ChangeKey.decode(cursor.key()), cursor.value()));
      }
    }
    return changes;
  }

  private void removePredecessor(Change change) {
    Bytes first = HistoryKey.first(change.key());
    Bytes own = HistoryKey.of(change.key(), change.place().revision());
    Bytes predecessor = null;
    try (Cursor older = store.descend(Space.HISTORY, first, own)) {
      if (older.next()) {
        predecessor = older.key();
      }
    }
    if (predecessor != null) {
      store.remove(Space.HISTORY, predecessor);
    }
  }

  private void removeTombstone(Change change) {
    Bytes own = HistoryKey.of(change.key(), change.place().revision());
    Bytes stored = store.get(Space.HISTORY, own);
    if (stored != null && StoredVersion.isTombstone(stored)) {
      store.remove(Space.HISTORY, own);
    }
  }
}
