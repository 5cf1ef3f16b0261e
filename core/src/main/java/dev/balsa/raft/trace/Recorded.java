package dev.balsa.raft.trace;

import dev.balsa.raft.Event;
import dev.balsa.raft.Input;
import dev.balsa.raft.Ready;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One thing that a recording tells of its node. */
public sealed interface Recorded {
  /** When, on the trace's time line, in nanoseconds. */
  long at();

  /**
   * The core took an input.
   *
   * @param now the time that the core was told
   * @param standing how it stood afterwards
   * @param persist what it had its host write, or null
   * @param events what it said
   */
  record Step(
      long at,
      long now,
      Input input,
      Standing standing,
      Ready.@Nullable Persist persist,
      List<Event> events)
      implements Recorded {}

  /** The process ended. */
  record Stopped(long at, String reason) implements Recorded {}
}
