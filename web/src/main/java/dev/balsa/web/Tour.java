package dev.balsa.web;

import dev.balsa.raft.NodeId;
import dev.balsa.raft.Status;
import dev.balsa.raft.Status.RoleName;
import dev.balsa.sim.Flight;
import dev.balsa.web.Run.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The guided tour's script. A chapter is one run; each of its steps does something and waits until
 * the cores have done what the step tells about, so that a step is an assertion on the run.
 *
 * <pre>
 * chapter election seed 3;nodes 3;pre-vote off     # an id, and the lines of a run
 * step timeout shots 33-36 bug E9 see §5.2         # an id, stops of the old walkthrough, a bug
 *                                                  # whose run shows why, a source
 *   hurry 1                                        # an action; leader, follower and other are nodes
 *   for 20                                         # milliseconds pass
 *   hasten 1 3                                     # what is on its way from 1 to 3 arrives
 *   lose 1                                         # what is on its way from 1 is lost
 *   until 1 ElectionStarted term=1                 # node, or *, the happening's name, its members
 * </pre>
 */
final class Tour {
  private static final int WAIT_MAX = 20_000; // world events until a step must be complete

  private final List<Chapter> chapters;

  /**
   * A chapter.
   *
   * @param run the lines of its setup
   */
  record Chapter(String id, String run, List<Step> steps) {}

  /**
   * A step.
   *
   * @param shots the stops of the old walkthrough that it covers, as written
   * @param bug of the museum, whose kept run shows what the step's rule is for; or empty
   * @param lines what is done and waited for
   */
  record Step(String id, String shots, String bug, String see, List<String> lines) {}

  /** Where a step ends in its chapter's run. */
  record Place(String step, Position end) {}

  /** A chapter that was played to its end. */
  record Played(Run run, List<Place> places) {}

  private Tour(List<Chapter> chapters) {
    this.chapters = chapters;
  }

  List<Chapter> chapters() {
    return chapters;
  }

  static Tour parse(String script) {
    List<Chapter> chapters = new ArrayList<>();
    for (String line : Words.parts(script, '\n')) {
      int comment = line.indexOf('#');
      String text = (comment < 0 ? line : line.substring(0, comment)).trim();
      if (text.isEmpty()) {
        continue;
      }
      Words words = new Words(text);
      switch (words.word("a line")) {
        case "chapter" ->
            chapters.add(new Chapter(words.word("an id"), words.rest(), new ArrayList<>()));
        case "step" -> chapters.getLast().steps().add(step(words));
        default -> chapters.getLast().steps().getLast().lines().add(text);
      }
    }
    return new Tour(List.copyOf(chapters));
  }

  /**
   * Plays a chapter of a script.
   *
   * @throws BadCommand as {@link #play(String)}
   */
  static Played chapter(String script, String id) {
    return parse(script).play(id);
  }

  private static Step step(Words words) {
    String id = words.word("an id");
    String shots = "";
    String bug = "";
    String see = "";
    while (words.hasNext()) {
      String word = words.word("shots, bug or see");
      switch (word) {
        case "shots" -> shots = words.word("stops");
        case "bug" -> bug = words.word("a bug of the museum");
        case "see" -> see = words.rest();
        default -> throw new BadCommand("step %s has \"%s\", not shots, bug or see", id, word);
      }
    }
    return new Step(id, shots, bug, see, new ArrayList<>());
  }

  /**
   * Plays a chapter to its end.
   *
   * @throws BadCommand if a step does not come to what it tells
   */
  Played play(String id) {
    for (Chapter chapter : chapters) {
      if (chapter.id().equals(id)) {
        return play(chapter);
      }
    }
    throw new BadCommand("the tour has no chapter \"%s\"", id);
  }

  private static Played play(Chapter chapter) {
    Timeline timeline = new Timeline(Run.parse(chapter.run()), null);
    List<Place> places = new ArrayList<>();
    for (Step step : chapter.steps()) {
      Waiting waiting = new Waiting(timeline);
      for (String line : step.lines()) {
        try {
          perform(timeline, waiting, line);
        } catch (BadCommand bad) {
          throw new BadCommand("step %s.%s: %s", chapter.id(), step.id(), bad.getMessage());
        }
      }
      places.add(new Place(step.id(), timeline.position()));
    }
    return new Played(timeline.run(), places);
  }

