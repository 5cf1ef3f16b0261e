package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** No run keeps the page's worker at work for ever. */
class EndingTest {
  private static final Pattern PLACE = Pattern.compile("^\\{\"m\":(\\d+),\"t\":(\\d+)");

  private final Session session = new Session();

  private static int moment(String picture) {
    return (int) number(picture, 1);
  }

  private static long time(String picture) {
    return number(picture, 2);
  }

  private static long number(String picture, int group) {
    Matcher place = PLACE.matcher(picture);
    assertThat(place.find()).isTrue();
    return Long.parseLong(place.group(group));
  }

  @Test
  void whoIsDownStaysDownUntilSomebodyStartsIt() {
    session.call("open seed 1;nodes 3");
    session.call("until 400000000");
    for (int node = 1; node <= 3; node++) {
      session.call("act crash " + node + " power");
    }
    String down = session.call("until 60000000000");

    assertThat(down).doesNotContain("\"next\"", "\"up\":true");
    assertThat(Pages.hash(session.call("step"))).isEqualTo(Pages.hash(down));
    assertThat(moment(session.call("interesting"))).isEqualTo(moment(down));

    session.call("act restart 2");
    session.call("act restart 3");
    String up = session.call("until 61000000000");
    assertThat(up).contains("\"role\":\"LEADER\"");
    assertThat(Pages.hash(new Session().call("open " + Pages.run(up)))).isEqualTo(Pages.hash(up));
  }

  @Test
  void whoeverAsksForALateTimeHearsOfItInPieces() {
    session.call("open seed 1;nodes 9");

    String first = session.call("until 1000000000000");
    String second = session.call("until 1000000000000");

    assertThat(moment(first)).isEqualTo(20_000);
    assertThat(time(first)).isLessThan(1_000_000_000_000L);
    assertThat(moment(second)).isEqualTo(40_000);
  }

  @Test
  void aRunThatIsAsLongAsRunsAreKeptSaysSoAndGoesNoFurther() {
    session.call("open seed 1;nodes 1");
    String picture = "";
    for (int i = 0; i < 50; i++) {
      picture = session.call("until " + Run.TIME_MAX);
    }

    assertThat(moment(picture)).isEqualTo(Run.MOMENT_MAX);
    assertThat(picture).contains("\"full\":true").doesNotContain("\"next\"");
    assertThat(moment(session.call("step"))).isEqualTo(Run.MOMENT_MAX);
    assertThat(session.call("back")).doesNotContain("\"full\"");
  }

  @Test
  void aTimeThatNoClockCanTellIsRefused() {
    assertThat(session.call("until " + Long.MAX_VALUE)).contains("\"error\"", "must be from");
    assertThat(session.call("open seed 1;look 0 9223372036854775806 0"))
        .contains("\"error\"", "must be from");
  }
}
