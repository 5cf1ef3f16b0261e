package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.KvMachine;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.StateMachine.Committed;
import dev.balsa.server.EtcdServer;
import dev.balsa.server.backend.ServerMachine;
import dev.balsa.server.backup.BackupSource;
import dev.balsa.server.config.ServerOptions;
import dev.balsa.server.whole.Await;
import dev.balsa.server.whole.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What {@code snapshot restore} and {@code snapshot status} say, good and bad. */
class SnapshotCommandTest {
  @TempDir Path folder;

  private Path file = Path.of("");

  @BeforeEach
  void backup() throws IOException {
    ServerMachine machine = new ServerMachine(new KvMachine());
    Bytes put = CommandCodec.encode(Command.Put.of(Bytes.utf8("k"), Bytes.utf8("v")));
    machine.apply(List.of(new Committed(new EntryId(1, 1), put)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BackupSource source = BackupSource.of(machine)) {
      source.writeTo(out::writeBytes);
    }
    file = Files.write(folder.resolve("backup"), out.toByteArray());
  }

  @Test
  void hashAtTheEndMattersUnlessItIsToBeSkipped() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    Path data = folder.resolve("data");
    String[] words = {"snapshot", "restore", file.toString(), "--data-dir", data.toString()};

    Run refused = Run.of(words);
    Run forced =
        Run.of("snapshot", "restore", file.toString(), "--data-dir=" + data, "--skip-hash-check");

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("its SHA-256 is not the one at its end");
    assertThat(forced.code()).as(forced.err()).isZero();
    assertThat(forced.out()).startsWith("Restored revision 2 into ");
  }

  @Test
  void statusHasEtcdctlsForms() {
    String simple = Run.of("snapshot", "status", file.toString()).out();
    String hash = simple.split(",", 2)[0];
    long number = Long.parseLong(hash, 16);

    assertThat(simple).isEqualTo(hash + ", 2, 1, 1.1 kB\n");
    assertThat(Run.of("ctl", "snapshot", "status", file.toString(), "-w", "json").out())
        .isEqualTo(
            "{\"hash\":%d,\"revision\":2,\"totalKey\":1,\"totalSize\":1056}\n".formatted(number));
    assertThat(Run.of("snapshot", "status", file.toString(), "-w", "fields").out())
        .isEqualTo(
            "\"Hash\" : %d\n\"Revision\" : 2\n\"Keys\" : 1\n\"Size\" : 1056\n".formatted(number));
    assertThat(Run.of("snapshot", "status", "-w", "table", file.toString()).out())
        .startsWith(
            """
            +----------+----------+------------+------------+
            |   HASH   | REVISION | TOTAL KEYS | TOTAL SIZE |
            """);
  }

  @Test
  void restoresOneMemberByDefault() throws IOException {
    Path dir = folder.resolve("data");

    Run run = Run.of("snapshot", "restore", file.toString(), "--data-dir", dir.toString());

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(names(dir)).contains("0000000000000001-0000000000000001.snapshot");
    assertThat(names(folder)).containsExactly("backup", "data");
  }

  @Test
  void revisionsGoOnLaterThanAnybodyHasSeen() throws Exception {
    String peer = "http://127.0.0.1:" + Ports.free(1).getFirst();
    String data = "--data-dir=" + folder.resolve("data");
    String advertised = "--initial-advertise-peer-urls=" + peer;

    Run restored =
        Run.of(
            "snapshot",
            "restore",
            file.toString(),
            data,
            advertised,
            "--bump-revision=1000",
            "--mark-compacted");

    assertThat(restored.out()).as(restored.err()).startsWith("Restored revision 1002 into ");
    ServerOptions options =
        CommandLine.populateCommand(
            new ServerOptions(),
            data,
            advertised,
            "--listen-client-urls=http://127.0.0.1:0",
            "--listen-peer-urls=" + peer);
    try (EtcdServer server = EtcdServer.start(options.toConfig())) {
      var unused = server.leaderKnown().get(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      String endpoint = "--endpoints=127.0.0.1:" + server.clientAddresses().getFirst().getPort();
      assertThat(Run.of("ctl", endpoint, "get", "k", "-w", "fields").out())
          .contains("\"Revision\" : 1002\n", "\"ModRevision\" : 2\n", "\"Value\" : \"v\"\n");
      assertThat(Run.of("ctl", endpoint, "get", "k", "--rev=1001").err())
          .contains("required revision has been compacted");
      assertThat(Run.of("ctl", endpoint, "put", "k", "w", "-w", "fields").out())
          .contains("\"Revision\" : 1003\n");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --bump-revision=7                                    | --mark-compacted required
          --mark-compacted                                     | --mark-compacted required
          --mark-compacted --bump-revision=-7                  | -7 is negative
          --mark-compacted --bump-revision=9223372036854775807 | take a smaller number
          """)
  void revisionsAreRaisedAndCompactedTogether(String flags, String message) throws IOException {
    List<String> words =
        new ArrayList<>(List.of("snapshot", "restore", file.toString(), "--data-dir"));
    words.add(folder.resolve("data").toString());
    words.addAll(List.of(flags.split(" ")));

    Run run = Run.of(words.toArray(String[]::new));

    assertThat(run.code()).isPositive();
    assertThat(run.err()).contains(message).hasLineCount(1);
    assertThat(names(folder)).containsExactly("backup");
  }

  @Test
  void refusesADirectoryThatIsInUseAndLeavesItAlone() throws IOException {
    Path dir = Files.createDirectory(folder.resolve("data"));
    Files.writeString(dir.resolve("precious"), "x");

    Run run = Run.of("snapshot", "restore", file.toString(), "--data-dir", dir.toString());

    assertThat(run)
        .isEqualTo(
            new Run(
                1,
                "",
                "Error: --data-dir %s is not empty; a backup is restored into a new one\n"
                    .formatted(dir)));
    assertThat(names(dir)).containsExactly("precious");
  }

  @Test
  void damagedFileIsNotRestoredAtAll() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[600] ^= 1;
    Files.write(file, bytes);

    Run run =
        Run.of(
            "snapshot", "restore", file.toString(), "--data-dir", folder.resolve("d").toString());

    assertThat(run)
        .isEqualTo(
            new Run(
                1,
                "",
                ("Error: %s is damaged: its SHA-256 is not the one at its end; take or copy the"
                        + " backup again\n")
                    .formatted(file)));
    assertThat(names(folder)).containsExactly("backup");
  }

  @Test
  void flagsMustFitTogether() {
    Run stranger =
        Run.of("snapshot", "restore", file.toString(), "--initial-cluster=a=http://127.0.0.1:1");
    Run elsewhere =
        Run.of(
            "snapshot",
            "restore",
            file.toString(),
            "--name=a",
            "--initial-cluster=a=http://127.0.0.1:1",
            "--initial-advertise-peer-urls=http://127.0.0.1:2");
    Run many = Run.of("snapshot", "save", "--endpoints=a:1,b:2", "x");

    assertThat(stranger.code()).isEqualTo(2);
    assertThat(stranger.err()).contains("--name");
    assertThat(elsewhere.code()).isEqualTo(2);
    assertThat(elsewhere.err()).contains("is not among a's URLs in --initial-cluster");
    assertThat(many.code()).isEqualTo(2);
    assertThat(many.err()).contains("snapshot must be requested to one selected node");
  }

  private static List<String> names(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return new ArrayList<>(files.map(it -> it.getFileName().toString()).sorted().toList());
    }
  }
}
