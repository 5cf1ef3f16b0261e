package dev.balsa.kv;

import dev.balsa.kv.OrderedStore.Cursor;
import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.raft.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Removes what nobody may read any more once a revision is compacted. What stays of each key is the
 * newest version at or below that revision, and a tombstone lying exactly on it, which a watcher
 * that starts there must see (etcd since 3.4.34).
 *
 * <p>Costs as much as the changes since the last compaction, not as the store: each of them
 * superseded at most one version. It goes in parts, one with each command, so that no command waits
 * for a million removals; what is left is as good as gone for every reader, and where the next part
 * begins is stored. Where nobody writes, a {@link Command.Sweep} does. Parts go by commands and not
 * by time, so all members hold the same at each entry.
 *
 * <pre>
 * CHANGES    last compaction ......... next ....... compacted revision | ........ newest
 *            └─ walked and removed ──┘ still there                      kept
 *
 * META       "sweep"   the next change to walk, while there is one
 * </pre>
 */
final class Compaction {
  /** How many changes are walked with one command: well below a millisecond. */
  static final int PART_CHANGES = 128;

  /** Where the next place is stored. */
  static final Bytes KEY = Bytes.utf8("sweep");

  private final OrderedStore store;
  private final StoreState state;
  private @Nullable Bytes next; // an encoded ChangeKey, null if all is done

  /** Goes on where {@code store} stands. */
  Compaction(OrderedStore store, StoreState state) {
    this.store = store;
    this.state = state;
    this.next = store.get(Space.META, KEY);
  }

  /** The compacted revision was raised from {@code last}. */
  void begin(long last) {
    if (next == null) {
      next = placeAfter(last);
      store.put(Space.META, KEY, next);
    }
  }

  /** Where to begin after {@code last} was compacted, −1 for never. */
  static Bytes placeAfter(long last) {
    return ChangeKey.first(Math.max(last, 0));
  }

  /** Whether anything is left to remove. */
  boolean isUnderWay() {
    return next != null;
  }

  /** Removes the next part, if anything is left. */
  void sweep() {
    if (next == null) {
      return;
    }
    List<Walked> part = part(next);
    boolean isLast = part.size() <= PART_CHANGES;
    for (Walked walked : isLast ? part : part.subList(0, PART_CHANGES)) {
      remove(walked);
    }
    next = isLast ? null : part.getLast().place();
    if (next == null) {
      store.remove(Space.META, KEY);
    } else {
      store.put(Space.META, KEY, next);
    }
  }

  private record Walked(Bytes place, Bytes stored) {
    StoredChange change() {
      return StoredChange.decode(stored);
    }
  }

  /** One more than is removed at once, if there are so many. */
  private List<Walked> part(Bytes from) {
    List<Walked> part = new ArrayList<>();
    Bytes end = ChangeKey.first(state.compactRevision + 1);
    try (Cursor cursor = store.ascend(Space.CHANGES, from, end)) {
      while (part.size() <= PART_CHANGES && cursor.next()) {
        part.add(new Walked(cursor.key(), cursor.value()));
      }
    }
    return part;
  }

  private void remove(Walked walked) {
    StoredChange change = walked.change();
    if (change.superseded() > 0) {
      removeVersion(change.key(), change.superseded(), change.supersededBytes());
    }
    long revision = ChangeKey.decode(walked.place()).revision();
    if (revision == state.compactRevision) {
      Bytes alone = change.alone().encode();
      store.put(Space.CHANGES, walked.place(), alone);
      state.bytes += alone.length() - walked.stored().length();
      return;
    }
    if (change.isDelete()) {
      removeVersion(change.key(), revision, StoredVersion.TOMBSTONE.length());
    }
    store.remove(Space.CHANGES, walked.place());
    state.bytes -= walked.place().length() + walked.stored().length();
  }

  private void removeVersion(Bytes key, long revision, long bytes) {
    Bytes version = HistoryKey.of(key, revision);
    store.remove(Space.HISTORY, version);
    state.bytes -= version.length() + bytes;
  }
}
