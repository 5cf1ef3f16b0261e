package dev.balsa.web;

import dev.balsa.raft.Event;
import dev.balsa.web.Run.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks whether something comes of itself in a run to which nobody does anything. */
final class Hunt {
  private static final int STEPS_MAX = 2_000; // things that can be seen, until a node leads

  private Hunt() {}

  /**
   * The run up to where the votes of a term are found to be split: a node stands in a later one,
   * since none of two or more won (paper §5.2). Null if a node leads before.
   */
  static @Nullable Run splitVote(Setup setup) {
    Timeline timeline = new Timeline(new Run(setup, List.of(), Position.START), null);
    List<Happening> story = timeline.stage().chronicle.happenings();
    int looked = 0;
    long term = 0;
    int candidates = 0;
    for (int i = 0; i < STEPS_MAX; i++) {
      timeline.step();
      for (; looked < story.size(); looked++) {
        if (!(story.get(looked).what() instanceof Happening.Core core)) {
          continue;
        }
        if (core.event() instanceof Event.BecameLeader) {
          return null;
        }
        if (core.event() instanceof Event.ElectionStarted election) {
          if (election.term() > term && candidates > 1) {
            return timeline.run();
          }
          candidates = election.term() > term ? 1 : candidates + 1;
          term = Math.max(term, election.term());
        }
      }
    }
    return null;
  }
}