  private static void perform(Timeline timeline, Waiting waiting, String line) {
    Words words = new Words(line);
    switch (words.word("a line")) {
      case "until" -> waiting.await(words, line);
      case "for" ->
          timeline.until(timeline.stage().now() + words.number("the ms", 1, 100_000) * 1_000_000);
      case "hasten" -> {
        long from = words.number("a node", 1, 9);
        long to = words.number("a node", 1, 9);
        underway(timeline, from, it -> it == to, Action.Deliver::new);
      }
      case "lose" -> underway(timeline, words.number("a node", 1, 9), it -> true, Action.Drop::new);
      default ->
          timeline.act(Action.parse(named(timeline, line), timeline.stage().setup().machines()));
    }
  }

  /** Something is done to each message on its way from a node to some. */
  private static void underway(
      Timeline timeline, long from, LongPredicate isTo, LongFunction<Action> action) {
    List<Flight> flights =
        timeline.stage().bench.flights().stream()
            .filter(flight -> flight.from().value() == from && isTo.test(flight.to().value()))
            .toList();
    if (flights.isEmpty()) {
      throw new BadCommand("nothing is on its way from %s", from);
    }
    flights.forEach(flight -> timeline.act(action.apply(flight.id())));
  }

  /** Waits within one step; what happened since its beginning counts, each thing once. */
  private static final class Waiting {
    private final Timeline timeline;
    private int looked;

    Waiting(Timeline timeline) {
      this.timeline = timeline;
      this.looked = timeline.stage().chronicle.happenings().size();
    }

    void await(Words words, String line) {
      List<String> nodes = Words.parts(words.word("nodes, with commas, or *"), ',');
      String name = "\"name\":\"" + words.word("a happening") + "\"";
      List<String> members = new ArrayList<>();
      while (words.hasNext()) {
        String member = words.word("a member");
        int equals = member.indexOf('=');
        String start = "\"" + member.substring(0, equals) + "\":";
        String value = member.substring(equals + 1);
        members.add(start + value + ",");
        members.add(start + "\"" + value + "\",");
      }
      int from = looked;
      for (int i = 0; i < WAIT_MAX; i++) {
        List<Happening> happenings = timeline.stage().chronicle.happenings();
        for (; from < happenings.size(); from++) {
          Json json = new Json();
          happenings.get(from).write(json);
          String story = json.toString();
          if (nodes.removeIf(node -> matches(story, node, name, members)) && nodes.isEmpty()) {
            looked = from + 1;
            return;
          }
        }
        timeline.step();
      }
      throw new BadCommand("\"%s\" never comes", line);
    }
  }

  private static boolean matches(String story, String node, String name, List<String> members) {
    String text = story.substring(0, story.length() - 1) + ",";
    if (!text.contains(name) || (!node.equals("*") && !text.contains("\"node\":" + node + ","))) {
      return false;
    }
    for (int i = 0; i < members.size(); i += 2) {
      if (!text.contains(members.get(i)) && !text.contains(members.get(i + 1))) {
        return false;
      }
    }
    return true;
  }

  /** Puts node numbers where a line says leader, follower (the first) or other (the next). */
  private static String named(Timeline timeline, String line) {
    if (!line.contains("leader") && !line.contains("follower") && !line.contains("other")) {
      return line;
    }
    Stage stage = timeline.stage();
    NodeId leader = null;
    long term = -1;
    for (NodeId node : stage.bench.nodes()) {
      Status status = stage.bench.look(node).status();
      if (status != null && status.role() == RoleName.LEADER && status.term() > term) {
        leader = node;
        term = status.term();
      }
    }
    List<NodeId> others = new ArrayList<>(stage.bench.nodes());
    others.remove(leader);
    return line.replace("leader", name(leader))
        .replace("follower", name(others.isEmpty() ? null : others.getFirst()))
        .replace("other", name(others.size() < 2 ? null : others.get(1)));
  }

  private static String name(@Nullable NodeId node) {
    if (node == null) {
      throw new BadCommand("nobody leads, or there is no other node");
    }
    return node.toString();
  }
}
