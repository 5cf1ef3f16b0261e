package dev.balsa.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.kv.Alarm;
import dev.balsa.node.TransferOutcome;
import dev.balsa.proto.HashKVRequest;
import dev.balsa.raft.NodeId;
import dev.balsa.server.backup.BackupFile;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Maintenance;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.maintenance.AlarmMember;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An unmodified client of etcd's, with its own messages, against the port. */
class JetcdTest {
  private TestServer server;
  private Client client;
  private KV kv;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
    client = Client.builder().endpoints("http://127.0.0.1:" + server.address().getPort()).build();
    kv = client.getKVClient();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void writesAndReadsByPrefix() throws Exception {
    kv.put(bytes("a/1"), bytes("x")).get();
    kv.put(bytes("a/2"), bytes("y")).get();
    kv.put(bytes("b"), bytes("z")).get();

    GetResponse found = kv.get(bytes("a/"), GetOption.builder().isPrefix(true).build()).get();

    assertThat(found.getKvs())
        .extracting(KeyValue::getValue)
        .containsExactly(bytes("x"), bytes("y"));
    assertThat(found.getHeader().getRevision()).isEqualTo(4);
  }

  @Test
  void comparesAndSwaps() throws Exception {
    kv.put(bytes("k"), bytes("1")).get();

    TxnResponse swapped =
        kv.txn()
            .If(new Cmp(bytes("k"), Cmp.Op.EQUAL, CmpTarget.value(bytes("1"))))
            .Then(Op.put(bytes("k"), bytes("2"), PutOption.DEFAULT))
            .Else(Op.get(bytes("k"), GetOption.DEFAULT))
            .commit()
            .get();

    assertThat(swapped.isSucceeded()).isTrue();
    assertThat(kv.get(bytes("k")).get().getKvs().getFirst().getValue()).isEqualTo(bytes("2"));
  }

  @Test
  void deletesAndCompacts() throws Exception {
    kv.put(bytes("k"), bytes("1")).get();
    long deleted = kv.delete(bytes("k")).get().getDeleted();
    kv.compact(3).get();

    assertThat(deleted).isEqualTo(1);
    assertThatThrownBy(() -> kv.get(bytes("k"), GetOption.builder().withRevision(2).build()).get())
        .hasMessageContaining("required revision has been compacted");
  }

  @Test
  void listsMembersAndStatus() throws Exception {
    var members = client.getClusterClient().listMember().get().getMembers();
    var status =
        client
            .getMaintenanceClient()
            .statusMember("http://127.0.0.1:" + server.address().getPort())
            .get();

    assertThat(members).hasSize(1);
    assertThat(status.getLeader()).isEqualTo(LocalBackend.SELF.value());
  }

  @Test
  void keepsAMemberWell(@TempDir Path folder) throws Exception {
    Maintenance maintenance = client.getMaintenanceClient();
    String member = "http://127.0.0.1:" + server.address().getPort();
    NodeId other = new NodeId(7);
    server.backend().transfers(new TransferOutcome.Done(other, 8));
    kv.put(bytes("k"), bytes("1")).get();
    server.backend().raise(new Alarm(LocalBackend.SELF.value(), Alarm.Type.NOSPACE));

    List<AlarmMember> alarms = maintenance.listAlarms().get().getAlarms();
    maintenance.alarmDisarm(alarms.getFirst()).get();
    maintenance.defragmentMember(member).get();
    maintenance.moveLeader(other.value()).get();
    int hash = maintenance.hashKV(member, 0).get().getHash();
    Path backup = folder.resolve("backup");
    long bytes;
    try (OutputStream out = Files.newOutputStream(backup)) {
      bytes = maintenance.snapshot(out).get();
    }

    assertThat(alarms).hasSize(1);
    assertThat(maintenance.listAlarms().get().getAlarms()).isEmpty();
    assertThat(hash)
        .isEqualTo(server.maintenance().hashKV(HashKVRequest.getDefaultInstance()).getHash());
    assertThat(backup).hasSize(bytes);
    assertThat(BackupFile.open(backup).head().revision()).isEqualTo(2);
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }
}
