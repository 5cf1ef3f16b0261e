package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Whoever asks a command what it does is told, and that is no failure. */
final class HelpTest {
  static Stream<List<String>> commands() {
    return below(List.of(), Main.commandLine(Console.ofProcess(), Map.of(), ""));
  }

  private static Stream<List<String>> below(List<String> words, CommandLine command) {
    return Stream.concat(
        Stream.of(words),
        command.getSubcommands().entrySet().stream()
            .flatMap(
                named ->
                    below(
                        Stream.concat(words.stream(), Stream.of(named.getKey())).toList(),
                        named.getValue())));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasHelp(List<String> words) {
    for (String flag : List.of("-h", "--help")) {
      Run run = Run.of(Stream.concat(words.stream(), Stream.of(flag)).toArray(String[]::new));

      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.out())
          .startsWith(("Usage: balsa " + String.join(" ", words)).strip())
          .contains("--help");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "get", "member add", "lease keep-alive"})
  void ctlHelpSaysWhatTheFlagSays(String command) {
    String[] asked = ("ctl help " + command).strip().split(" ", -1);
    String[] flagged = ("ctl " + command).strip().concat(" --help").split(" ", -1);

    assertThat(Run.of(asked).out()).isEqualTo(Run.of(flagged).out());
    assertThat(Run.of(asked).code()).isZero();
  }

  @Test
  void helpForWhatThereIsNotNamesWhatThereIs() {
    Run run = Run.of("ctl", "help", "member", "ad");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains("no command \"ad\" in 'balsa ctl member'; there are list, add, ");
  }

  @Test
  void thereAreAllTheCommands() {
    assertThat(commands())
        .hasSizeGreaterThan(80)
        .contains(List.of("demo"), List.of("ctl", "lease", "keep-alive"), List.of("sim", "shrink"));
  }
}
