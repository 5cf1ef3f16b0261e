package dev.balsa.web;

import dev.balsa.raft.Sentence;
import dev.balsa.web.Run.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page talks to: commands of one line in, JSON out. Not thread-safe.
 *
 * <pre>
 * open RUN            begins with a run's text, see {@link Run}
 * act ACTION          does something here and now, see {@link Action}
 * step | back         the next, the last thing that can be seen
 * interesting | earlier   the same for what matters
 * until NANOS         everything up to a time, or 20,000 of the world's events
 * toward M T A NANOS  the same up to a place, if that comes first
 * seek M T A          goes to a place: moment, time, actions done
 * moment M            goes to the end of a moment
 * branch N            goes to the future that was left, the Nth from 0; this one is left instead
 * name N NAME         calls the Nth future otherwise; the one after the last is this one
 * beside N NANOS      the picture of the Nth future at a time, or at its end if that comes before
 * why FLIGHT          what led to a message, and what came of it
 * diagram NANOS       the messages that were on their way since a time
 * hunt SEED N         looks through N seeds from one on for a split vote
 * shrink              looks on for a smaller run that breaks the same promise; goes there at the end
 * tour SCRIPT         reads the tour
 * chapter ID          plays a chapter and goes to its beginning
 * trace …             opens a recording, see {@link Recordings}; the other commands then look at it
 * </pre>
 *
 * <p>Every answer is the picture after the command and the happenings that are new; or an object
 * with the member {@code error}, and then nothing has changed.
 */
public final class Session {
  private static final int CAUSES_MAX = 40;
  private static final long SEEDS_MAX = 1_000; // of one hunt

  private final @Nullable Copying copying;
  private Timeline timeline;
  private @Nullable String tour; // its script
  private Timeline.@Nullable Branch besideOf; // the future that was looked at last beside this one
  private @Nullable Timeline beside;
  private @Nullable Shrinking shrinking;
  private int told; // happenings that the page has
  private final Recordings recordings = new Recordings();

  /** A session with a run of its own at its beginning, whose every way back is from there. */
  public Session() {
    this(null);
  }

  /** The same with ways back from copies, where there is what makes them. */
  Session(@Nullable Copying copying) {
    this.copying = copying;
    this.timeline = new Timeline(new Run(Setup.DEFAULT, List.of(), Position.START), copying);
  }

  /** Obeys one command. */
  public String call(String command) {
    int space = command.indexOf(' ');
    String verb = space < 0 ? command : command.substring(0, space);
    String rest = space < 0 ? "" : command.substring(space + 1);
    try {
      return obey(verb, rest);
    } catch (BadCommand bad) {
      return new Json().open().field("error", bad.sentence()).close().toString();
    }
  }

  private String obey(String verb, String rest) {
    Bug.NONE.takeEffect(); // in recordings; a run's stage switches its own on
    if (verb.equals("trace")) {
      return recordings.load(rest);
    }
    Words words = new Words(rest);
    if (recordings.isShown()
        && !verb.equals("open")
        && !verb.equals("tour")
        && !verb.equals("chapter")) {
      return recordings.obey(verb, words);
    }
    switch (verb) {
      case "open" -> open(Run.parse(rest));
      case "act" -> act(rest);
      case "step" -> timeline.step();
      case "back" -> timeline.back();
      case "interesting" -> timeline.interesting();
      case "earlier" -> timeline.earlier();
      case "until" -> timeline.until(words.number("the time", 0, Run.TIME_MAX));
      case "toward" -> {
        boolean there = timeline.until(place(words), words.number("the time", 0, Run.TIME_MAX));
        return picture(there);
      }
      case "seek" -> timeline.seek(place(words));
      case "moment" ->
          timeline.seek(timeline.lastStopOf((int) words.number("the moment", 0, Run.MOMENT_MAX)));
      case "look" -> {}
      case "branch" -> {
        timeline = timeline.branch(branch(words), copying);
        told = 0;
      }
      case "name" -> {
        int number = (int) words.number("the branch", 0, timeline.branches().size());
        timeline.rename(number, words.text("a name"));
      }
      case "beside" -> {
        return beside(branch(words), words.number("the time", 0, Run.TIME_MAX));
      }
      case "hunt" -> {
        return hunt(words);
      }
      case "shrink" -> {
        return shrink();
      }
      case "why" -> {
        return why(words.number("a message", 1, Long.MAX_VALUE));
      }
      case "diagram" -> {
        return diagram(words.number("the time", 0, Run.TIME_MAX));
      }
      case "tour" -> {
        tour = rest;
        return "{}";
      }
      case "chapter" -> {
        return chapter(rest);
      }
      case "hash" -> {
        return hash();
      }
      default -> throw new BadCommand("\"%s\" is no command", verb);
    }
    return picture(false);
  }

  private int branch(Words words) {
    return (int) words.number("the branch", 0, timeline.branches().size() - 1L);
  }

  private String beside(int number, long time) {
    Timeline.Branch branch = timeline.branches().get(number);
    if (beside == null || !branch.equals(besideOf)) {
      besideOf = branch;
      beside = timeline.beside(number, copying);
    }
    beside.at(time);
    Stage stage = beside.stage();
    Json json = new Json().open().field("m", stage.moment()).field("t", stage.now());
    new Picture(stage, json).write();
    return json.close().toString();
  }

