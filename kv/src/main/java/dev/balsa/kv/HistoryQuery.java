package dev.balsa.kv;

import dev.balsa.kv.OrderedStore.Cursor;
import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.raft.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks for what changed from a revision on. A page ends with the first revision that reaches one of
 * the two bounds, so that nobody who asks holds up the commands for long.
 *
 * @param from the first revision wanted; a negative one is before the first
 * @param changesMax how many changes are enough, positive
 * @param bytesMax how many bytes of keys and values are enough, positive
 * @param withPrev whether to look up each record as it was before
 */
public record HistoryQuery(long from, int changesMax, long bytesMax, boolean withPrev) {

  History run(OrderedStore store, Versions versions, StoreState state) {
    if (from < state.compactRevision) {
      return new History.Compacted(state.compactRevision);
    }
    List<Change> changes = new ArrayList<>();
    long bytes = 0;
    try (Cursor cursor = store.ascend(Space.CHANGES, ChangeKey.first(Math.max(from, 0)), null)) {
      while (cursor.next()) {
        long revision = ChangeKey.decode(cursor.key()).revision();
        boolean enough = changes.size() >= changesMax || bytes >= bytesMax;
        if (enough && changes.getLast().revision() != revision) {
          return new History.Page(changes, revision, state.revision);
        }
        Change change =
            change(StoredChange.decode(cursor.value()).key(), revision, versions, state);
        bytes += change.bytes();
        changes.add(change);
      }
    }
    return new History.Page(changes, Math.max(from, state.revision + 1), state.revision);
  }

  private Change change(Bytes key, long revision, Versions versions, StoreState state) {
    Bytes stored = versions.changeAt(key, revision);
    boolean isDelete = StoredVersion.isTombstone(stored);
    KeyValue kv =
        isDelete
            ? new KeyValue(key, Bytes.EMPTY, 0, revision, 0, 0)
            : StoredVersion.decode(key, stored);
    return new Change(kv, isDelete, withPrev ? before(key, revision, versions, state) : null);
  }

  /** As a read at the revision before would see it, which a compaction may have taken away. */
  private static @Nullable KeyValue before(
      Bytes key, long revision, Versions versions, StoreState state) {
    if (revision - 1 < state.compactRevision) {
      return null;
    }
    Bytes stored = versions.at(key, revision - 1);
    return stored == null ? null : StoredVersion.decode(key, stored);
  }
}
