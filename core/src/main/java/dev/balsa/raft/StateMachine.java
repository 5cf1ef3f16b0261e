package dev.balsa.raft;

import java.util.List;

/**
 * What is replicated: given the same commands in the same order it must give the same results on
 * every node (paper §2). It reads no clock, no random source and no salted hash order. Called by
 * one thread at a time.
 *
 * @param <R> the result of a command
 */
public interface StateMachine<R> {
  /**
   * Applies committed commands, in log order; every index is applied once in the life of this
   * object, and the indexes of successive commands rise, not always by one.
   *
   * @return one result for each command, in the same order
   */
  List<R> apply(List<Committed> commands);

  /** A committed command and its place in the log. */
  record Committed(EntryId id, Bytes command) {}
}
