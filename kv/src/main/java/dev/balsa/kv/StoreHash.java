package dev.balsa.kv;

import dev.balsa.kv.OrderedStore.Cursor;
import dev.balsa.kv.OrderedStore.Frozen;
import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.raft.Bytes;

/**
 * Hashes of a frozen store, to compare members by. They are Balsa's own: etcd's are over the pages
 * of its own files, and only equality between members means something in either. Used by one
 * thread, which need not be the one that applies commands; reads the whole store each time.
 */
public final class StoreHash implements AutoCloseable {
  private static final long FOLD = 0xbf58476d1ce4e5b9L;

  private final Frozen store;
  private final long revision;
  private final long compactRevision;
  private final long newest;

  StoreHash(Frozen store, long revision, StoreState state) {
    this.store = store;
    this.revision = revision;
    this.compactRevision = state.compactRevision;
    this.newest = state.revision;
  }

  /** What asking for a hash comes to. */
  public sealed interface Asked {}

  /** The hash can be taken; the caller closes it. */
  public record Ready(StoreHash hash) implements Asked {}

  /** The revision is compacted or in the future. */
  public record Refused(KvResult.KvError error) implements Asked {}

  /** The revision that {@link #ofKeys} is about. */
  public long revision() {
    return revision;
  }

  /** The last compacted revision when the store was frozen, −1 before the first. */
  public long compactRevision() {
    return compactRevision;
  }

  /** The newest revision when the store was frozen. */
  public long newestRevision() {
    return newest;
  }

  /**
   * Over every key that existed at {@link #revision()}, with its value, its revisions, its version
   * and its lease. The same on every member, whatever it has compacted since: what a read at that
   * revision would answer is what is hashed.
   */
  public int ofKeys() {
    StateHash hash = new StateHash(revision);
    try (Cursor live = store.ascend(Space.LIVE);
        Cursor past = store.ascend(Space.HISTORY)) {
      new VersionMerge(live, past, revision)
          .visitAll(
              (key, stored) -> {
                hash.add(key);
                hash.add(stored);
                return true;
              });
    }
    return folded(hash);
  }

  /**
   * Over everything stored: history, leases and alarms, too. Members agree if they have applied the
   * same commands.
   */
  public int ofAll() {
    StateHash hash = new StateHash(newest);
    for (Space space : Space.values()) {
      hash.add(Bytes.utf8(space.name()));
      try (Cursor entries = store.ascend(space)) {
        addAll(entries, space, hash);
      }
    }
    return folded(hash);
  }

  private static void addAll(Cursor entries, Space space, StateHash hash) {
    while (entries.next()) {
      Bytes key = entries.key();
      // Which entry was applied last says nothing about the data.
      if (space != Space.META || !key.equals(StoreState.KEY)) {
        hash.add(key);
        hash.add(entries.value());
      }
    }
  }

  /** Every bit of the 64 counts: adding the halves up would undo the last step of the hash. */
  private static int folded(StateHash hash) {
    long mixed = (hash.value() ^ (hash.value() >>> 29)) * FOLD;
    return (int) (mixed >>> 32);
  }

  @Override
  public void close() {
    store.close();
  }
}
