package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The playground's clients with sessions, and leases, as the page is told of them. */
class SessionClientTest {
  private static final Pattern ANSWER =
      Pattern.compile(
          "\"name\":\"Answered\",\"request\":\\d+,"
              + "\"text\":\"([^\"]*)\",\"answer\":\"([^\"]*)\"");
  private static final String LED = "seed 42;nodes 3;at 0 0 hurry 1";

  private final Session session = new Session();
  private final StringBuilder told = new StringBuilder();
  private long millis;

  private void open(String run) {
    told.append(session.call("open " + run));
    pass(300);
  }

  /** Lets time pass and takes what is told meanwhile. */
  private String pass(long more) {
    millis += more;
    String picture = session.call("until " + millis * 1_000_000);
    told.append(picture);
    return picture;
  }

  private String act(String action) {
    String answer = session.call("act " + action);
    assertThat(answer).doesNotStartWith("{\"error");
    told.append(answer);
    return pass(200);
  }

  private List<String> answers() {
    return ANSWER.matcher(told).results().map(it -> it.group(1) + ": " + it.group(2)).toList();
  }

  private static String table(String picture, int node) {
    int at = picture.indexOf("\"id\":" + node + ",\"up\":true");
    int from = picture.indexOf("\"sessions\":", at) + 11;
    return picture.substring(from, picture.indexOf('}', from));
  }

  @Test
  void aClientOpensASessionAndItsRequestTakesEffectOnceThroughWhateverNode() {
    open(LED);

    act("once 1 a b 1");
    act("once 2 a b 1");
    String picture = act("once 3 a b 1");

    assertThat(answers())
        .containsExactly(
            "+ # 10 s: OPENED 2",
            "a = b #2.1: DONE 2",
            "a = b #2.1: REPEATED 2",
            "a = b #2.1: REPEATED 2");
    assertThat(picture).contains("\"kv\":[[\"a\",\"b\",2]]");
    assertThat(List.of(1, 2, 3))
        .allMatch(it -> table(picture, it).matches("\\[\\[2,\\d+,1,\\[1]]]"));
  }

  @Test
  void theLineOfAnOldLinkStillTakesEffectOnce() {
    session.call("open seed 42;nodes 3;at 27 260000000 once 1 a b 1;at 56 350000000 once 1 a b 1");
    String picture = session.call("until 2000000000");

    assertThat(picture).contains("\"kv\":[[\"a\",\"b\",2]]").doesNotContain("\"revision\":3");
  }

  @Test
  void whatAClientHasHeardIsKeptNoLongerAndNotDoneAgain() {
    open(LED);
    act("once 1 a b 1");
    act("once 1 a c 2");

    String picture = act("once 1 a b 1");

    assertThat(answers().getLast()).isEqualTo("a = b #2.1: SUPERSEDED");
    assertThat(table(picture, 1)).matches("\\[\\[2,\\d+,2,\\[2]]]");
    assertThat(picture).contains("\"kv\":[[\"a\",\"c\",3]]");
  }

  @Test
  void theSessionOfASilentClientEndsByTheTimeThatOthersBringIntoTheLog() {
    open(LED);
    act("once 1 a b 1");
    for (int i = 1; i <= 4; i++) {
      pass(6_000);
      act("once 2 c " + i + " " + i + " 2");
    }

    String picture = act("once 1 a b 1");
    String after = act("once 1 a b 1");

    assertThat(answers()).contains("a = b #2.1: EXPIRED").endsWith("a = b #10.1: DONE 7");
    assertThat(table(picture, 3)).startsWith("[[4,").doesNotContain("[2,");
    assertThat(after).contains("{\"id\":1,\"session\":10,\"number\":1,\"again\":\"a b 1\"}");
  }

  @Test
  void aClosedSessionIsGoneAndWithoutOneNothingIsAsked() {
    open(LED);
    act("once 1 a b 1");

    String picture = act("close 2");
    act("close 2");

    assertThat(answers())
        .containsExactly("+ # 10 s: OPENED 2", "a = b #2.1: DONE 2", "− #2: CLOSED");
    assertThat(table(picture, 1)).isEqualTo("[]");
    assertThat(picture).contains("\"clients\":[{\"id\":1,\"session\":0}]");
  }

  @Test
  void aRequestThatWaitsForASessionIsNotSentWithoutOne() {
    open(LED + ";at 0 0 crash 2 process");
    act("once 2 a b 1");
    String unheard = act("once 1 a b 1");

    assertThat(answers())
        .containsExactly("+ # 10 s: DOWN", "+ # 10 s: OPENED 2", "a = b #2.1: DONE 2");
    assertThat(unheard).contains("\"kv\":[[\"a\",\"b\",2]]");
  }

  @Test
  void aSnapshotCarriesTheSessions() {
    open(LED + ";snapshots 2");
    act("once 1 a b 1");
    act("put 1 x 1");
    act("put 1 x 2");
    act("crash 1 power");
    act("restart 1");
    pass(1_000);

    String picture = act("once 1 a b 1");

    assertThat(answers().getLast()).isEqualTo("a = b #2.1: REPEATED 2");
    assertThat(table(picture, 1)).matches("\\[\\[2,\\d+,1,\\[1]]]");
  }

  @Test
  void aLeaderWithALeaseSaysUntilWhenAndAnswersAloneUntilThen() {
    open("seed 42;nodes 3;lease on"); // N2 comes to lead
    String before = pass(0);
    act("get 2 x");
    String cutOff = act("split 101");

    assertThat(before).containsPattern("\"lease\":[1-9]\\d{8},");
    assertThat(told).contains("\"name\":\"OnLease\",\"index\":1");
    assertThat(answers()).containsExactly("x ?: OK ");
    assertThat(cutOff).doesNotContainPattern("\"lease\":[1-9]");
    assertThat(Pages.run(cutOff)).contains(";lease on;");
  }

  @Test
  void withoutLeasesALeaderHasNoneAndAsksAMajority() {
    open(LED);
    String picture = act("get 1 x");

    assertThat(picture).contains("\"leases\":false").doesNotContainPattern("\"lease\":[1-9]");
    assertThat(told).contains("\"ReadsConfirmed\"").doesNotContain("OnLease");
  }
}