  private static Position place(Words words) {
    return new Position(
        (int) words.number("the moment", 0, Run.MOMENT_MAX),
        words.number("the time", 0, Run.TIME_MAX),
        (int) words.number("the actions done", 0, Run.MOMENT_MAX));
  }

  private void open(Run run) {
    recordings.leave();
    Timeline opened = new Timeline(run, copying);
    opened.seek(run.cursor());
    timeline = opened;
    told = 0;
  }

  private void act(String line) {
    Action action = Action.parse(line, timeline.stage().setup().machines());
    timeline.act(action);
    told = Math.min(told, timeline.stage().chronicle.happenings().size() - 1);
  }

  private String picture(boolean there) {
    Stage stage = timeline.stage();
    List<Happening> happenings = stage.chronicle.happenings();
    Position end = timeline.end();
    Json json = new Json().open();
    json.field("m", stage.moment()).field("t", stage.now());
    json.field("acts", timeline.position().acts());
    json.field("endM", end.moment()).field("endT", end.time());
    if (timeline.next() < Long.MAX_VALUE) {
      json.field("next", timeline.next());
    }
    json.field("there", there);
    if (stage.isFull()) {
      json.field("full", true);
    }
    json.field("hash", Long.toHexString(stage.bench.hash()));
    json.field("run", timeline.run().text());
    branches(json);
    new Picture(stage, json).write();
    json.field("count", happenings.size()).field("from", Math.min(told, happenings.size()));
    json.name("story").openList();
    for (int i = told; i < happenings.size(); i++) {
      happenings.get(i).write(json);
    }
    json.closeList();
    told = Math.max(told, happenings.size());
    return json.close().toString();
  }

  private void branches(Json json) {
    json.field("name", timeline.name()).name("branches").openList();
    for (Timeline.Branch branch : timeline.branches()) {
      Timeline.Parting parting = timeline.parting(branch);
      json.open().field("name", branch.name()).field("t", parting.time());
      json.field("endT", branch.run().cursor().time());
      action(json, "here", parting.here());
      action(json, "there", parting.there());
      json.close();
    }
    json.closeList();
  }

  private static void action(Json json, String name, @Nullable Action action) {
    if (action != null) {
      json.field(name, action.text());
    }
  }

  private String hunt(Words words) {
    long seed = words.number("the seed", 0, Setup.SEED_MAX);
    long end = Math.min(Setup.SEED_MAX, seed + words.number("the seeds", 1, SEEDS_MAX));
    for (; seed < end; seed++) {
      Run found = Hunt.splitVote(timeline.stage().setup().withSeed(seed));
      if (found != null) {
        return new Json().open().field("run", found.text()).close().toString();
      }
    }
    return new Json().open().field("seed", seed).close().toString();
  }

  private String shrink() {
    Sentence broken = timeline.stage().broken();
    if (shrinking == null || !shrinking.isOf(timeline)) {
      if (broken == null) {
        throw new BadCommand("no promise is broken here; go to where one is");
      }
      shrinking = new Shrinking(timeline, broken);
    }
    if (shrinking.goOn()) {
      Json json = new Json().open().field("tries", shrinking.tries());
      json.field("actions", shrinking.best().actions().size());
      return json.field("of", shrinking.deeds()).close().toString();
    }
    if (!shrinking.best().actions().equals(timeline.run().actions())) {
      timeline = timeline.with(shrinking.best(), copying);
      told = 0;
    }
    shrinking = null;
    return picture(false);
  }

  /** What led to a message, the last first: each step and the message that brought it. */
  private String why(long flight) {
    Chronicle chronicle = timeline.stage().chronicle;
    Json json = new Json().open().name("chain").openList();
    long at = flight;
    for (int i = 0; i < CAUSES_MAX && at > 0; i++) {
      Chronicle.Step step = chronicle.sender(at);
      if (step == null) {
        break;
      }
      json.open().field("flight", at).field("node", step.node().value());
      json.field("t", step.time()).field("input", step.input()).close();
      at = step.flight();
    }
    json.closeList();
    chronicle.verdict(flight, json);
    return json.close().toString();
  }

  private String diagram(long from) {
    Json json = new Json().open().name("messages");
    timeline.stage().chronicle.journeys().write(json, from);
    return json.close().toString();
  }

  private String chapter(String id) {
    String script = tour;
    if (script == null) {
      throw new BadCommand("the tour is not there; give its script first");
    }
    Tour.Played played = Tour.chapter(script, id);
    open(new Run(played.run().setup(), played.run().actions(), Position.START));
    Json json = new Json().open().name("steps").openList();
    for (Tour.Place place : played.places()) {
      Position end = place.end();
      json.open().field("id", place.step()).field("m", end.moment());
      json.field("t", end.time()).field("acts", end.acts()).close();
    }
    return json.closeList().close().toString();
  }

  /** What the whole story and the last picture come down to, the same on every host. */
  private String hash() {
    int low = 17;
    int high = 31;
    for (Happening happening : timeline.stage().chronicle.happenings()) {
      Json json = new Json();
      happening.write(json);
      String line = json.toString();
      for (int i = 0; i < line.length(); i++) {
        low = low * 31 + line.charAt(i);
        high = high * 131 + (line.charAt(i) ^ low >>> 7);
      }
    }
    String world = Long.toHexString(timeline.stage().bench.hash());
    return world + "-" + Integer.toHexString(low) + Integer.toHexString(high);
  }
}
