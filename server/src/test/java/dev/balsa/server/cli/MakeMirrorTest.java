package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.TestServer;
import dev.balsa.server.Tools;
import dev.balsa.server.whole.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ctl make-mirror} between two servers. */
final class MakeMirrorTest {
  private TestServer source;
  private TestServer target;

  @BeforeEach
  void start() throws IOException {
    source = new TestServer();
    target = new TestServer();
    for (String command : List.of("put a/1 one", "put a/2 two", "put b x", "put a/1 1")) {
      at(source, command);
    }
  }

  @AfterEach
  void stop() {
    source.close();
    target.close();
  }

  @Test
  void keysAreThereAndThenEveryChangeOfThem() throws Exception {
    try (BalsaRun mirror = mirror("--prefix", "a/")) {
      awaitAtTarget("a/1\n1\na/2\ntwo\n");

      at(source, "put a/3 three");
      at(source, "del a/ a/3");
      at(source, "put b y");
      at(source, "put a/4 four");

      awaitAtTarget("a/3\nthree\na/4\nfour\n");
      assertThat(mirror.err()).isEmpty();
    }
  }

  @Test
  void unmodifiedEtcdctlMirrorsToo(@TempDir Path folder) throws Exception {
    ProcessBuilder etcdctl =
        new ProcessBuilder(
                Tools.require("etcdctl").toString(),
                "--endpoints",
                address(source),
                "make-mirror",
                address(target),
                "--prefix=a/",
                "--dest-prefix=copy/")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile());
    etcdctl.environment().put("ETCDCTL_API", "3");
    Process mirror = etcdctl.start();
    try {
      awaitAtTarget("copy/1\n1\ncopy/2\ntwo\n");

      at(source, "del a/1");
      at(source, "put a/3 three");

      awaitAtTarget("copy/2\ntwo\ncopy/3\nthree\n");
    } finally {
      mirror.destroyForcibly();
    }
  }

  @Test
  void prefixBecomesAnotherOrGoesAway() throws Exception {
    try (BalsaRun mirror = mirror("--prefix", "a/", "--dest-prefix", "copy/")) {
      awaitAtTarget("copy/1\n1\ncopy/2\ntwo\n");
      assertThat(mirror.err()).isEmpty();
    }
    try (BalsaRun mirror = mirror("--prefix", "a/", "--no-dest-prefix")) {
      awaitAtTarget("1\n1\n2\ntwo\ncopy/1\n1\ncopy/2\ntwo\n");
      assertThat(mirror.err()).isEmpty();
    }
  }

  @Test
  void changesOfOneRevisionStayOneRevision() throws Exception {
    Run.withInput("\nput t/1 x\nput t/2 y\nput t/3 z\n\n\n", words(source, "txn"));

    try (BalsaRun mirror = mirror("--rev", "6")) {
      awaitAtTarget("t/1\nx\nt/2\ny\nt/3\nz\n");

      assertThat(at(target, "get t/ --prefix -w fields").out())
          .containsSubsequence(
              "\"ModRevision\" : 2\n", "\"ModRevision\" : 2\n", "\"ModRevision\" : 2\n");
      assertThat(mirror.err()).isEmpty();
    }
  }

  @Test
  void largeRevisionsAreSplitWhereTheDestinationTakesNoMore() throws Exception {
    Run.withInput("\nput t/1 x\nput t/2 y\nput t/3 z\n\n\n", words(source, "txn"));

    try (BalsaRun mirror = mirror("--rev", "6", "--max-txn-ops", "2")) {
      awaitAtTarget("t/1\nx\nt/2\ny\nt/3\nz\n");

      assertThat(at(target, "get t/3 -w fields").out()).contains("\"ModRevision\" : 3\n");
      assertThat(mirror.err()).isEmpty();
    }
  }

  @Test
  void compactedBeginningIsAFailureWithARemedy() {
    at(source, "compaction 4");

    Run run = Run.of(words(source, "make-mirror", address(target), "--rev", "2"));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("compacted").contains("start it again");
  }

  @Test
  void bothWaysToRenameAtOnceAreBadUsage() {
    Run run = Run.of(words(source, "make-mirror", "x:1", "--dest-prefix", "x", "--no-dest-prefix"));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains("`--dest-prefix` and `--no-dest-prefix` cannot be set at the same time");
  }

  private BalsaRun mirror(String... flags) throws IOException {
    List<String> words =
        new ArrayList<>(List.of(words(source, "make-mirror", address(target), "--max-txn-ops=8")));
    words.addAll(List.of(flags));
    return new BalsaRun(words);
  }

  private void awaitAtTarget(String keysAndValues) throws Exception {
    Await.until(
        () -> keysAndValues + " in " + all().out(), () -> all().out().equals(keysAndValues));
  }

  private Run all() {
    return Run.of(words(target, "get", "", "--prefix"));
  }

  private static Run at(TestServer server, String command) {
    Run run = Run.of(words(server, command.split(" ")));
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private static String[] words(TestServer server, String... command) {
    List<String> words = new ArrayList<>(List.of("ctl", "--endpoints", address(server)));
    words.addAll(List.of(command));
    return words.toArray(String[]::new);
  }

  private static String address(TestServer server) {
    return "127.0.0.1:" + server.address().getPort();
  }
}
