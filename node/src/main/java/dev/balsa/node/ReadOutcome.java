package dev.balsa.node;

import dev.balsa.raft.Refusal;

/**
 * What became of a read.
 *
 * @param <T> the query's result
 */
public sealed interface ReadOutcome<T> {
  /** The query ran when everything up to {@code index} was applied, perhaps more. */
  record Served<T>(T value, long index) implements ReadOutcome<T> {}

  /** The query did not run; asking again is safe. */
  record Refused<T>(Refusal reason) implements ReadOutcome<T> {}

  /** The node was closed or has failed. */
  record Stopped<T>() implements ReadOutcome<T> {}
}
