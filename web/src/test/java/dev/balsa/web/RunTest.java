package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run as text: what a link carries. */
class RunTest {
  @Test
  void aRunReadsBackAsItWasWritten() {
    Session session = new Session();
    session.call("open seed 7;nodes 3;pre-vote off;check-quorum off;sky 1 20 5 5 3");
    session.call("until 400000000");
    session.call("act put 2 %e9%94%ae a%20b%3b");
    session.call("act crash 1 power");
    session.call("until 900000000");
    String hash = session.call("hash");
    String run = text(session);

    Session other = new Session();
    other.call("open " + run);

    assertThat(other.call("hash")).isEqualTo(hash);
    assertThat(text(other)).isEqualTo(run).contains(";check-quorum off;");
  }

  /** Cut off from all others, so that nothing but the rule can end its leadership. */
  @ParameterizedTest
  @CsvSource({"on, 1", "off, 2"})
  void aLeaderThatIsCutOffStepsDownUnlessTheRuleIsOff(String checkQuorum, int leaders) {
    Session session = new Session();
    session.call("open seed 7;nodes 3;check-quorum " + checkQuorum);
    session.call("act hurry 1");
    session.call("until 1000000000");
    assertThat(session.call("look")).contains("\"role\":\"LEADER\"");
    session.call("act split 100");
    session.call("until 4000000000");

    assertThat(session.call("look").split("\"role\":\"LEADER\"")).hasSize(leaders + 1);
  }

  /** The run's text out of the picture. */
  private static String text(Session session) {
    String picture = session.call("look");
    int from = picture.indexOf("\"run\":\"") + 7;
    return picture.substring(from, picture.indexOf('"', from)).replace("\\u000a", ";");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          balsa 2                 | the run has format 2, this page reads 1; open it in its own
          nodes 10                | the nodes is 10 in "nodes 10", must be from 1 to 9
          nodes 8;spares 2        | the run has 10 machines with spares, must be at most 9
          at 3 5 member 1 sing 2  | "sing" is no change of members
          seed x                  | the seed is "x" in "seed x", must be a number
          seed                    | "seed" ends where the seed is expected
          sing                    | "sing" is no line of a run; copy the whole link again
          at 3 5 dance 1          | "dance" is no action, in "dance 1"
          at 3 5 crash 7 power    | a node is 7 in "crash 7 power", must be from 1 to 5
          at 3 5 put 1 a%2 b      | a key has a damaged % sign in "a%2"
          at 3 5 heal now         | "heal now" goes on after its end with "now"
          pre-vote maybe          | pre-vote is "maybe" in "pre-vote maybe", must be on or off
          """)
  void aDamagedRunIsRefusedInOneClearLine(String run, String message) {
    assertThatThrownBy(() -> Run.parse(run)).isInstanceOf(BadCommand.class).hasMessage(message);
  }

  @Test
  void aRefusedCommandChangesNothing() {
    Session session = new Session();
    session.call("until 500000000");
    String before = session.call("look");

    String answer = session.call("open seed 1;nodes 99");

    assertThat(answer).startsWith("{\"error\":");
    assertThat(session.call("look")).isEqualTo(before);
  }
}
