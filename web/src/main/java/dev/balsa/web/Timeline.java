package dev.balsa.web;

import dev.balsa.web.Run.Position;
import dev.balsa.web.Run.Timed;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run that can be looked at in both directions. Backward is forward once more from the beginning:
 * the same setup and actions give the same run. In moments of leisure a second course of the run is
 * brought to the place before this one, so that the next step back is there already. What is done
 * in the past starts another future; the old one is kept as a branch.
 */
final class Timeline {
  private static final int SEARCH_MAX = 4_000; // world events without anything of interest

  private final Setup setup;
  private final List<Timed> actions = new ArrayList<>();
  private final List<Position> stops =
      new ArrayList<>(); // all with something to see, as far as known
  private final List<String> branches = new ArrayList<>();
  private Course course;
  private @Nullable Course spare; // of this run, not behind this place, when it is used

  /** A run at its beginning; {@code run}'s cursor is not followed yet. */
  Timeline(Run run) {
    setup = run.setup();
    actions.addAll(run.actions());
    course = new Course();
  }

  /** One way along the run, forward only. */
  private final class Course {
    final Stage stage = new Stage(setup);
    int acts;

    Position position() {
      return new Position(stage.moment(), stage.now(), acts);
    }

    boolean isActionNext() {
      return acts < actions.size() && actions.get(acts).moment() <= stage.moment();
    }

    /** One action or one event of the world; false if nothing ever happens. */
    boolean step() {
      if (!isActionNext()) {
        return stage.step();
      }
      Timed timed = actions.get(acts++);
      stage.idle(timed.time());
      stage.act(timed.action());
      return true;
    }
  }

  Stage stage() {
    return course.stage;
  }

  Position position() {
    return course.position();
  }

  /** The furthest place that was reached. */
  Position end() {
    return stops.isEmpty() || isBefore(stops.getLast(), position()) ? position() : stops.getLast();
  }

  Run run() {
    return new Run(setup, actions, position());
  }

  /** The futures that were left, as texts of runs, oldest first. */
  List<String> branches() {
    return branches;
  }

  /** Does what a person wants, here and now. A future that was known already becomes a branch. */
  void act(Action action) {
    Position here = position();
    if (spare != null && isBefore(here, spare.position())) {
      spare = null;
    }
    if (isBefore(here, end())) {
      branches.add(new Run(setup, actions, stops.getLast()).text());
      stops.removeIf(stop -> isBefore(here, stop));
      actions.subList(course.acts, actions.size()).clear();
    }
    actions.add(new Timed(here.moment(), here.time(), action));
    stepOnce();
  }

  /** When the next thing happens, an action of the past's future included. */
  long next() {
    return course.isActionNext() ? actions.get(course.acts).time() : stage().next();
  }

  /** One action or one event of the world; false if nothing ever happens. */
  private boolean stepOnce() {
    Stage stage = stage();
    int seen = stage.chronicle.seen();
    boolean stepped = course.step();
    if (stage.chronicle.seen() != seen) {
      Position here = position();
      if (stops.isEmpty() || isBefore(stops.getLast(), here)) {
        stops.add(here);
      }
    }
    return stepped && stage.moment() < Run.MOMENT_MAX;
  }

  /** The next thing that can be seen. */
  void step() {
    int seen = stage().chronicle.seen();
    for (int i = 0; i < SEARCH_MAX && stage().chronicle.seen() == seen; i++) {
      if (!stepOnce()) {
        return;
      }
    }
  }

  /** Everything up to a time. */
  void until(long time) {
    while (next() <= time && stepOnce()) {}
    stage().idle(time);
  }

  /** Everything up to a place or a time, whichever comes first; true at the place. */
  boolean until(Position place, long time) {
    while (isBefore(position(), place) && next() <= time && stepOnce()) {}
    if (!isBefore(new Position(stage().moment(), 0, course.acts), place)) {
      stage().idle(Math.min(place.time(), time));
      return stage().now() >= place.time();
    }
    stage().idle(time);
    return false;
  }

  /** The next thing of interest; stays at the end of the search if there is none. */
  void interesting() {
    for (int i = 0; i < SEARCH_MAX; i++) {
      int known = stage().chronicle.happenings().size();
      boolean going = stepOnce();
      if (!going || hasInteresting(known)) {
        return;
      }
    }
  }

  private boolean hasInteresting(int from) {
    List<Happening> happenings = stage().chronicle.happenings();
    return happenings.subList(from, happenings.size()).stream().anyMatch(Happening::isInteresting);
  }

  /** The last thing that could be seen before this one. */
  void back() {
    seek(before());
  }

  private Position before() {
    Position here = position();
    for (int i = stops.size() - 1; i >= 0; i--) {
      if (isBefore(stops.get(i), here)) {
        return stops.get(i);
      }
    }
    return Position.START;
  }

  /**
   * Uses a moment of leisure for the next step back: at most {@code events} of the world.
   *
   * @return whether there is more to do
   */
  boolean rest(int events) {
    Position place = before();
    Course resting = spare;
    if (resting == null || isBefore(place, resting.position())) {
      resting = new Course();
      spare = resting;
    }
    for (int i = 0; i < events && isBefore(resting.position(), place); i++) {
      if (!resting.step()) {
        return false;
      }
    }
    return isBefore(resting.position(), place);
  }

  /** The last thing of interest before this one. */
  void earlier() {
    List<Happening> happenings = stage().chronicle.happenings();
    for (int i = happenings.size() - 1; i >= 0; i--) {
      Happening happening = happenings.get(i);
      if (happening.isInteresting() && happening.moment() < stage().moment()) {
        seek(lastStopOf(happening.moment()));
        return;
      }
    }
    seek(Position.START);
  }

  /** The last place of a moment that is known. */
  Position lastStopOf(int moment) {
    Position found = Position.START;
    for (Position stop : stops) {
      if (stop.moment() <= moment) {
        found = stop;
      }
    }
    return found;
  }

  /** Goes to a place, before or after this one. */
  void seek(Position place) {
    boolean same = !isBefore(position(), place);
    if (isBefore(place, position()) || (same && place.time() < stage().now())) {
      Course ready = spare;
      if (ready != null && !isAfter(ready.position(), place)) {
        course = ready;
        spare = null;
      } else {
        course = new Course();
      }
    }
    while (isBefore(position(), place) && stepOnce()) {}
    stage().idle(place.time());
  }

  /** Whether a course that is there would have to go back to be at a place. */
  private static boolean isAfter(Position one, Position place) {
    return isBefore(place, one) || (!isBefore(one, place) && one.time() > place.time());
  }

  private static boolean isBefore(Position one, Position other) {
    if (one.moment() != other.moment()) {
      return one.moment() < other.moment();
    }
    return one.acts() < other.acts();
  }
}
