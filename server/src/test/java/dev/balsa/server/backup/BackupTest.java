package dev.balsa.server.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.KeyRange;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.StateMachine.Committed;
import dev.balsa.server.backend.ClusterMember;
import dev.balsa.server.backend.ServerMachine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupTest {
  private static final ClusterMember MEMBER =
      new ClusterMember(new NodeId(5), "m", List.of(), List.of("http://127.0.0.1:2379"));

  @TempDir Path folder;

  private final ServerMachine machine = new ServerMachine(new KvMachine());
  private long index;

  @Test
  void whatIsReadIsWhatWasFrozenWhateverIsWrittenLater() throws IOException {
    apply(ServerMachine.publish(MEMBER));
    put("a", "1");
    put("b", "2");
    Path file;
    try (BackupSource source = BackupSource.of(machine)) {
      put("a", "3");
      file = write(source);
    }

    BackupFile backup = BackupFile.open(file);
    ServerMachine restored = restored(backup);

    assertThat(backup.head()).isEqualTo(new BackupHead(new EntryId(4, 3), 3, 2));
    assertThat(restored.kv().revision()).isEqualTo(3);
    assertThat(restored.kv().applied()).isEqualTo(new EntryId(4, 3));
    assertThat(values(restored)).containsExactly("1", "2");
    assertThat(restored.completed(new ClusterMember(new NodeId(5), "", List.of(), List.of())))
        .isEqualTo(MEMBER);
  }

  @Test
  void sizeIsKnownBeforehandAndIsWhatEtcdctlDemands() throws IOException {
    for (int size = 0; size < 3; size++) {
      put("k" + size, "x".repeat(200 * size));
      try (BackupSource source = BackupSource.of(machine)) {
        long bytes = source.bytes();
        Path file = write(source);

        assertThat(Files.size(file)).isEqualTo(bytes);
        assertThat(bytes % 512).isEqualTo(32);
      }
    }
  }

  @Test
  void clusterThatWasNeverWrittenToHasABackup() throws IOException {
    BackupFile backup = BackupFile.open(write());

    assertThat(backup.head()).isEqualTo(new BackupHead(new EntryId(1, 1), 1, 0));
    assertThat(restored(backup).kv().keys()).isZero();
  }

  @Test
  void sameStateGivesTheSameFile() throws IOException {
    put("a", "1");

    assertThat(Files.readAllBytes(write())).isEqualTo(Files.readAllBytes(write()));
  }

  /** In the head, in the parts, in the zeros, in the hash. */
  @ParameterizedTest
  @ValueSource(ints = {0, 20, 520, -40, -1})
  void everyFlippedBitIsFound(int place) throws IOException {
    put("a", "1");
    byte[] bytes = Files.readAllBytes(write());
    bytes[Math.floorMod(place, bytes.length)] ^= 4;
    Path damaged = Files.write(folder.resolve("damaged"), bytes);

    assertThatThrownBy(() -> BackupFile.open(damaged))
        .isInstanceOf(BackupException.class)
        .hasMessage(
            damaged
                + " is damaged: its SHA-256 is not the one at its end; take or copy the backup again");
  }

  @Test
  void fileThatWasCutOffIsNotWhole() throws IOException {
    put("a", "1");
    byte[] bytes = Files.readAllBytes(write());
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, bytes.length - 1));
    Path shorter = Files.write(folder.resolve("short"), Arrays.copyOf(bytes, bytes.length - 512));

    assertThatThrownBy(() -> BackupFile.open(cut))
        .hasMessageContaining("cut is no whole backup: it has %d bytes", bytes.length - 1);
    assertThatThrownBy(() -> BackupFile.open(shorter)).hasMessageContaining("is damaged");
  }

  @Test
  void otherFilesAreToldApart() throws IOException {
    byte[] other = new byte[512 + 32];
    byte[] sha = BackupSource.sha256().digest(new byte[512]);
    System.arraycopy(sha, 0, other, 512, sha.length);
    Path foreign = Files.write(folder.resolve("foreign"), other);
    Path missing = folder.resolve("missing");

    assertThatThrownBy(() -> BackupFile.open(foreign))
        .hasMessageContaining("foreign is no backup of Balsa; take one by ./balsa snapshot save");
    assertThatThrownBy(() -> BackupFile.open(missing))
        .hasMessage("no file " + missing + "; name the one that was saved");
    BackupFile.requireWhole(foreign);
  }

  @Test
  void newerFormatIsRefusedByName() throws IOException {
    byte[] bytes = Files.readAllBytes(write());
    bytes[19] = 2;
    byte[] content = Arrays.copyOf(bytes, bytes.length - 32);
    System.arraycopy(BackupSource.sha256().digest(content), 0, bytes, content.length, 32);
    Path newer = Files.write(folder.resolve("newer"), bytes);

    assertThatThrownBy(() -> BackupFile.open(newer))
        .hasMessageContaining("newer has format 2, this version reads 1");
  }

  private Path write() throws IOException {
    try (BackupSource source = BackupSource.of(machine)) {
      return write(source);
    }
  }

  private Path write(BackupSource source) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    source.writeTo(out::writeBytes);
    return Files.write(Files.createTempFile(folder, "backup", ""), out.toByteArray());
  }

  private static ServerMachine restored(BackupFile backup) {
    List<Bytes> parts = new ArrayList<>();
    backup.state().writeTo(parts::add);
    ServerMachine restored = new ServerMachine(new KvMachine());
    Iterator<Bytes> next = parts.iterator();
    restored.restore(() -> next.hasNext() ? next.next() : null);
    return restored;
  }

  private static List<String> values(ServerMachine machine) {
    Bytes zero = Bytes.wrap(new byte[1]);
    var all = machine.kv().range(Command.Range.of(new KeyRange(zero, zero)));
    return ((KvResult.RangeDone) all).kvs().stream().map(kv -> kv.value().toUtf8()).toList();
  }

  private void put(String key, String value) {
    apply(CommandCodec.encode(Command.Put.of(Bytes.utf8(key), Bytes.utf8(value))));
  }

  private void apply(Bytes command) {
    index++;
    machine.apply(List.of(new Committed(new EntryId(4, index), command)));
  }
}
