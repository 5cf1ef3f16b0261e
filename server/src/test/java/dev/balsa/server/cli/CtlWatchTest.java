package dev.balsa.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.Tools;
import dev.balsa.server.whole.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ctl watch} beside etcdctl's, at the same real etcd. */
class CtlWatchTest {
  @TempDir static Path folder;

  private static RealEtcd etcd;
  private static Path etcdctl;

  @BeforeAll
  static void startEtcd() throws Exception {
    etcdctl = Tools.require("etcdctl");
    etcd = RealEtcd.start(Tools.require("etcd"), folder.resolve("data"));
    Etcdctl tool = new Etcdctl(etcdctl, folder, etcd.endpoint());
    for (String command :
        List.of("put a/1 one", "put a/1 two", "put a/2 x", "del a/1", "put b y", "compaction 3")) {
      assertThat(tool.run("", List.of(command.split(" "))).code()).isZero();
    }
  }

  @AfterAll
  static void stopEtcd() {
    if (etcd != null) {
      etcd.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a/ --prefix --rev 3",
        "a/1 --rev 3 --prev-kv",
        "a/1 a/3 --rev=4 --hex",
        "a/ --prefix --rev 3 -w json",
        "a/1 --rev 3 --prev-kv -w json",
        "a/ --prefix --rev 3 --prev-kv -w fields",
      })
  void printsTheSamePast(String arguments) throws Exception {
    String theirs = past(arguments);

    String ours = watch(arguments, said -> said.length() >= theirs.length());

    assertThat(ours).isEqualTo(theirs);
  }

  /** What the real one says of the past, which it prints at once. */
  private static String past(String arguments) throws Exception {
    Path out = folder.resolve("watched");
    List<String> words =
        new ArrayList<>(List.of(etcdctl.toString(), "--endpoints", etcd.endpoint(), "watch"));
    words.addAll(List.of(arguments.split(" ")));
    ProcessBuilder builder = new ProcessBuilder(words).redirectOutput(out.toFile());
    builder.environment().put("ETCDCTL_API", "3");
    Process process = builder.start();
    try {
      // Revision 5 is the last one about these keys, in whatever form.
      Await.until(
          () -> "the past in " + read(out),
          () -> read(out).matches("(?s).*(DELETE\n|\"mod_revision\":5|\"Lease\" : 0\n$).*"));
      return settled(out);
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
  }

  /** A response is printed in several writes; the last of them ends with a line. */
  private static String settled(Path out) throws Exception {
    String[] before = {""};
    Await.until(
        () -> "the end of " + before[0],
        () -> {
          String now = read(out);
          boolean same = now.equals(before[0]) && now.endsWith("\n");
          before[0] = now;
          return same;
        });
    return before[0];
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/1 --rev 1", "a/1 --rev 2 -w json", "z a", "a/1 --rev 3 -w table"})
  void endsInTheSameWords(String arguments) throws Exception {
    List<String> words = new ArrayList<>(List.of("watch"));
    words.addAll(List.of(arguments.split(" ")));
    Run theirs = new Etcdctl(etcdctl, folder, etcd.endpoint()).run("", words);
    words.addAll(0, List.of("ctl", "--endpoints", etcd.endpoint()));
    Run ours = Run.of(words.toArray(String[]::new));

    assertThat(ours.out()).isEqualTo(theirs.out());
    assertThat(lines(ours.err())).isEqualTo(lines(theirs.err()));
    assertThat(ours.code()).isNotZero();
  }

  /** Where an option stands wrong the real one goes on to its help. */
  private static List<String> lines(String error) {
    return error.lines().map(line -> line.replaceAll(" of this command.*", "")).limit(2).toList();
  }

  @Test
  void commandBehindTheDashesRunsForEachEventAndLearnsWhatItWas() throws Exception {
    List<String> words = new ArrayList<>(List.of("ctl", "--endpoints", etcd.endpoint(), "watch"));
    words.addAll(List.of("a/1", "--rev", "4", "--", "sh", "-c", "env | grep ETCD_WATCH | sort"));

    String said = watch(words, text -> text.contains("ETCD_WATCH_VALUE=\"\"\n"));

    assertThat(said)
        .isEqualTo(
            """
            DELETE
            a/1

            ETCD_WATCH_EVENT_TYPE="DELETE"
            ETCD_WATCH_KEY="a/1"
            ETCD_WATCH_REVISION=5
            ETCD_WATCH_VALUE=""
            """);
  }

  /** Runs until what it printed satisfies {@code enough}. */
  private static String watch(String arguments, Predicate<String> enough) throws Exception {
    List<String> words = new ArrayList<>(List.of("ctl", "--endpoints", etcd.endpoint(), "watch"));
    words.addAll(List.of(arguments.split(" ")));
    return watch(words, enough);
  }

  private static String watch(List<String> words, Predicate<String> enough) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Console console =
        new Console(InputStream.nullInputStream(), new PrintStream(out, true, UTF_8), System.err);
    Thread watching =
        Thread.ofVirtual().start(() -> Main.run(console, Map.of(), words.toArray(String[]::new)));
    try {
      Await.until(() -> "enough in " + out.toString(UTF_8), () -> enough.test(out.toString(UTF_8)));
      return out.toString(UTF_8);
    } finally {
      watching.interrupt();
      watching.join();
    }
  }

  @Test
  void withoutAKeyThereIsNothingToWatch() {
    Run run = Run.of("ctl", "watch", "--", "echo", "hi");

    assertThat(run)
        .isEqualTo(
            new Run(
                2,
                "",
                "Error: bad number of arguments; it is ./balsa ctl watch KEY [RANGE_END]\n"));
  }
}
