package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Storms are the same again, end in a calm, and what must come after it does. */
class StormAndCalmTest {
  private static String storm(String run, long seed) {
    Session session = new Session();
    session.call("open " + run);
    session.call("until 300000000");
    session.call("act storm " + seed + " 2000");
    return session.call("until 60000000000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nodes 3",
        "nodes 5;pre-vote off",
        "nodes 5;check-quorum off",
        "nodes 3;pre-vote off;check-quorum off",
        "nodes 4;snapshots 3",
        "nodes 9",
        "nodes 1;batch one"
      })
  void allIsWellAfterAnyStorm(String run) {
    for (long seed = 1; seed <= 12; seed++) {
      String picture = storm("seed " + (100 + seed) + ";" + run, seed);

      assertThat(picture)
          .as("%s, storm %s", run, seed)
          .contains("\"name\":\"Settled\"")
          .doesNotContain("\"broken\"");
    }
  }

  @Test
  void aStormIsDrawnFromItsSeed() {
    String once = storm("seed 3;nodes 5", 7);
    String again = storm("seed 3;nodes 5", 7);
    String other = storm("seed 3;nodes 5", 8);

    assertThat(again).isEqualTo(once);
    assertThat(other).isNotEqualTo(once);
    assertThat(once)
        .contains("\"name\":\"Struck\",\"action\":\"crash ")
        .contains("\"name\":\"Struck\",\"action\":\"split ")
        .contains("\"name\":\"Struck\",\"action\":\"calm\"");
    assertThat(Pages.run(once)).contains("storm 7 2000").doesNotContain("crash");
  }

  @Test
  void whatIsDoneAfterTheFaultsEndIsNotHeldAgainstTheCluster() {
    Session session = new Session();
    session.call("open seed 3;nodes 3");
    session.call("until 1000000000");
    session.call("act calm");
    session.call("act crash 1 process");
    session.call("act crash 2 process");

    String later = session.call("until 20000000000");

    assertThat(later).contains("\"t\":20000000000").doesNotContain("Settled", "\"broken\"");
  }

  @Test
  void timeoutsThatLeaveNoTimeForALeaderAreNotHeldAgainstItEither() {
    Session session = new Session();
    session.call("open seed 3;nodes 5;timeouts 51 52");
    session.call("act calm");

    assertThat(session.call("until 20000000000")).doesNotContain("Settled", "\"broken\"");
  }

  @Test
  void whatClientsHeardIsCounted() {
    String picture = storm("seed 3;nodes 5", 7);

    assertThat(picture).contains("\"name\":\"Answered\"");
    int answers = picture.split("\"name\":\"Answered\"", -1).length - 1;
    assertThat(count(picture, "done") + count(picture, "refused") + count(picture, "unsure"))
        .isEqualTo(answers);
    assertThat(count(picture, "done")).isPositive();
  }

  private static long count(String picture, String name) {
    int from = picture.indexOf("\"" + name + "\":") + name.length() + 3;
    return Long.parseLong(picture.substring(from, picture.indexOf(',', from)));
  }
}
