package dev.balsa.sim;

import dev.balsa.raft.EntryId;
import dev.balsa.raft.Input;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Raft;
import dev.balsa.raft.Ready;

/**
 * A bug around the core: what it is told, or what its host does with what it decided, is not what
 * it should be. The core itself is the shipped one; it and the judges must find out. Keeps nothing
 * between two calls, so that a run can be acted again from anywhere.
 */
public interface Flaw {
  /** Everything is as it should be. */
  Flaw NONE = new Flaw() {};

  /**
   * What a core takes instead of an input.
   *
   * @param medium its disk
   */
  default Input taken(Raft core, Medium medium, Input input) {
    return input;
  }

  /** What a host does instead of what its core decided. */
  default Ready decided(Ready ready) {
    return ready;
  }

  /** Whether a host says to its core that a write is durable once it is written, not forced. */
  default boolean isHasty(Raft core) {
    return false;
  }

  /** Whether a host takes for committed what a majority holds, though its core withholds it. */
  default boolean counts() {
    return false;
  }

  /** What a process that starts does to its disk before anything reads it. */
  default void starting(Medium medium) {}

  /** Whose membership a host writes into a snapshot up to {@code last}. */
  default Membership pictured(Raft core, EntryId last) {
    return core.configuredAt(last.index()).membership();
  }
}
