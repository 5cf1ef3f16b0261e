package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bugs of the playground: each is found in the run that is kept for it, by the bug alone. */
class BugTest {
  /** A line of {@code bugs.txt}. */
  record Exhibit(String name, String source, String run) {
    static Exhibit parse(String line) {
      String[] parts = line.split(" ", 3);
      return new Exhibit(parts[0], parts[1], parts[2]);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Exhibit> exhibits() {
    return Pages.text("bugs.txt")
        .lines()
        .filter(it -> !it.startsWith("#"))
        .map(Exhibit::parse)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("exhibits")
  void theJudgesFindABugInTheRunThatIsKeptForIt(Exhibit exhibit) {
    assertThat(exhibit.source()).startsWith("https://");
    Run run = Run.parse(exhibit.run());
    assertThat(run.setup().bug().name()).isEqualTo(exhibit.name());

    String picture = new Session().call("open " + exhibit.run());

    assertThat(picture)
        .contains("\"broken\":{\"text\"")
        .contains("\"bug\":\"" + exhibit.name() + "\"");
  }

  @ParameterizedTest
  @MethodSource("exhibits")
  void theSameRunWithoutItsBugBreaksNoPromise(Exhibit exhibit) {
    String sound = exhibit.run().replace("bug " + exhibit.name() + ";", "");

    Session session = new Session();
    session.call("open " + sound);
    String later = session.call("until 5000000000");

    assertThat(sound).doesNotContain("bug");
    assertThat(later).contains("\"t\":5000000000").doesNotContain("\"broken\"");
  }

  @Test
  void everyBugHasARunAndWordsInAllLanguages() {
    List<String> names =
        Arrays.stream(Bug.values()).filter(it -> it != Bug.NONE).map(Bug::name).toList();

    assertThat(exhibits()).extracting(Exhibit::name).containsExactlyInAnyOrderElementsOf(names);
    for (String language : List.of("en", "zh")) {
      assertThat(Pages.texts(language).keySet())
          .containsAll(names.stream().map(it -> "bug." + it).toList())
          .containsAll(names.stream().map(it -> "bug." + it + ".how").toList())
          .containsAll(names.stream().map(it -> "bug." + it + ".source").toList());
    }
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
