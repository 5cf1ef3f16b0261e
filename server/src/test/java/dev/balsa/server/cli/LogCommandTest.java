package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.EtcdServer;
import dev.balsa.server.config.ServerOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code balsa log} over the data directory of a member that was written to and stopped. */
final class LogCommandTest {
  private static final String SEGMENT = "0000000000000001.wal";

  @TempDir Path folder;
  private Path data;
  private Map<String, Integer> before;

  @BeforeEach
  void writeAndStop() throws IOException {
    data = folder.resolve("data");
    try (EtcdServer server = start()) {
      String endpoint = "127.0.0.1:" + server.clientAddresses().getFirst().getPort();
      for (String command : List.of("put k secret", "put k other", "del k", "lease grant 60")) {
        Run run =
            Run.of(
                Stream.concat(
                        Stream.of("ctl", "--endpoints", endpoint),
                        Arrays.stream(command.split(" ")))
                    .toArray(String[]::new));
        assertThat(run.code()).as(run.err()).isZero();
      }
    }
    before = contents();
  }

  @Test
  void soundLogIsCheckedAndItsStartForetold() throws IOException {
    Run run = Run.of("log", "verify", data.toString());

    assertThat(run.code()).as(run.err() + run.out()).isZero();
    assertThat(run.out())
        .containsPattern("node [0-9a-f]+ of cluster [0-9a-f]+, incarnation [0-9a-f]+\n")
        .containsPattern(SEGMENT + ": [0-9]+ records, [0-9]+ entries, 1/1 to [0-9]+/[0-9]+\n")
        .containsPattern("At its start the member\n  starts in term [0-9]+ with a vote for ")
        .contains("no snapshot, a log after 0/0 up to ");
    assertThat(contents()).isEqualTo(before);
  }

  @Test
  void dumpHasALineForEachRecordWithoutTheValues() throws IOException {
    Run text = Run.of("log", "dump", data.toString());
    Run json = Run.of("log", "dump", data.toString(), "--json");

    assertThat(text.out())
        .containsSubsequence(
            "term term ",
            "members ",
            "publish name and client URLs\n",
            "put \"k\"\n",
            "put \"k\"\n",
            "delete \"k\"\n",
            "grant lease ")
        .contains("mark all before was forced\n")
        .doesNotContain("secret");
    assertThat(json.out().lines())
        .hasSameSizeAs(text.out().lines().toList())
        .allMatch(line -> line.startsWith("{\"file\":\"" + SEGMENT + "\",\"offset\":"))
        .anyMatch(line -> line.contains("\"payload\":\"put \\\"k\\\"\"}"));
    assertThat(contents()).isEqualTo(before);
  }

  @Test
  void dumpOfARangeHasItsEntriesAndNothingElse() {
    Run all = Run.of("log", "dump", data.toString());
    Run some = Run.of("log", "dump", data.toString(), "--from", "2", "--to", "3");
    Run none = Run.of("log", "dump", data.toString(), "--from", "3", "--to", "2");

    assertThat(some.out().lines())
        .hasSize(2)
        .allMatch(line -> line.matches(".* entry [0-9]+/[23], .*"));
    assertThat(all.out()).contains(some.out().lines().toList());
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("--from 3 is behind --to 2");
  }

  @Test
  void damageIsNamedWithItsPlaceAndWhatTheMemberWouldSay() throws IOException {
    flip(4096 + 100);
    Map<String, Integer> damaged = contents();

    Run verify = Run.of("log", "verify", data.toString());
    Run dump = Run.of("log", "dump", data.toString());

    assertThat(verify.code()).isEqualTo(1);
    assertThat(verify.err()).isEqualTo("Error: " + data + " is damaged, see above\n");
    assertThat(verify.out())
        .contains("bytes at offset 4096: the body of record 1 does not check out")
        .contains("At its start the member\n  does not start: ")
        .contains(data.resolve(SEGMENT) + " at offset 4096: a forced record is damaged");
    assertThat(dump.out()).startsWith(SEGMENT + ":4096").contains("DAMAGED").contains("put \"k\"");
    assertThat(contents()).isEqualTo(damaged);
  }

  @Test
  void writeThatWasCutOffIsNoDamageAndStaysAsItIs() throws IOException {
    try (FileChannel file = FileChannel.open(data.resolve(SEGMENT), StandardOpenOption.WRITE)) {
      ByteBuffer part = ByteBuffer.allocate(40);
      part.put(0, (byte) 1).put(20, (byte) 1);
      file.write(part, end());
    }
    Map<String, Integer> torn = contents();

    Run run = Run.of("log", "verify", data.toString());

    assertThat(run.code()).as(run.out() + run.err()).isZero();
    assertThat(run.out())
        .contains("no record checks out here")
        .contains("  says: " + data.resolve(SEGMENT) + " at offset ")
        .contains("a write that was never forced was cut")
        .contains("  starts in term ");
    assertThat(contents()).isEqualTo(torn);
  }

  @Test
  void directoryThatAMemberUsesIsRefused() throws IOException {
    try (EtcdServer owner = start()) {
      Run run = Run.of("log", "verify", data.toString());

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err())
          .isEqualTo(
              "Error: data directory "
                  + data
                  + " is in use by a running member; stop that one first, or look at a copy\n");
      assertThat(owner.failure()).isNotDone();
    }
  }

  @Test
  void whatIsNoDataDirectoryIsNamedAndNotMade() throws IOException {
    Path nowhere = folder.resolve("nowhere");
    Path empty = Files.createDirectory(folder.resolve("empty"));

    assertThat(Run.of("log", "dump", nowhere.toString()).err())
        .contains("data directory " + nowhere + " is not there");
    assertThat(Run.of("log", "dump", empty.toString()).err())
        .contains("is no member's data directory: it has no file identity");
    assertThat(nowhere).doesNotExist();
    assertThat(empty).isEmptyDirectory();
  }

  private EtcdServer start() {
    return EtcdServer.start(
        CommandLine.populateCommand(
                new ServerOptions(),
                "--data-dir=" + data,
                "--listen-client-urls=http://127.0.0.1:0",
                "--listen-peer-urls=http://127.0.0.1:0",
                "--heartbeat-interval=20",
                "--election-timeout=200")
            .toConfig());
  }

  /** Where the records end: the first block of zeros after them. */
  private long end() throws IOException {
    byte[] bytes = Files.readAllBytes(data.resolve(SEGMENT));
    int at = bytes.length;
    while (bytes[at - 1] == 0) {
      at--;
    }
    return (at + 63) / 64 * 64L;
  }

  private void flip(long offset) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            data.resolve(SEGMENT), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      file.read(one, offset);
      one.put(0, (byte) ~one.get(0));
      file.write(one.rewind(), offset);
    }
  }

  /** Every file's bytes, as a number that changes with them. */
  private Map<String, Integer> contents() throws IOException {
    Map<String, Integer> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(data).filter(Files::isRegularFile)) {
      for (Path file : files.toList()) {
        contents.put(data.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    return contents;
  }
}
