package dev.balsa.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "libary",
        "library --loads many",
        "library --peers raftis",
        "server --loads put:1",
        "server --rounds",
        "idle --loads put:1:1:all",
        "library --loads 0",
        "server --rounds 0",
        "server --keys 0",
        "restart --keys 0",
        "restart --rounds 0",
        "watch --watchers 9 --connections 10",
        "watch --rounds 0",
        "server --keys 10 --loads txn:1:11:all"
      })
  void badUsageExitsWithTwo(String line) {
    assertThat(Main.execute(line.split(" ", -1))).isEqualTo(2);
  }

  static Stream<String> commands() {
    return Stream.concat(Stream.of(""), Main.commandLine().getSubcommands().keySet().stream());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasHelp(String name) {
    for (String flag : List.of("-h", "--help")) {
      StringWriter out = new StringWriter();
      String[] words = name.isEmpty() ? new String[] {flag} : new String[] {name, flag};

      int code = Main.commandLine().setOut(new PrintWriter(out)).execute(words);

      assertThat(code).isZero();
      assertThat(out.toString()).startsWith(("Usage: bench " + name).strip()).contains("--help");
    }
  }

  @Test
  void commandThatCannotBeStartedExitsWithOne() {
    assertThat(Main.execute("idle", "--peers", "etcd", "--etcd", "/nowhere/etcd")).isEqualTo(1);
  }
}
