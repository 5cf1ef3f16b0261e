package dev.balsa.node.snapshot;

import dev.balsa.node.wal.Wal;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.SnapshotMeta;
import org.jspecify.annotations.Nullable;

/**
 * What a start makes of the state that a machine kept by itself. In all of it {@code recovered} is
 * the last entry whose effect the machine has found, {@link EntryId#ZERO} for none.
 */
public final class KeptState {
  private KeptState() {}

  /**
   * Whether there is a snapshot's state: its bytes, or the machine has kept what it said it would.
   */
  public static boolean isThere(SnapshotStore store, SnapshotMeta snapshot, EntryId recovered) {
    if (snapshot.isWritten()) {
      return true;
    }
    EntryId kept = store.kept(snapshot);
    return recovered.equals(kept) || recovered.index() > kept.index();
  }

  /**
   * Whether the log leads from what the machine kept to where {@code snapshot} ends, so that nobody
   * need read it. Behind the last command that a machine knows of, the snapshot may have entries of
   * which only the core does.
   *
   * @param tailEntries how far before its snapshot the core can read the log
   */
  public static boolean isReached(
      SnapshotMeta snapshot, EntryId recovered, Wal wal, long tailEntries) {
    long missing = snapshot.last().index() - recovered.index();
    return missing <= 0
        || !snapshot.isWritten()
        || (recovered.index() > 0
            && missing <= tailEntries
            && wal.lost() == null
            && wal.holds(recovered));
  }

  /**
   * The entry after which the log goes on, if {@link #isReached}: a machine that kept its state may
   * not know of the last entries before that, which are no commands.
   *
   * @param latest the snapshot that the node starts from, or null
   */
  public static EntryId start(@Nullable SnapshotMeta latest, EntryId recovered) {
    return latest == null || latest.isWritten() || latest.last().index() <= recovered.index()
        ? recovered
        : latest.last();
  }
}
