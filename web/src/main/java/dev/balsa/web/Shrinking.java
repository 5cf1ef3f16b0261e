package dev.balsa.web;

import dev.balsa.raft.Sentence;
import dev.balsa.web.Run.Position;
import dev.balsa.web.Run.Timed;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a run smaller as long as the same promise breaks in it. Leaves out half of the actions,
 * then a quarter, down to single ones, and lets what is left come sooner, until nothing of that
 * helps any more. What a storm did counts as done by a person, so that it can be left out, too.
 */
final class Shrinking {
  /** World events after which whoever waits hears how far this is. */
  private static final int EVENTS_AT_ONCE = 20_000;

  /** By how many nanoseconds the promise may break later where less is done. */
  private static final long LATER_MAX = 1_000_000_000;

  private static final long MILLISECOND = 1_000_000;

  private final Timeline timeline;
  private final List<Timed> given;
  private final Setup setup;
  private final Sentence promise;
  private final long end; // nanoseconds
  private final int deeds;
  private Run best;
  private int chunk; // of actions that are left out next; with 0 they come sooner
  private int at;
  private boolean found; // something smaller, in this round
  private int tries;
  private int events;

  /** To shrink the run of {@code timeline}, which stands where {@code promise} was broken. */
  Shrinking(Timeline timeline, Sentence promise) {
    this.timeline = timeline;
    this.promise = promise;
    Run run = timeline.run();
    given = run.actions();
    setup = run.setup();
    end = run.cursor().time() + LATER_MAX;
    List<Timed> done = done(timeline.stage().chronicle.happenings());
    Run asDone = replay(done, storm(given));
    best = asDone == null ? run : asDone;
    deeds = best.actions().size();
    chunk = half();
  }

  /** All that was done, a storm's deeds instead of the storm. */
  private static List<Timed> done(List<Happening> story) {
    List<Timed> done = new ArrayList<>();
    for (Happening it : story) {
      if (it.what() instanceof Happening.Struck struck) {
        done.add(new Timed(it.moment(), it.time(), struck.action()));
      } else if (it.what() instanceof Happening.Acted acted
          && !(acted.action() instanceof Action.Storm)) {
        done.add(new Timed(it.moment(), it.time(), acted.action()));
      }
    }
    return done;
  }

  /** The place of the first storm, or the number of actions. */
  private static int storm(List<Timed> actions) {
    int place = 0;
    while (place < actions.size() && !(actions.get(place).action() instanceof Action.Storm)) {
      place++;
    }
    return place;
  }

  /** Whether this is about a timeline as it is now. */
  boolean isOf(Timeline other) {
    return timeline.equals(other) && given.equals(other.run().actions());
  }

  /** The smallest run so far, up to where the promise is broken. */
  Run best() {
    return best;
  }

  /** How many actions there were, each of a storm's counted. */
  int deeds() {
    return deeds;
  }

  /** How many runs were tried. */
  int tries() {
    return tries;
  }

  /** Looks on for a while; false if nothing smaller is left to be found. */
  boolean goOn() {
    int until = events + EVENTS_AT_ONCE;
    while (events < until) {
      if (at < best.actions().size()) {
        look();
      } else if (chunk > 0) {
        at = 0;
        chunk /= 2;
      } else if (found) {
        at = 0;
        chunk = half();
        found = false;
      } else {
        return false;
      }
    }
    return true;
  }

  private int half() {
    return Math.max(1, best.actions().size() / 2);
  }

  private void look() {
    Run smaller = chunk > 0 ? replay(without(at, chunk), at) : sooner();
    if (smaller == null) {
      at += Math.max(1, chunk);
    } else {
      best = smaller;
      found = true;
    }
  }

  /** The best run's actions but for some. */
  List<Timed> without(int from, int count) {
    List<Timed> fewer = new ArrayList<>(best.actions());
    fewer.subList(from, Math.min(from + count, fewer.size())).clear();
    return fewer;
  }

  /** The best run with half as long a wait before an action, if the promise breaks sooner then. */
  private @Nullable Run sooner() {
    List<Timed> actions = new ArrayList<>(best.actions());
    long before = at == 0 ? 0 : actions.get(at - 1).time();
    long millis = (actions.get(at).time() - before) / MILLISECOND;
    if (millis == 0) {
      return null;
    }
    long less = (millis + 1) / 2 * MILLISECOND;
    for (int i = at; i < actions.size(); i++) {
      Timed late = actions.get(i);
      actions.set(i, new Timed(late.moment(), late.time() - less, late.action()));
    }
    Run run = replay(actions, at);
    return run != null && run.cursor().time() < best.cursor().time() ? run : null;
  }

  /**
   * The run of these actions up to where the promise breaks, or null if it does not.
   *
   * @param same how many are done at the moments they say; the others at their times, since other
   *     things may happen before them
   */
  @Nullable Run replay(List<Timed> actions, int same) {
    tries++;
    Stage stage = new Stage(setup);
    List<Timed> done = new ArrayList<>();
    for (int i = 0; i < actions.size() && stage.broken() == null; i++) {
      Timed next = actions.get(i);
      if (i < same) {
        while (stage.moment() < next.moment() && stage.step()) {}
      } else {
        while (stage.next() <= next.time() && stage.step()) {}
      }
      stage.idle(next.time());
      done.add(new Timed(stage.moment(), stage.now(), next.action()));
      stage.act(next.action());
    }
    while (stage.next() <= end && stage.step()) {}
    events += stage.moment();
    Sentence broken = stage.broken();
    return broken == null || !broken.text().equals(promise.text())
        ? null
        : new Run(setup, done, new Position(stage.moment(), stage.now(), done.size()));
  }
}
