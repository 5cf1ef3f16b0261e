package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A bug that loses what was acknowledged does not set the network on fire, too. */
class StormTest {
  private static final Pattern PLACE = Pattern.compile("^\\{\"m\":(\\d+),\"t\":(\\d+)");

  /** A follower's log is cut behind what it acknowledged, on a network that doubles messages. */
  private static final String STORM =
      "seed 1459;nodes 6;sky 1 11 12 39 7;pre-vote off;snapshots 4;bug S4;at 0 65000000 restart 2;"
          + "at 34 187000000 pause 5;at 69 290000000 transfer 1 3;at 73 329000000 put 6 k2 v4;"
          + "at 82 340000000 crash 2 process;at 129 455000000 member 5 remove 2;"
          + "at 156 630000000 restart 2;at 167 659000000 put 4 k0 v9;look 167 659000000 9";

  @Test
  void aFollowerThatLostWhatItAcknowledgedBegetsNoStormOfRejections() {
    Session session = new Session();
    assertThat(session.call("open " + STORM)).contains("\"bug\":\"S4\"");

    String picture = session.call("until 5000000000");

    Matcher place = PLACE.matcher(picture);
    assertThat(place.find()).isTrue();
    assertThat(Long.parseLong(place.group(2))).isEqualTo(5_000_000_000L);
    assertThat(picture).contains("\"name\":\"AppendRejected\"");
    assertThat(Integer.parseInt(place.group(1)))
        .isLessThan(10_000); // there were a million before its third second
  }
}
