package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bugs of the playground: each is found in the run that is kept for it, by the bug alone. */
class BugTest {
  private static final Path ROOT = Path.of("..");
  private static final Path BUGS = Path.of("web/src/main/resources/dev/balsa/web/ui/bugs.txt");
  private static final Path MUSEUM =
      Path.of("testkit/src/main/resources/dev/balsa/testkit/museum.txt");
  private static final Pattern CORE =
      Pattern.compile("(?m)^=== (\\w+)\\n(?:[^=-].*\\n)*?file: core/");

  /**
   * J5 is none of one run; the page's disks repair nothing, which S3 needs, nor are they lost and
   * come back empty, as for C13; L2 stops a node before anybody could see what is wrong.
   */
  private static final Set<String> LEFT_OUT = Set.of("J5", "S3", "C13", "C13b", "L2");

  private static String text(Path file) {
    try {
      return Files.readString(ROOT.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each bug's name, where it is known from, and its run: a line of {@code bugs.txt}. */
  static List<Arguments> bugs() {
    return text(BUGS)
        .lines()
        .filter(it -> !it.startsWith("#"))
        .map(it -> Arguments.of((Object[]) it.split(" ", 3)))
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bugs")
  void theJudgesFindABugInTheRunThatIsKeptForIt(String name, String source, String run) {
    assertThat(source).startsWith("https://");
    assertThat(Run.parse(run).setup().bug().name()).isEqualTo(name);

    String picture = new Session().call("open " + run);

    assertThat(picture).contains("\"broken\":{\"text\"").contains("\"bug\":\"" + name + "\"");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bugs")
  void theSameRunWithoutItsBugBreaksNoPromise(String name, String source, String run) {
    String sound = run.replace("bug " + name + ";", "");

    Session session = new Session();
    session.call("open " + sound);
    String later = session.call("until 7000000000");

    assertThat(sound).doesNotContain("bug");
    assertThat(later).contains("\"t\":7000000000").doesNotContain("\"broken\"");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bugs")
  void aKeptRunDoesNothingAfterTheMomentItShows(String name, String source, String run) {
    Run kept = Run.parse(run);
    long before = 0;
    for (Run.Timed action : kept.actions()) {
      assertThat(action.time()).as("%s", action).isBetween(before, kept.cursor().time());
      before = action.time();
    }
    assertThat(kept.cursor().acts()).isEqualTo(kept.actions().size());
  }

  @Test
  void everyBugOfTheCoreHasASwitchUnlessItIsNamedHere() {
    Set<String> shown = new TreeSet<>();
    bugs().forEach(bug -> shown.add(String.valueOf(bug.get()[0])));
    Set<String> missing = new TreeSet<>();
    CORE.matcher(text(MUSEUM)).results().forEach(it -> missing.add(it.group(1)));
    assertThat(missing).hasSizeGreaterThan(35).contains("E2", "J5").doesNotContain("S2");
    missing.removeAll(shown);

    assertThat(Arrays.stream(Bug.values()).filter(it -> it != Bug.NONE).map(Bug::name))
        .containsExactlyInAnyOrderElementsOf(shown);
    assertThat(missing).isEqualTo(LEFT_OUT);
  }

  @Test
  void aLinkKeepsItsBug() {
    Run run = Run.parse("seed 3;bug E9");

    assertThat(Run.parse(run.text())).isEqualTo(run);
    assertThat(run.text()).contains("bug E9");
    assertThat(Run.parse("seed 3").text()).doesNotContain("bug");
  }

  @Test
  void aBugThatIsNoneIsNamed() {
    assertThatThrownBy(() -> Run.parse("seed 3;bug X99"))
        .isInstanceOf(BadCommand.class)
        .hasMessageContaining("\"X99\" is no bug");
  }
}
