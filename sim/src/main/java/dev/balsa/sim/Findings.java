package dev.balsa.sim;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an {@link Explorer} has seen, counted. */
public final class Findings {
  long states;
  long expanded;
  long duplicates;
  long steps;
  long moves;
  int depth;
  int replicas;
  int messages;
  boolean complete;
  @Nullable String broken;
  List<String> trail = List.of();

  Findings() {}

  /** Distinct states of the group, each judged. */
  public long states() {
    return states;
  }

  /** How often a known state was come to again. */
  public long duplicates() {
    return duplicates;
  }

  /** Moves looked at, those that change nothing included. */
  public long steps() {
    return steps;
  }

  /** The number of moves up to which nothing is left out. */
  public int depth() {
    return depth;
  }

  /** Whether all of the scope was seen. */
  public boolean isComplete() {
    return complete;
  }

  /** What promise was broken, or null. */
  public @Nullable String broken() {
    return broken;
  }

  /** The moves that led to what is broken, a line each. */
  public List<String> trail() {
    return List.copyOf(trail);
  }

  @Override
  public String toString() {
    return "%d states, %d steps deep%s; %d duplicates, %d steps; %d states of nodes, %d messages, %d moves of cores"
        .formatted(
            states,
            depth,
            complete ? " and complete" : broken == null ? "" : ", broken: " + broken,
            duplicates,
            steps,
            replicas,
            messages,
            moves);
  }
}
