package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.whole.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code --wal-dir}: a member whose log is in a directory of its own, in a process of its own. */
@Timeout(300)
final class WalDirTest {
  @TempDir Path folder;
  private Path data;
  private Path log;
  private String peer;

  @BeforeEach
  void nameThem() throws IOException {
    data = folder.resolve("data");
    log = folder.resolve("disk").resolve("log");
    peer = "http://127.0.0.1:" + Ports.free(1).getFirst();
  }

  @Test
  void killedMemberFindsItsLogThereAgain() throws Exception {
    try (JavaChild first = start("--wal-dir=" + log)) {
      ctl(first.awaitPort(), "put", "k", "v");
    }

    assertThat(names(log))
        .isNotEmpty()
        .allMatch(name -> name.matches("lock|[0-9a-f]{16}\\.(wal|new)"));
    assertThat(names(data)).contains("identity", "store").noneMatch(name -> name.endsWith(".wal"));
    try (JavaChild second = start("--wal-dir=" + log)) {
      assertThat(ctl(second.awaitPort(), "get", "k")).isEqualTo("k\nv\n");
    }
    Run verified = Run.of("log", "verify", data.toString(), "--wal-dir=" + log);
    assertThat(verified.code()).as(verified.out() + verified.err()).isZero();
    assertThat(Run.of("log", "dump", data.toString(), "--wal-dir=" + log).out())
        .contains("put \"k\"\n");
    assertThat(Run.of("log", "verify", data.toString()).out())
        .contains("does not start: ", "the log is missing", "name it by --wal-dir");
  }

  @Test
  void logIsNeverBegunAnewBesideAFullStore() throws Exception {
    Path other = folder.resolve("other");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    try (JavaChild member = start("--wal-dir=" + log)) {
      ctl(member.awaitPort(), "put", "k", "v");
    }

    assertRefused(server(), data.toString(), "the log is missing", "name it by --wal-dir");
    assertRefused(
        server("--wal-dir=" + other),
        "--wal-dir " + other + " is not there",
        "name the directory that holds its log");
    assertThat(other).doesNotExist();
    assertRefused(
        server("--wal-dir=" + empty),
        "data directory " + data + " belongs to node ",
        "whose log is not in --wal-dir " + empty,
        "name the directory where it is");
    assertRefused(
        server("--wal-dir=" + log, "--data-dir=" + other),
        "--wal-dir " + log + " holds the log of node ",
        "data directory " + other + " is nobody's");
    assertThat(other).doesNotExist();

    try (JavaChild member = start("--wal-dir=" + log)) {
      assertThat(ctl(member.awaitPort(), "get", "k")).isEqualTo("k\nv\n");
    }
  }

  @Test
  void logOfAnotherMemberIsNamedAndKept() throws Exception {
    Path stranger = folder.resolve("stranger");
    try (JavaChild member = start("--wal-dir=" + log)) {
      ctl(member.awaitPort(), "put", "k", "v");
    }
    try (JavaChild member =
        start("--wal-dir=" + stranger, "--data-dir=" + folder.resolve("strangers"))) {
      ctl(member.awaitPort(), "put", "k", "w");
    }

    assertRefused(
        server("--wal-dir=" + stranger),
        "--wal-dir " + stranger + " holds the log of node ",
        "data directory " + data + " belongs to node ",
        "fix --wal-dir or --data-dir");
  }

  @Test
  void logIsMovedByItsFiles() throws Exception {
    try (JavaChild member = start()) {
      ctl(member.awaitPort(), "put", "k", "v");
    }
    assertRefused(
        server("--wal-dir=" + log),
        data.resolve("0000000000000001.wal") + ": the data directory holds a log itself",
        "move the files *.wal and repair there while the member is stopped");

    Files.createDirectories(log);
    for (String name : names(data)) {
      if (name.endsWith(".wal")) {
        Files.move(data.resolve(name), log.resolve(name));
      }
    }
    try (JavaChild member = start("--wal-dir=" + log)) {
      assertThat(ctl(member.awaitPort(), "get", "k")).isEqualTo("k\nv\n");
    }
  }

