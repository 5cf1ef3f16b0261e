package dev.balsa.node;

import dev.balsa.raft.EntryId;
import dev.balsa.raft.Refusal;

/**
 * What became of a submitted command.
 *
 * @param <R> the state machine's result
 */
public sealed interface Outcome<R> {
  /** The command is committed, and applied on this node with {@code result}. */
  record Applied<R>(EntryId id, R result) implements Outcome<R> {}

  /** The command is not in the log and never will be; submitting it again is safe. */
  record Refused<R>(Refusal reason) implements Outcome<R> {}

  /** The command may or may not take effect; only the state machine can tell. */
  record Unknown<R>(String why) implements Outcome<R> {}

  /** The node was closed or has failed before it knew; the command may yet take effect. */
  record Stopped<R>() implements Outcome<R> {}
}
