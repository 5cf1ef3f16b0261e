package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong; what goes well is the archive's test, for that needs the jars. */
class PrepareCommandTest {
  @TempDir Path folder = Path.of("unset");

  @Test
  void aMemberThatCannotStartIsNamedWithItsLastWords() {
    // The class path of a test is no jar.
    Run run = Run.of("prepare", "--duration=1s", "--into=" + folder.resolve("learned.aot"));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .startsWith(
            "Error: a member to rehearse with ended with code 1, and nothing is prepared; it said: ")
        .contains("jar")
        .hasLineCount(1);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aDurationThatIsNoneIsRefusedAtOnce() {
    Run run = Run.of("prepare", "--duration=soon", "--into=" + folder.resolve("learned.aot"));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("soon").hasLineCount(1);
  }
}
