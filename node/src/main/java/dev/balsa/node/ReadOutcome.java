package dev.balsa.node;

import dev.balsa.raft.ReadBasis;
import dev.balsa.raft.Refusal;

/**
 * What became of a read.
 *
 * @param <T> the query's result
 */
public sealed interface ReadOutcome<T> {
  /**
   * The query ran.
   *
   * @param index everything up to it was applied, perhaps more
   * @param path how that was found to be enough
   * @param ageNanosMax nothing that was committed before this much time ago is missed; {@code
   *     Long.MAX_VALUE} if nothing tells
   */
  record Served<T>(T value, long index, ReadBasis.Path path, long ageNanosMax)
      implements ReadOutcome<T> {}

  /** The query did not run; asking again is safe. */
  record Refused<T>(Refusal reason) implements ReadOutcome<T> {}

  /** The node was closed or has failed. */
  record Stopped<T>() implements ReadOutcome<T> {}
}
