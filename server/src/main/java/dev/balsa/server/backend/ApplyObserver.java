package dev.balsa.server.backend;

import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import java.util.List;

/**
 * Is told what committed commands came to, on the thread that applies them and before anybody gets
 * an answer: be quick, keep nothing of the machine, never throw.
 */
public interface ApplyObserver {
  /** What there is: called once at first, and again whenever a snapshot has replaced everything. */
  void attached(KvMachine kv);

  /** The results of commands that were just applied, in their order. */
  void applied(KvMachine kv, List<KvResult> results);

  /**
   * All members are to look at their stores, and this one's is so.
   *
   * @param look the index of the entry that asks
   */
  default void looked(long look, StateCheck.State state) {}

  /** A member tells what it saw. */
  default void seen(KvMachine kv, StateCheck.Seen seen) {}

  /** All members are to hash their keys as they are at this place of the log, off this thread. */
  default void examined(KvMachine kv, StateCheck.Exam exam) {}

  /** A member tells what its keys came to. */
  default void hashed(StateCheck.Hashed hashed) {}

  /** Applying those commands took so long. */
  default void took(long nanos) {}
}
