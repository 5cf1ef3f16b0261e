package dev.balsa.bench.library;

import java.util.OptionalLong;

/** A member of a replicated log, whatever library is behind it. All methods are thread-safe. */
interface ReplicatedLog extends AutoCloseable {

  /** Whether this member believes to be the leader. */
  boolean isLeader();

  /**
   * Proposes an entry at the leader. {@code done} is called once: after a majority has forced the
   * entry to disk and this member has applied it, or after the library gave up.
   */
  void propose(byte[] entry, Done done);

  /** What this member has applied. */
  Chain.Mark applied();

  /** How many writes of entries were forced to this member's disk, if the library tells. */
  OptionalLong forces();

  @Override
  void close();

  /** Called on a thread of the library, so it must return soon. */
  @FunctionalInterface
  interface Done {
    void done(boolean applied);
  }
}
