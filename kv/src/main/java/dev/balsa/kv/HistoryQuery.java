package dev.balsa.kv;

import dev.balsa.kv.OrderedStore.Cursor;
import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.raft.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
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
    Gathering page = new Gathering(versions, state);
    return versions.changes().reachBackTo(from)
        ? page.fromMemory(versions.changes())
        : page.fromStore(store);
  }

  /** Fills one page. */
  private final class Gathering {
    private final Versions versions;
    private final StoreState state;
    private final List<Change> changes = new ArrayList<>();
    private long bytes;

    Gathering(Versions versions, StoreState state) {
      this.versions = versions;
      this.state = state;
    }

    History fromMemory(NewestChanges newest) {
      for (NewestChanges.Kept kept : newest.from(from)) {
        if (endsBefore(kept.revision())) {
          return page(kept.revision());
        }
        add(kept.key(), kept.revision(), kept.stored(), kept::superseded);
      }
      return page(Math.max(from, state.revision + 1));
    }

    History fromStore(OrderedStore store) {
      try (Cursor cursor = store.ascend(Space.CHANGES, ChangeKey.first(Math.max(from, 0)), null)) {
        while (cursor.next()) {
          long revision = ChangeKey.decode(cursor.key()).revision();
          if (endsBefore(revision)) {
            return page(revision);
          }
          Bytes key = StoredChange.decode(cursor.value()).key();
          add(
              key,
              revision,
              versions.changeAt(key, revision),
              () -> versions.at(key, revision - 1));
        }
      }
      return page(Math.max(from, state.revision + 1));
    }

    private boolean endsBefore(long revision) {
      boolean enough = changes.size() >= changesMax || bytes >= bytesMax;
      return enough && changes.getLast().revision() != revision;
    }

    private History page(long next) {
      return new History.Page(changes, next, state.revision);
    }

    private void add(Bytes key, long revision, Bytes stored, Supplier<@Nullable Bytes> superseded) {
      boolean isDelete = StoredVersion.isTombstone(stored);
      KeyValue kv =
          isDelete
              ? new KeyValue(key, Bytes.EMPTY, 0, revision, 0, 0)
              : StoredVersion.decode(key, stored);
      // As a read at the revision before would see it, which a compaction may have taken away.
      Bytes before = withPrev && revision > state.compactRevision ? superseded.get() : null;
      Change change =
          new Change(kv, isDelete, before == null ? null : StoredVersion.decode(key, before));
      bytes += change.bytes();
      changes.add(change);
    }
  }
}
