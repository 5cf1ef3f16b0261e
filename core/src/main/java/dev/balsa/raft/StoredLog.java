package dev.balsa.raft;

import java.util.List;

/**
 * The host's log and snapshots, as far as the core has asked for it to be written: where the core
 * looks for entries that it no longer keeps in memory. Called within {@code Raft.step}, on the
 * host's own thread.
 */
public interface StoredLog {
  /**
   * Reads consecutive entries from {@code from} on, stopping after {@code to} or when the next one
   * would take the sum of {@link Entry#bytes()} over {@code bytesMax}; always at least one.
   *
   * @param from the first index wanted, at least 1
   * @param to the last index wanted, at least {@code from}, at most the last one written
   * @param bytesMax the bound in bytes, positive
   */
  List<Entry> read(long from, long to, long bytesMax);

  /**
   * How many bytes of further entries ({@link Entry#bytes()}) the host can take while its disk is
   * full; {@link Long#MAX_VALUE} while it is not. Asked often: answered without a look at the disk.
   */
  default long room() {
    return Long.MAX_VALUE;
  }

  /**
   * The last entry that the host would rather not keep once a snapshot stands for it, whatever
   * {@link SnapshotRules#tailEntries} says, since it holds up the space of others; 0 if none.
   */
  default long burden() {
    return 0;
  }

  /**
   * Reads bytes of a snapshot that the host told of and was not yet allowed to delete. A host that
   * tells of none need not implement it.
   *
   * @param offset where to begin, below {@code snapshot.bytes()}
   * @param bytesMax how many at most, positive; at least one is given
   */
  default Bytes readSnapshot(SnapshotMeta snapshot, long offset, int bytesMax) {
    throw new InvariantViolation(
        "host without snapshots is asked for the one at %s", snapshot.last());
  }
}
