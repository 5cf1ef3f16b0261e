package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each file of {@code scenarios/} says what comes of its commands. With {@code
 * -Dscenarios.rewrite=true} what comes of them now is written there, for a person to read as a
 * diff.
 */
class ScenariosTest {
  private static final Path FOLDER = Path.of("src", "test", "resources", "scenarios");

  static List<Path> scenarios() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void whatComesOfItIsWhatItSays(Path scenario) throws IOException {
    String expected = Files.readString(scenario);

    String actual = Transcript.of(expected);

    if (Boolean.getBoolean("scenarios.rewrite")) {
      Files.writeString(scenario, actual);
    } else {
      assertThat(actual).isEqualTo(expected);
    }
  }

  @Test
  void anUnknownCommandIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Transcript.of("nodes 3\nfly 1\n"))
        .withMessage("'fly 1' cannot be done");
  }
}
