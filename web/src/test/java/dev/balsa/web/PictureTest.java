package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the page is told of a moment. */
class PictureTest {
  /** A leader that is cut off from the other four has forced what a client wrote. */
  static final String MINORITY =
      "seed 3;nodes 5;at 0 0 hurry 1;at 60 300000000 split 01111;at 60 300000000 put 1 x 5"
          + ";look 65 330000000 3";

  @Test
  void anEntryThatWaitsSaysHowManyMoreVotersMustHaveIt() {
    Session session = new Session();
    String cutOff = session.call("open " + MINORITY);
    session.call("act heal");
    String healed = session.call("until 480000000");

    assertThat(cutOff).contains("\"put\",\"x = 5\",true,2]");
    assertThat(healed).contains("\"put\",\"x = 5\",true]").doesNotContain("true,2]");
  }
}
