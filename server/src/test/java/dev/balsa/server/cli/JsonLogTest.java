package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import dev.balsa.server.whole.Await;
import dev.balsa.server.whole.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code --log-format json} of a real process. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class JsonLogTest {
  private static final String CANARY = "canary-4711";

  @TempDir Path folder;

  @Test
  void everyLineIsAnObjectAndNoneHoldsASecret() throws Exception {
    List<String> lines = new ArrayList<>();
    try (JavaChild member = start("--log-format=json", "--log-level=debug")) {
      lines.addAll(member.linesUpTo("serves clients on"));
      String endpoint = lines.getLast().replaceAll(".*[^0-9](127\\.0\\.0\\.1:[0-9]+).*", "$1");
      for (String command :
          List.of(
              "user add root:" + CANARY,
              "user grant-role root root",
              "put k " + CANARY,
              "auth enable",
              "get k --user root:" + CANARY,
              "get k --user root:" + CANARY + "-wrong")) {
        ctl(endpoint, command);
      }
      member.terminate();
      lines.addAll(member.awaitEnd().err().lines().toList());
    }

    assertThat(lines).hasSizeGreaterThan(3).noneMatch(line -> line.contains(CANARY));
    assertThat(lines)
        .allSatisfy(
            line ->
                assertThat(object(line))
                    .containsKeys("timestamp", "level", "loggerName", "formattedMessage"));
  }

  @Test
  void levelDecidesWhatIsLogged() throws Exception {
    int port = Ports.free(1).getFirst();
    try (JavaChild member =
        start("--log-level=error", "--listen-client-urls=http://127.0.0.1:" + port)) {
      Await.until(
          () -> "a healthy member",
          () -> Run.of("ctl", "--endpoints=127.0.0.1:" + port, "endpoint", "health").code() == 0);
      member.terminate();

      assertThat(member.awaitEnd()).isEqualTo(new Run(0, "", ""));
    }
  }

  private JavaChild start(String... flags) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "server",
                "--data-dir=" + folder.resolve("data"),
                "--listen-client-urls=http://127.0.0.1:0",
                "--listen-peer-urls=http://127.0.0.1:0",
                "--bcrypt-cost=4"));
    words.addAll(List.of(flags));
    return JavaChild.start(folder.toFile(), JavaChild.command(words.toArray(String[]::new)));
  }

  private static void ctl(String endpoint, String command) {
    Run run =
        Run.of(
            Stream.concat(
                    Stream.of("ctl", "--endpoints", endpoint, "--command-timeout=60s"),
                    Stream.of(command.split(" ")))
                .toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isEqualTo(command.endsWith("-wrong") ? 1 : 0);
  }

  private static Map<String, Value> object(String line) {
    Struct.Builder object = Struct.newBuilder();
    try {
      JsonFormat.parser().merge(line, object);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(line, e);
    }
    return object.getFieldsMap();
  }
}
