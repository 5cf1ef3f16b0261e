package dev.balsa.web;

import java.util.ArrayList;
import java.util.List;

/**
 * A run as text: what it starts from, what was done when, and where one looks. The same text gives
 * the same run everywhere. Lines end with a line end or a semicolon.
 *
 * @param actions in their order
 * @param cursor where to look
 */
record Run(Setup setup, List<Timed> actions, Position cursor) {
  static final int MOMENT_MAX = 1_000_000;

  /** Nanoseconds, 13 days: further than any run goes, and clocks can still be reckoned with. */
  static final long TIME_MAX = 1L << 50;

  private static final int VERSION = 1;

  Run {
    actions = List.copyOf(actions);
  }

  /** An action, done after {@code moment} world events, at {@code time} in nanoseconds. */
  record Timed(int moment, long time, Action action) {}

  /**
   * A place in a run.
   *
   * @param acts how many actions are done
   */
  record Position(int moment, long time, int acts) {
    static final Position START = new Position(0, 0, 0);

    /** Whether fewer events or actions came before; time alone moves nothing on. */
    boolean isBefore(Position other) {
      return moment != other.moment ? moment < other.moment : acts < other.acts;
    }

    /** Whether whoever is here would have to go back to be there. */
    boolean isAfter(Position there) {
      return there.isBefore(this) || (!isBefore(there) && time > there.time);
    }
  }

  String text() {
    StringBuilder text = new StringBuilder("balsa " + VERSION + "\n").append(setup.text());
    for (Timed timed : actions) {
      text.append("at ").append(timed.moment()).append(' ').append(timed.time());
      text.append(' ').append(timed.action().text()).append('\n');
    }
    text.append("look ").append(cursor.moment()).append(' ').append(cursor.time());
    return text.append(' ').append(cursor.acts()).append('\n').toString();
  }

  /**
   * Reads a run.
   *
   * @throws BadCommand if it is damaged or of a later version
   */
  static Run parse(String text) {
    Setup setup = Setup.DEFAULT;
    List<Timed> actions = new ArrayList<>();
    Position cursor = Position.START;
    for (String line : Words.parts(text.replace(';', '\n'), '\n')) {
      if (line.isBlank()) {
        continue;
      }
      Words words = new Words(line);
      String word = words.word("a line");
      switch (word) {
        case "balsa" -> version(words);
        case "seed" -> setup = setup.withSeed(words.number("the seed", 0, Setup.SEED_MAX));
        case "nodes" -> setup = setup.withNodes((int) words.number("the nodes", 1, 9));
        case "sky" -> setup = setup.withSky(Setup.Sky.parse(words));
        case "pre-vote" -> setup = setup.withPreVote(words.onOff("pre-vote"));
        case "check-quorum" -> setup = setup.withCheckQuorum(words.onOff("check-quorum"));
        case "lease" -> setup = setup.withLeases(words.onOff("lease"));
        case "batch" -> {
          if (!words.word("one").equals("one")) {
            throw new BadCommand("\"%s\" must say batch one", line.trim());
          }
          setup = setup.withSingly();
        }
        case "timeouts" -> setup = setup.withTimeouts(Setup.Timeouts.parse(words));
        case "spares" ->
            setup = setup.withSpares((int) words.number("the spares", 0, Setup.MACHINES_MAX));
        case "snapshots" ->
            setup = setup.withSnapshots((int) words.number("the snapshots", 0, 10_000));
        case "bug" -> setup = setup.withBug(Bug.parse(words));
        case "at" -> {
          actions.add(timed(words, setup, actions));
          continue;
        }
        case "look" -> cursor = look(words);
        default ->
            throw new BadCommand(
                "\"%s\" is no line of a run; copy the whole link again", line.trim());
      }
      words.end();
    }
    if (setup.machines() > Setup.MACHINES_MAX) {
      throw new BadCommand(
          "the run has %s machines with spares, must be at most 9", setup.machines());
    }
    return new Run(setup, actions, cursor);
  }

  private static void version(Words words) {
    long version = words.number("the version", 0, Long.MAX_VALUE);
    if (version != VERSION) {
      throw new BadCommand(
          "the run has format %s, this page reads %s; open it in its own", version, VERSION);
    }
  }

  private static Timed timed(Words words, Setup setup, List<Timed> before) {
    int moment = (int) words.number("the moment", 0, MOMENT_MAX);
    long time = words.number("the time", 0, TIME_MAX);
    if (!before.isEmpty() && before.getLast().moment() > moment) {
      throw new BadCommand(
          "an action at moment %s comes after one at %s", moment, before.getLast().moment());
    }
    return new Timed(moment, time, Action.parse(words.rest(), setup.machines()));
  }

  private static Position look(Words words) {
    return new Position(
        (int) words.number("the moment", 0, MOMENT_MAX),
        words.number("the time", 0, TIME_MAX),
        (int) words.number("the actions done", 0, MOMENT_MAX));
  }
}
