package dev.balsa.web;

import dev.balsa.web.Run.Position;
import dev.balsa.web.Run.Timed;
import java.util.ArrayList;
import java.util.List;

/**
 * A run that can be looked at in both directions. Backward is forward once more from the beginning:
 * the same setup and actions give the same run. What is done in the past starts another future; the
 * old one is kept as a branch.
 */
final class Timeline {
  private static final int SEARCH_MAX = 4_000; // world events without anything of interest

  private final Setup setup;
  private final List<Timed> actions = new ArrayList<>();
  private final List<Position> stops =
      new ArrayList<>(); // all with something to see, as far as known
  private final List<String> branches = new ArrayList<>();
  private Stage stage;
  private int acts;

  /** A run at its beginning; {@code run}'s cursor is not followed yet. */
  Timeline(Run run) {
    setup = run.setup();
    actions.addAll(run.actions());
    stage = new Stage(setup);
  }

  Stage stage() {
    return stage;
  }

  Position position() {
    return new Position(stage.moment(), stage.now(), acts);
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
    if (isBefore(here, end())) {
      branches.add(new Run(setup, actions, stops.getLast()).text());
      stops.removeIf(stop -> isBefore(here, stop));
      actions.subList(acts, actions.size()).clear();
    }
    actions.add(new Timed(here.moment(), here.time(), action));
    stepOnce();
  }

  /** When the next thing happens, an action of the past's future included. */
  long next() {
    return isActionNext() ? actions.get(acts).time() : stage.next();
  }

  private boolean isActionNext() {
    return acts < actions.size() && actions.get(acts).moment() <= stage.moment();
  }

  /** One action or one event of the world; false if nothing ever happens. */
  private boolean stepOnce() {
    int seen = stage.chronicle.seen();
    boolean stepped = true;
    if (isActionNext()) {
      Timed timed = actions.get(acts++);
      stage.idle(timed.time());
      stage.act(timed.action());
    } else {
      stepped = stage.step();
    }
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
    int seen = stage.chronicle.seen();
    for (int i = 0; i < SEARCH_MAX && stage.chronicle.seen() == seen; i++) {
      if (!stepOnce()) {
        return;
      }
    }
  }

  /** Everything up to a time. */
  void until(long time) {
    while (next() <= time && stepOnce()) {}
    stage.idle(time);
  }

  /** Everything up to a place or a time, whichever comes first; true at the place. */
  boolean until(Position place, long time) {
    while (isBefore(position(), place) && next() <= time && stepOnce()) {}
    if (!isBefore(new Position(stage.moment(), 0, acts), place)) {
      stage.idle(Math.min(place.time(), time));
      return stage.now() >= place.time();
    }
    stage.idle(time);
    return false;
  }

  /** The next thing of interest; stays at the end of the search if there is none. */
  void interesting() {
    for (int i = 0; i < SEARCH_MAX; i++) {
      int known = stage.chronicle.happenings().size();
      boolean going = stepOnce();
      if (!going || hasInteresting(known)) {
        return;
      }
    }
  }

  private boolean hasInteresting(int from) {
    List<Happening> happenings = stage.chronicle.happenings();
    return happenings.subList(from, happenings.size()).stream().anyMatch(Happening::isInteresting);
  }

  /** The last thing that could be seen before this one. */
  void back() {
    Position here = position();
    for (int i = stops.size() - 1; i >= 0; i--) {
      Position stop = stops.get(i);
      if (isBefore(stop, new Position(here.moment(), 0, here.acts()))) {
        seek(stop);
        return;
      }
    }
    seek(Position.START);
  }

  /** The last thing of interest before this one. */
  void earlier() {
    List<Happening> happenings = stage.chronicle.happenings();
    for (int i = happenings.size() - 1; i >= 0; i--) {
      Happening happening = happenings.get(i);
      if (happening.isInteresting() && happening.moment() < stage.moment()) {
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
    if (isBefore(place, position()) || (same && place.time() < stage.now())) {
      stage = new Stage(setup);
      acts = 0;
    }
    while (isBefore(position(), place) && stepOnce()) {}
    stage.idle(place.time());
  }

  private static boolean isBefore(Position one, Position other) {
    if (one.moment() != other.moment()) {
      return one.moment() < other.moment();
    }
    return one.acts() < other.acts();
  }
}