  @Test
  void directoriesMustLieSideBySide() {
    for (String inside : List.of("data/log", "data", ".")) {
      Run run = server("--wal-dir=" + folder.resolve(inside));

      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err()).contains("lie one within the other; put them side by side");
    }
    assertThat(data).doesNotExist();
  }

  @Test
  void lastMemberGoesOnAloneAndItsOldLogIsKept() throws Exception {
    try (JavaChild member = start("--wal-dir=" + log)) {
      ctl(member.awaitPort(), "put", "k", "v");
    }

    String[] forced = {"--wal-dir=" + log, "--force-new-cluster"};
    try (JavaChild member = start(forced)) {
      assertThat(ctl(member.awaitPort(), "get", "k")).isEqualTo("k\nv\n");
    }
    Path oldLog = log.resolveSibling("log.before-force");
    Path oldData = data.resolveSibling("data.before-force");
    assertThat(names(oldLog)).anyMatch(name -> name.endsWith(".wal"));
    assertThat(oldData).isDirectoryContaining(file -> file.endsWith("identity"));

    undoTheLastRenames(oldData);
    try (JavaChild member = start("--wal-dir=" + log)) { // and without the flag
      assertThat(ctl(member.awaitPort(), "get", "k")).isEqualTo("k\nv\n");
    }
    assertThat(oldData).isDirectory();
    assertThat(folder.resolve("data.forcing")).doesNotExist();
  }

  /** As if the power had gone out when only the log's directory had been exchanged. */
  private void undoTheLastRenames(Path oldData) throws IOException {
    Files.move(data, folder.resolve("data.forcing"));
    Files.move(oldData, data);
  }

  @Test
  void backupIsRestoredIntoBoth() throws Exception {
    Path backup = folder.resolve("backup");
    try (JavaChild member = start()) {
      int port = member.awaitPort();
      ctl(port, "put", "k", "v");
      ctl(port, "snapshot", "save", backup.toString());
    }
    data = folder.resolve("restored");
    String[] restore = {
      "snapshot",
      "restore",
      backup.toString(),
      "--data-dir=" + data,
      "--wal-dir=" + log,
      "--initial-advertise-peer-urls=" + peer
    };

    Run run = Run.of(restore);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).endsWith(" and --wal-dir " + log + "\n");
    assertThat(names(data)).noneMatch(name -> name.endsWith(".wal"));
    try (JavaChild member = start("--wal-dir=" + log)) {
      assertThat(ctl(member.awaitPort(), "get", "k")).isEqualTo("k\nv\n");
    }
    data = folder.resolve("again");
    restore[3] = "--data-dir=" + data;
    Run again = Run.of(restore);
    assertRefused(again, "--wal-dir " + log + " is not empty");
    assertThat(data).doesNotExist();
  }

  private static void assertRefused(Run run, String... parts) {
    assertThat(run.code()).as(run.err()).isEqualTo(1);
    assertThat(run.err()).startsWith("Error: ").contains(parts).hasLineCount(1);
  }

  private JavaChild start(String... more) throws IOException {
    return JavaChild.start(folder.toFile(), JavaChild.command(words(more)));
  }

  private Run server(String... more) {
    return Run.of(words(more));
  }

  private String[] words(String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "server",
                "--data-dir=" + data,
                "--listen-client-urls=http://127.0.0.1:0",
                "--listen-peer-urls=" + peer,
                "--heartbeat-interval=20",
                "--election-timeout=200"));
    words.addAll(List.of(more)); // the last one counts
    return words.toArray(String[]::new);
  }

  private static String ctl(int port, String... command) {
    List<String> words = new ArrayList<>(List.of("ctl", "--endpoints", "127.0.0.1:" + port));
    words.add("--command-timeout=60s");
    words.addAll(List.of(command));
    Run run = Run.of(words.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    return run.out();
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(it -> it.getFileName().toString()).toList();
    }
  }
}
