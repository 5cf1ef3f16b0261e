package dev.balsa.sim;

import dev.balsa.raft.EntryId;
import dev.balsa.raft.Membership;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.StateMachine;
import org.jspecify.annotations.Nullable;

/**
 * What a state machine keeps by itself on its node's disk: a new process goes on from there, and
 * nobody writes a snapshot before a follower needs it. Methods throw {@link Storage.StorageStopped}
 * as those of {@link Storage}, and belong to a process that runs.
 */
public interface Keeping {
  /**
   * Makes a state durable, unless a newer one is.
   *
   * @param last the last command with an effect on it
   */
  void keep(EntryId last, StateMachine.Capture state);

  /** Notes durably that the state after {@code last} is kept, where {@code kept} was the end. */
  SnapshotMeta mark(EntryId last, Membership membership, EntryId kept);

  /**
   * Gives a machine what was kept, if the log goes on from there.
   *
   * @param latest the snapshot that the process starts with, or null
   * @param tailEntries how far before that the core can read the log
   * @return the entry after which the log goes on; null if the snapshot must be restored
   */
  @Nullable EntryId start(StateMachine<?> empty, @Nullable SnapshotMeta latest, long tailEntries);
}
