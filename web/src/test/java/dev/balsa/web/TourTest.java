package dev.balsa.web;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.web.Tour.Chapter;
import dev.balsa.web.Tour.Place;
import dev.balsa.web.Tour.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The tour as a test of the cores: each step comes to what it tells. */
class TourTest {
  private static final int CHAPTERS_MIN = 17; // pre-vote and transfer have two and one of their own
  private static final int STOPS = 79; // of the best-known walkthrough, from 0
  private static final Tour TOUR = Tour.parse(Pages.text("tour.txt"));

  @TestFactory
  List<DynamicTest> everyStepComesToWhatItTells() {
    return TOUR.chapters().stream()
        .map(
            chapter ->
                DynamicTest.dynamicTest(
                    chapter.id(),
                    () -> {
                      Tour.Played played = TOUR.play(chapter.id());

                      assertThat(played.places())
                          .extracting(Place::step)
                          .containsExactlyElementsOf(
                              chapter.steps().stream().map(Step::id).toList());
                    }))
        .toList();
  }

  @TestFactory
  List<DynamicTest> aStepLooksTheSameFromBothSides() {
    return TOUR.chapters().stream()
        .map(chapter -> DynamicTest.dynamicTest(chapter.id(), () -> assertSameBothWays(chapter)))
        .toList();
  }

  private static void assertSameBothWays(Chapter chapter) {
    Tour.Played played = TOUR.play(chapter.id());
    Session session = new Session();
    session.call("open " + played.run().text());
    List<String> forward = new ArrayList<>();
    for (Place place : played.places()) {
      forward.add(hashAt(session, place));
    }

    List<String> backward = new ArrayList<>();
    for (Place place : played.places().reversed()) {
      backward.addFirst(hashAt(session, place));
    }

    assertThat(backward).isEqualTo(forward);
  }

  private static String hashAt(Session session, Place place) {
    Run.Position end = place.end();
    session.call("seek " + end.moment() + " " + end.time() + " " + end.acts());
    return session.call("hash");
  }

  @Test
  void everyStopOfTheBestKnownWalkthroughIsCovered() throws IOException {
    StringBuilder table = new StringBuilder("stop,step\n");
    TreeSet<Integer> covered = new TreeSet<>();
    for (Chapter chapter : TOUR.chapters()) {
      for (Step step : chapter.steps()) {
        for (int stop : stops(step.shots())) {
          covered.add(stop);
          table.append(stop).append(',').append(chapter.id()).append('.').append(step.id());
          table.append('\n');
        }
      }
    }
    Pages.report("tour-stops.csv", table.toString());

    assertThat(covered)
        .containsExactlyElementsOf(java.util.stream.IntStream.range(0, STOPS).boxed().toList());
  }

  private static List<Integer> stops(String shots) {
    if (shots.isEmpty()) {
      return List.of();
    }
    String[] ends = shots.split("-", 2);
    int last = Integer.parseInt(ends[ends.length - 1]);
    return java.util.stream.IntStream.rangeClosed(Integer.parseInt(ends[0]), last).boxed().toList();
  }

  /** The ten entries of the figure's leader, and its own no-op; then followers a to f. */
  @Test
  void theLogsOfFigure7AreThoseOfThePaper() {
    Tour.Played played = TOUR.play("figure7");
    Timeline timeline = new Timeline(played.run(), null);
    timeline.seek(
        played.places().stream().filter(it -> it.step().equals("lead")).findFirst().get().end());

    assertThat(timeline.stage().bench.nodes())
        .extracting(node -> timeline.stage().bench.look(node).medium().log())
        .extracting(log -> log.stream().map(it -> "" + it.term()).collect(joining()))
        .containsExactly(
            "11144556668",
            "111445566",
            "1114",
            "11144556666",
            "111445566677",
            "1114444",
            "11122233333");
  }

  @Test
  void theTourHasAllItsChapters() {
    assertThat(TOUR.chapters())
        .hasSizeGreaterThanOrEqualTo(CHAPTERS_MIN)
        .extracting(Chapter::id)
        .contains("snapshots", "members", "transfer", "keys", "operate")
        .doesNotHaveDuplicates();
  }

  @Test
  void everyBugThatAStepLeadsToHasItsRun() {
    List<String> kept = BugTest.exhibits().stream().map(BugTest.Exhibit::name).toList();

    assertThat(TOUR.chapters())
        .flatExtracting(Chapter::steps)
        .extracting(Step::bug)
        .filteredOn(it -> !it.isEmpty())
        .hasSizeGreaterThan(8)
        .isSubsetOf(kept);
  }

  @Test
  void everyStepHasItsTextInEveryLanguage() {
    for (String language : List.of("en", "zh")) {
      var texts = Pages.texts(language);
      for (Chapter chapter : TOUR.chapters()) {
        assertThat(texts).containsKey("chapter." + chapter.id());
        for (Step step : chapter.steps()) {
          assertThat(texts).containsKey("say." + chapter.id() + "." + step.id());
        }
      }
    }
  }
}
