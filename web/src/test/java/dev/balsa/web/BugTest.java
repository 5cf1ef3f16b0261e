package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The playground's list of bugs, which only the page's own copy of the sources has. */
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

  private static List<String> names() {
    return exhibits().stream().map(Exhibit::name).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "zh"})
  void everyBugHasItsWordsAndItsFamily(String language) {
    assertThat(names()).hasSizeGreaterThan(20).doesNotHaveDuplicates();
    assertThat(Pages.texts(language).keySet())
        .containsAll(names().stream().map(it -> "bug." + it).toList())
        .containsAll(names().stream().map(it -> "bug." + it + ".how").toList())
        .containsAll(names().stream().map(it -> "bug." + it + ".source").toList())
        .containsAll(names().stream().map(it -> "bugs.family." + it.charAt(0)).toList());
  }

  @Test
  void theShippedEngineHasNoneOfThem() {
    for (String name : names()) {
      assertThatThrownBy(() -> Run.parse("seed 3;bug " + name))
          .isInstanceOf(BadCommand.class)
          .hasMessageContaining("\"" + name + "\" is no bug");
    }
    assertThat(Run.parse("seed 3;bug NONE")).isEqualTo(Run.parse("seed 3"));
  }
}
