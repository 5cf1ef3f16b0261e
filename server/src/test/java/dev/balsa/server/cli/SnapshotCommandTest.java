package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.KvMachine;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.StateMachine.Committed;
import dev.balsa.server.backend.ServerMachine;
import dev.balsa.server.backup.BackupSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
