package dev.balsa.node;

import dev.balsa.node.snapshot.SnapshotStore;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.SnapshotMeta;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** What a start makes of a state that its machine keeps by itself. */
final class KeptState {
  private static final Logger LOG = System.getLogger(RaftNode.class.getName());

  private KeptState() {}

  /** Whether a machine that knows of {@code recovered} has the state that it said it would keep. */
  static boolean isThere(SnapshotStore store, SnapshotMeta snapshot, EntryId recovered) {
    if (snapshot.isWritten()) {
      return true;
    }
    EntryId kept = store.kept(snapshot);
    if (recovered.equals(kept) || recovered.index() > kept.index()) {
      return true;
    }
    LOG.log(
        Level.WARNING,
        "the state machine kept its state up to entry {0} by itself, but now has it only up to {1};"
            + " put back what it kept, or let this member get all from its peers",
        kept,
        recovered);
    return false;
  }

  /** Where to go on: a machine that kept its state may not know of the last entries before that. */
  static EntryId start(@Nullable SnapshotMeta latest, EntryId recovered) {
    return latest == null || latest.isWritten() || latest.last().index() <= recovered.index()
        ? recovered
        : latest.last();
  }
}
