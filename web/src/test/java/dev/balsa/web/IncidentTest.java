package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A recording is looked at like a run, in both directions. */
class IncidentTest {
  private static final byte[] FILE = Records.ofSeed(7);

  private final Session session = new Session();

  private String open(byte[] file) {
    session.call("trace begin");
    for (int at = 0; at < file.length; at += 10_000) {
      byte[] part = Arrays.copyOfRange(file, at, Math.min(at + 10_000, file.length));
      String told = session.call("trace part " + Records.chars(part));
      if (told.contains("\"error\"")) {
        return told;
      }
    }
    String told = session.call("trace end");
    while (!told.contains("\"nodes\"") && !told.contains("\"error\"")) {
      told = session.call("trace judge");
    }
    return told;
  }

  @Test
  void aRecordingIsSeenForwardAndBackwardAlike() {
    assertThat(open(FILE)).contains("\"recorded\":true", "\"name\":\"BecameLeader\"");

    String early = session.call("moment 300");
    String late = session.call("moment 3000");

    assertThat(late).isNotEqualTo(early).contains("\"role\":\"LEADER\"");
    assertThat(session.call("moment 300")).isEqualTo(early);
    session.call("step");
    assertThat(session.call("back")).isEqualTo(early);
  }

  @Test
  void whatTheRecorderFoundStandsAtItsPlace() {
    assertThat(open(FILE)).contains("found <b>at the end</b>").doesNotContain("\"broken\"");

    assertThat(session.call("moment 100000000"))
        .contains(
            "\"broken\":{\"text\":\"the recorder noted: %s\","
                + "\"values\":[\"found <b>at the end</b>\"]}");
  }

  @Test
  void aDamagedFileChangesNothing() {
    session.call("open seed 5;nodes 3");
    String before = session.call("look");
    byte[] damaged = FILE.clone();
    damaged[damaged.length / 2] ^= 1;

    assertThat(open(damaged)).contains("is damaged: part %s does not match its checksum");
    assertThat(open("balsa-trace 9\n".getBytes(StandardCharsets.UTF_8)))
        .contains("has version %s", "\"values\":[\"9\",\"2\"]");

    assertThat(session.call("look")).isEqualTo(before);
    assertThat(session.call("trace judge")).contains("no trace is being judged");
  }

  @Test
  void aRecordingIsNotChangedAndLeftByOpeningARun() {
    open(FILE);

    assertThat(session.call("act crash 1 power")).contains("not changed");
    assertThat(session.call("open seed 5;nodes 3")).contains("\"seed\":5");
    assertThat(session.call("look")).doesNotContain("\"recorded\"");
  }
}
