package dev.balsa.web;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Sentence;
import dev.balsa.web.Run.Position;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A run in which a promise is broken, made as small as can be. */
class ShrinkingTest {
  private static final Pattern PROMISE = Pattern.compile("\"broken\":\\{\"text\":\"([^\"]+)\"");
  private static final long PATIENCE_NANOS = 30_000_000_000L;

  /** Stands where a promise is broken, whatever the run's cursor says. */
  private static Timeline broken(String run) {
    Timeline timeline = new Timeline(Run.parse(run), null);
    timeline.until(new Position(Run.MOMENT_MAX, 0, 0), PATIENCE_NANOS);
    assertThat(timeline.stage().broken()).isNotNull();
    return timeline;
  }

  private static Shrinking shrunk(Timeline timeline) {
    Shrinking shrinking = new Shrinking(timeline, requireNonNull(timeline.stage().broken()));
    while (shrinking.goOn()) {}
    return shrinking;
  }

  private static void assertSmallest(Timeline timeline, Shrinking shrinking) {
    Run best = shrinking.best();
    Sentence promise = requireNonNull(timeline.stage().broken());
    Timeline again = new Timeline(Run.parse(best.text()), null);
    again.seek(best.cursor());

    assertThat(requireNonNull(again.stage().broken()).text()).isEqualTo(promise.text());
    for (int i = 0; i < best.actions().size(); i++) {
      assertThat(shrinking.replay(shrinking.without(i, 1), i)).as("without %s", i).isNull();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.balsa.web.BugTest#bugs")
  void aKeptRunBreaksTheSamePromiseWhenItIsShrunkAndNoActionCanBeLeftOut(
      String name, String source, String run) {
    assertThat(source).isNotEmpty();
    Timeline timeline = broken(run);

    Shrinking shrinking = shrunk(timeline);

    assertSmallest(timeline, shrinking);
    assertThat(shrinking.best().setup().bug().name()).isEqualTo(name);
    assertThat(shrinking.best().actions()).hasSizeLessThanOrEqualTo(shrinking.deeds());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"E11, 15, 1", "R3, 6, 2", "C14, 49, 4", "S2, 4, 3", "C12b, 4, 6"})
  void ofAStormOnlyWhatItTakesIsLeft(String bug, int seed, int left) {
    Timeline timeline = broken(storm(bug, seed));

    Shrinking shrinking = shrunk(timeline);

    assertSmallest(timeline, shrinking);
    assertThat(shrinking.best().actions())
        .hasSize(left)
        .noneMatch(it -> it.action() instanceof Action.Storm);
    assertThat(shrinking.deeds()).isGreaterThan(5 * left);
  }

  private static String storm(String bug, int seed) {
    return "seed " + seed + ";nodes 3;pre-vote off;bug " + bug + ";at 0 0 storm " + seed + " 3000";
  }

  @Test
  void aPersonHearsHowFarItIsAndLooksAtTheSmallestRunThenWithTheFirstAsAnotherFuture() {
    Session session = new Session();
    session.call("open " + storm("C12b", 4));
    String first = session.call("until " + PATIENCE_NANOS);

    String answer = session.call("shrink");
    assertThat(answer).contains("\"tries\":").contains("\"of\":128").doesNotContain("\"nodes\"");
    while (answer.contains("\"tries\":")) {
      answer = session.call("shrink");
    }

    assertThat(answer).contains("\"acts\":6,", "\"name\":\"B\",\"branches\":[{\"name\":\"A\"");
    assertThat(promise(answer)).isEqualTo(promise(first));
    assertThat(promise(session.call("branch 0"))).isEqualTo(promise(first));
    assertThat(session.call("seek 0 0 0")).doesNotContain("\"broken\"");
    assertThat(session.call("shrink")).contains("\"error\"", "no promise is broken here");
  }

  private static String promise(String picture) {
    Matcher matcher = PROMISE.matcher(picture);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  @Test
  void whereNothingCanBeLeftOutNoOtherFutureIsMade() {
    Session session = new Session();
    session.call("open " + storm("E11", 15));
    session.call("until " + PATIENCE_NANOS);
    while (session.call("shrink").contains("\"tries\":")) {}

    String again = session.call("shrink");
    while (again.contains("\"tries\":")) {
      again = session.call("shrink");
    }

    assertThat(again).contains("\"name\":\"B\"").doesNotContain("\"name\":\"C\"");
  }
}
