package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.TestServer;
import dev.balsa.server.Tools;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ctl watch -i} beside the real one, and watches whose keys the environment names. */
final class InteractiveWatchTest {
  @TempDir private Path folder;

  private TestServer server;
  private List<String> words;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
    words = List.of("--endpoints", "127.0.0.1:" + server.address().getPort());
    put("a/1", "one");
    put("a/2", "two");
    put("b", "x");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void everyLineBeginsOneMoreWatchAndProgressIsAskedOfAll() throws Exception {
    try (BalsaRun ours = new BalsaRun(with("ctl", "watch", "-i"))) {
      ours.say("watch a/ --prefix --rev 2");
      ours.awaitOut("PUT\na/1\none\nPUT\na/2\ntwo\n");
      ours.say("watch 'b' --rev 4 --hex=false");
      ours.say("watch \"b\" --rev 4 --prev-kv");
      ours.awaitOut("PUT\nb\nx\n");
      ours.say("progress");
      ours.awaitOut("progress notify: 4\nprogress notify: 4\n");

      put("b", "y");
      ours.awaitOut("PUT\nb\nx\nb\ny\n");

      assertThat(ours.err()).contains("Invalid command watch 'b'").contains("--hex");
    }
  }

  @Test
  void linesThatAreNoWatchAreNamedAndTheRestGoesOn() throws Exception {
    List<String> lines =
        List.of("watch a/ --prefix --rev 2", "foo", "watch", "", "watch 'b", "watch a b c");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(with(Tools.require("etcdctl").toString(), "watch", "-i"))
            .redirectError(err.toFile())
            .redirectOutput(folder.resolve("out").toFile());
    builder.environment().put("ETCDCTL_API", "3");
    Process etcdctl = builder.start();
    try (OutputStream input = etcdctl.getOutputStream()) {
      input.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    int code = etcdctl.waitFor();

    try (BalsaRun ours = new BalsaRun(with("ctl", "watch", "-i"))) {
      for (String line : lines) {
        ours.say(line);
      }
      ours.awaitOut("two\n");
      ours.endInput();
      ours.awaitEnd();

      assertThat(code).isNotZero();
      assertThat(Files.readString(err)).contains("Invalid command foo", "request line: EOF");
      assertThat(ours.err().lines())
          .startsWith("Invalid command foo (only support watch and progress)")
          .contains("Invalid command watch 'b (a single quote is not closed in: watch 'b)")
          .endsWith("Error: Error reading watch request line: EOF")
          .hasSize(6);
    }
  }

  @Test
  void theEnvironmentNamesTheKeysOfAWatch() {
    Run conflict =
        Run.inEnvironment(
            Map.of("ETCDCTL_WATCH_KEY", "a/", "ETCDCTL_WATCH_RANGE_END", "a0"),
            with("ctl", "watch", "b").toArray(String[]::new));
    WatchFlags.Wish wish =
        new WatchFlags()
            .wish(
                List.of("watch"),
                Map.of("ETCDCTL_WATCH_KEY", "a/", "ETCDCTL_WATCH_RANGE_END", "a0"));

    assertThat(conflict.code()).isEqualTo(2);
    assertThat(conflict.err()).contains("found conflicting environment key");
    assertThat(wish.create().getKey().toStringUtf8()).isEqualTo("a/");
    assertThat(wish.create().getRangeEnd().toStringUtf8()).isEqualTo("a0");
  }

  private void put(String key, String value) {
    assertThat(Run.of(with("ctl", "put", key, value).toArray(String[]::new)).code()).isZero();
  }

  private List<String> with(String... arguments) {
    return java.util.stream.Stream.concat(List.of(arguments).stream(), words.stream()).toList();
  }
}
