package dev.balsa.web;

import dev.balsa.web.Run.Position;
import dev.balsa.web.Run.Timed;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run that can be looked at in both directions. Backward is forward once more from a checkpoint
 * before: the same setup and actions give the same run. What is done in the past starts another
 * future; the old one is kept as a branch.
 */
final class Timeline {
  private static final int SEARCH_MAX = 4_000; // world events without anything of interest

  /** World events in one go, so that whoever asked for a time hears something in between. */
  private static final int AT_ONCE_MAX = 20_000;

  private final Setup setup;
  private final List<Timed> actions = new ArrayList<>();
  private final List<Position> stops =
      new ArrayList<>(); // all with something to see, as far as known
  private final List<Branch> branches = new ArrayList<>();
  private final Checkpoints checkpoints;
  private String name;
  private Course course;
  private int worthKeeping; // from this moment on, on a way that was gone before

  /** A run at its beginning, by the first name; {@code run}'s cursor is not followed yet. */
  Timeline(Run run, @Nullable Copying copying) {
    this(run, "A", copying);
  }

  private Timeline(Run run, String name, @Nullable Copying copying) {
    this.name = name;
    setup = run.setup();
    actions.addAll(run.actions());
    checkpoints = new Checkpoints(copying);
    course = new Course(new Stage(setup), 0);
  }

  /** A future that was left. */
  record Branch(String name, Run run) {}

  /**
   * Where two futures part: what was done next in each, null if nothing was.
   *
   * @param time when, in nanoseconds
   */
  record Parting(long time, @Nullable Action here, @Nullable Action there) {}

  /** One way along the run, forward only. */
  private final class Course {
    final Stage stage;
    int acts;

    Course(Stage stage, int acts) {
      this.stage = stage;
      this.acts = acts;
    }

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
    return stops.isEmpty() || stops.getLast().isBefore(position()) ? position() : stops.getLast();
  }

  Run run() {
    return new Run(setup, actions, position());
  }

  /** The futures that were left, oldest first. */
  List<Branch> branches() {
    return branches;
  }

  /** What this future is called. */
  String name() {
    return name;
  }

  /** Calls a future otherwise: one that was left, by its number, or by the next number this one. */
  void rename(int number, String other) {
    if (number < branches.size()) {
      branches.set(number, new Branch(other, branches.get(number).run()));
    } else {
      name = other;
    }
  }

  /** Where a future that was left and this one part. */
  Parting parting(Branch branch) {
    List<Timed> others = branch.run().actions();
    int same = 0;
    while (same < Math.min(actions.size(), others.size())
        && actions.get(same).equals(others.get(same))) {
      same++;
    }
    Timed here = same < actions.size() ? actions.get(same) : null;
    Timed there = same < others.size() ? others.get(same) : null;
    long time =
        Math.min(
            here == null ? Run.TIME_MAX : here.time(), there == null ? Run.TIME_MAX : there.time());
    return new Parting(
        time, here == null ? null : here.action(), there == null ? null : there.action());
  }

  /**
   * Another timeline, whose run is that of a branch and which has this one's run as a branch
   * instead.
   */
  Timeline branch(int number, @Nullable Copying copying) {
    Timeline next = beside(number, copying);
    next.branches.addAll(branches);
    next.branches.set(number, left());
    return next;
  }

  /** A future that was left, played to its end, without any others. */
  Timeline beside(int number, @Nullable Copying copying) {
    Branch taken = branches.get(number);
    Timeline next = new Timeline(taken.run(), taken.name(), copying);
    next.seek(taken.run().cursor());
    return next;
  }

  /** Another timeline, of a run with the same beginning, which has this one's as a branch. */
  Timeline with(Run run, @Nullable Copying copying) {
    branches.add(new Branch(nameOf(branches.size() + 1), run));
    return branch(branches.size() - 1, copying);
  }

  private Branch left() {
    return new Branch(name, new Run(setup, actions, end()));
  }

  /** Does what a person wants, here and now. A future that was known already becomes a branch. */
  void act(Action action) {
    Position here = position();
    if (here.isBefore(end())) {
      branches.add(left());
      name = nameOf(branches.size());
      stops.removeIf(stop -> here.isBefore(stop));
      actions.subList(course.acts, actions.size()).clear();
      checkpoints.forgetAfter(here);
    }
    actions.add(new Timed(here.moment(), here.time(), action));
    stepOnce();
  }

  private static String nameOf(int number) {
    return number < 26 ? String.valueOf((char) ('A' + number)) : String.valueOf(number + 1);
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
    Position here = position();
    if (here.moment() >= worthKeeping || end().isBefore(here)) {
      checkpoints.pass(here, stage);
    }
    if (stage.chronicle.seen() != seen) {
      if (stops.isEmpty() || stops.getLast().isBefore(here)) {
        stops.add(here);
      }
    }
    return stepped;
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

  /** Everything up to a time, as far as can be had at once. */
  void until(long time) {
    for (int i = 0; i < AT_ONCE_MAX && next() <= time && stepOnce(); i++) {}
    stage().idle(time);
  }

  /**
   * Everything up to a place or a time, whichever comes first, as far as can be had at once; true
   * at the place.
   */
  boolean until(Position place, long time) {
    for (int i = 0; i < AT_ONCE_MAX && position().isBefore(place) && next() <= time; i++) {
      if (!stepOnce()) {
        break;
      }
    }
    if (!position().isBefore(place)) {
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
      if (stops.get(i).isBefore(here)) {
        return stops.get(i);
      }
    }
    return Position.START;
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

  /** Goes to a time, or to the end that is known if that comes before. */
  void at(long time) {
    Position place = Position.START;
    for (Position stop : stops) {
      place = stop.time() <= time ? stop : place;
    }
    seek(new Position(place.moment(), Math.min(time, end().time()), place.acts()));
  }

  /** Goes to a place, before or after this one. */
  void seek(Position place) {
    boolean same = !position().isBefore(place);
    if (place.isBefore(position()) || (same && place.time() < stage().now())) {
      Checkpoints.Resumed resumed = checkpoints.resume(place);
      course =
          resumed == null
              ? new Course(new Stage(setup), 0)
              : new Course(resumed.stage(), resumed.acts());
    }
    worthKeeping = place.moment() - Checkpoints.SPACING; // copies nobody comes back to cost time
    while (position().isBefore(place) && stepOnce()) {}
    worthKeeping = 0;
    stage().idle(place.time());
  }
}
