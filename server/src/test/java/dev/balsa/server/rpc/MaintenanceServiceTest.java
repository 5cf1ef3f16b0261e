package dev.balsa.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.node.Consistency;
import dev.balsa.proto.AlarmMember;
import dev.balsa.proto.AlarmRequest;
import dev.balsa.proto.AlarmRequest.AlarmAction;
import dev.balsa.proto.AlarmResponse;
import dev.balsa.proto.AlarmType;
import dev.balsa.proto.CompactionRequest;
import dev.balsa.proto.DefragmentRequest;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.DowngradeRequest;
import dev.balsa.proto.DowngradeRequest.DowngradeAction;
import dev.balsa.proto.HashKVRequest;
import dev.balsa.proto.HashKVResponse;
import dev.balsa.proto.HashRequest;
import dev.balsa.proto.LeaseGrantRequest;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.SnapshotRequest;
import dev.balsa.proto.StatusRequest;
import dev.balsa.proto.StatusResponse;
import dev.balsa.proto.TxnRequest;
import dev.balsa.server.LocalBackend;
import dev.balsa.server.TestServer;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaintenanceServiceTest {
  private static final long QUOTA_BYTES = 64 << 10;

  private static final String NO_SPACE =
      "RESOURCE_EXHAUSTED etcdserver: mvcc: database space exceeded";
  private static final String CORRUPT = "DATA_LOSS etcdserver: corrupt cluster";

  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer(QUOTA_BYTES);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void alarmsAreRaisedListedAndCleared() {
    assertThat(alarms(AlarmAction.GET, 0, AlarmType.NONE)).isEmpty();
    assertThat(alarms(AlarmAction.ACTIVATE, 7, AlarmType.NOSPACE))
        .containsExactly("7 NOSPACE")
        .isEqualTo(alarms(AlarmAction.ACTIVATE, 7, AlarmType.NOSPACE));
    assertThat(alarms(AlarmAction.ACTIVATE, 0, AlarmType.CORRUPT)).containsExactly("0 CORRUPT");

    assertThat(alarms(AlarmAction.GET, 9, AlarmType.NONE))
        .containsExactly("7 NOSPACE", "0 CORRUPT");
    assertThat(alarms(AlarmAction.GET, 0, AlarmType.CORRUPT)).containsExactly("0 CORRUPT");

    assertThat(alarms(AlarmAction.DEACTIVATE, 7, AlarmType.NOSPACE)).containsExactly("7 NOSPACE");
    assertThat(alarms(AlarmAction.DEACTIVATE, 7, AlarmType.NOSPACE)).isEmpty();
    assertThat(alarms(AlarmAction.GET, 0, AlarmType.NONE)).containsExactly("0 CORRUPT");
  }

  @Test
  void noAlarmOfNoTypeCanBeRaisedOrCleared() {
    alarms(AlarmAction.ACTIVATE, 7, AlarmType.NOSPACE);

    assertThat(alarms(AlarmAction.ACTIVATE, 7, AlarmType.NONE)).isEmpty();
    assertThat(alarms(AlarmAction.DEACTIVATE, 0, AlarmType.NONE)).isEmpty();
    assertThat(alarms(AlarmAction.GET, 0, AlarmType.NONE)).containsExactly("7 NOSPACE");
  }

  @Test
  void alarmsAreReadAsTheClusterHasThemNow() {
    AlarmResponse response = server.maintenance().alarm(AlarmRequest.getDefaultInstance());

    assertThat(server.backend().reads()).containsExactly(Consistency.LINEARIZABLE);
    assertThat(response.getHeader().getRevision()).isEqualTo(1);
  }

  @Test
  void unknownAlarmAndActionAreRefusedByName() {
    var type = AlarmRequest.newBuilder().setAction(AlarmAction.ACTIVATE).setAlarmValue(7).build();
    var action = AlarmRequest.newBuilder().setActionValue(9).build();

    assertThat(error(() -> server.maintenance().alarm(type)))
        .isEqualTo("INVALID_ARGUMENT etcdserver: alarm type 7 is unknown; 1 is NOSPACE, 2 CORRUPT");
    assertThat(error(() -> server.maintenance().alarm(action)))
        .startsWith("INVALID_ARGUMENT etcdserver: alarm action 9 is unknown;");
  }

  @Test
  void withoutSpaceOnlyWritesThatGrowAreRefused() {
    put("k", "v");
    var grant = LeaseGrantRequest.newBuilder().setTTL(60).build();
    alarms(AlarmAction.ACTIVATE, 7, AlarmType.NOSPACE);

    assertThat(error(() -> put("k", "w"))).isEqualTo(NO_SPACE);
    assertThat(error(() -> server.lease().leaseGrant(grant))).isEqualTo(NO_SPACE);
    assertThat(error(() -> server.kv().txn(txnOfPut()))).isEqualTo(NO_SPACE);
    assertThat(delete("k")).isEqualTo(1);
    server.kv().compact(CompactionRequest.newBuilder().setRevision(3).build());

    alarms(AlarmAction.DEACTIVATE, 7, AlarmType.NOSPACE);
    put("k", "w");
  }

  @Test
  void corruptClusterRefusesEveryChange() {
    alarms(AlarmAction.ACTIVATE, 7, AlarmType.CORRUPT);

    assertThat(error(() -> put("k", "v"))).isEqualTo(CORRUPT);
    assertThat(error(() -> delete("k"))).isEqualTo(CORRUPT);
    assertThat(error(() -> server.kv().txn(txnOfPut()))).isEqualTo(CORRUPT);
  }

  private static TxnRequest txnOfPut() {
    var put = PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k"));
    return TxnRequest.newBuilder().addSuccess(RequestOp.newBuilder().setRequestPut(put)).build();
  }

  @Test
  void statusTellsAlarmsAndQuota() {
    alarms(AlarmAction.ACTIVATE, -1, AlarmType.NOSPACE);
    alarms(AlarmAction.ACTIVATE, 0, AlarmType.CORRUPT);

    StatusResponse status = server.maintenance().status(StatusRequest.getDefaultInstance());

    assertThat(status.getErrorsList())
        .containsExactly("memberID:18446744073709551615 alarm:NOSPACE ", "alarm:CORRUPT ");
    assertThat(status.getDbSizeQuota()).isEqualTo(QUOTA_BYTES);
  }

  @Test
  void writeThatWouldExceedTheQuotaIsRefusedAndRaisesThisMembersAlarm() {
    String kib = "x".repeat(1024);
    int written = 0;
    String error = "";
    while (error.isEmpty()) {
      int next = written++;
      error = error(() -> put("k" + next, kib));
    }

    assertThat(error).isEqualTo(NO_SPACE);
    // A version is its value and some forty bytes.
    assertThat(written).isBetween(55, 63);
    assertThat(alarms(AlarmAction.GET, 0, AlarmType.NONE))
        .containsExactly(LocalBackend.SELF.value() + " NOSPACE");
    assertThat(size()).isLessThanOrEqualTo(QUOTA_BYTES);
  }

  @Test
  void roomThatWasMadeCountsOnceTheAlarmIsCleared() {
    String kib = "x".repeat(1024);
    while (error(() -> put("k", kib)).isEmpty()) {
      assertThat(size()).isLessThan(2 * QUOTA_BYTES);
    }
    long revision =
        server.maintenance().status(StatusRequest.getDefaultInstance()).getHeader().getRevision();
    server.kv().compact(CompactionRequest.newBuilder().setRevision(revision).build());

    assertThat(error(() -> put("k", kib))).isEqualTo(NO_SPACE);
    alarms(AlarmAction.DEACTIVATE, LocalBackend.SELF.value(), AlarmType.NOSPACE);

    put("k", kib);
    assertThat(size()).isLessThan(8 * 1024);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsCompactedGoesWithoutAnyWrite(boolean physical) {
    int written = 0;
    while (error(() -> put("k", "v")).isEmpty()) {
      written++;
    }
    assertThat(written).as("more than one command removes").isGreaterThan(500);
    var compaction = CompactionRequest.newBuilder().setRevision(written + 1).setPhysical(physical);

    server.kv().compact(compaction.build());
    if (!physical) {
      var unused = server.maintenance().defragment(DefragmentRequest.getDefaultInstance());
    }

    assertThat(size()).isLessThan(1024);
    alarms(AlarmAction.DEACTIVATE, LocalBackend.SELF.value(), AlarmType.NOSPACE);
    put("k", "v");
  }

  private long size() {
    return server.maintenance().status(StatusRequest.getDefaultInstance()).getDbSizeInUse();
  }

  @Test
  void defragmentAnswersWithoutAHeader() {
    var response = server.maintenance().defragment(DefragmentRequest.getDefaultInstance());

    assertThat(response.hasHeader()).isFalse();
  }

  @Test
  void hashIsThatOfTheRevisionAskedFor() {
    put("k", "v");
    HashKVResponse first = hash(0);
    put("k", "w");
    HashKVResponse second = hash(0);

    assertThat(first.getHashRevision()).isEqualTo(2);
    assertThat(second.getHashRevision()).isEqualTo(3);
    assertThat(second.getHash()).isNotEqualTo(first.getHash());
    assertThat(hash(2).getHash()).isEqualTo(first.getHash());
    assertThat(hash(2).getHeader().getRevision()).isEqualTo(3);
    assertThat(hash(2).getCompactRevision()).isEqualTo(-1);
  }

  @Test
  void hashOfARevisionThatIsNotThereIsRefusedAsAReadIs() {
    put("k", "v");
    put("k", "w");
    server.kv().compact(CompactionRequest.newBuilder().setRevision(3).build());

    assertThat(error(() -> hash(2)))
        .isEqualTo("OUT_OF_RANGE etcdserver: mvcc: required revision has been compacted");
    assertThat(error(() -> hash(4)))
        .isEqualTo("OUT_OF_RANGE etcdserver: mvcc: required revision is a future revision");
    assertThat(hash(3).getCompactRevision()).isEqualTo(3);
  }

  private HashKVResponse hash(long revision) {
    return server.maintenance().hashKV(HashKVRequest.newBuilder().setRevision(revision).build());
  }

  @Test
  void hashOfAllChangesWithTheStore() {
    var before = server.maintenance().hash(HashRequest.getDefaultInstance());
    put("k", "v");
    var after = server.maintenance().hash(HashRequest.getDefaultInstance());

    assertThat(after.getHash()).isNotEqualTo(before.getHash());
    assertThat(after.getHeader().getRevision()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          VALIDATE | 3.5        | OK 3.6
          VALIDATE | 3.5.13     | OK 3.6
          VALIDATE | 3.6        | INVALID_ARGUMENT etcdserver: invalid downgrade target version
          VALIDATE | 2.5        | INVALID_ARGUMENT etcdserver: invalid downgrade target version
          VALIDATE | 3.4        | INVALID_ARGUMENT etcdserver: invalid downgrade target version
          VALIDATE | three      | INVALID_ARGUMENT etcdserver: wrong downgrade target version format
          VALIDATE | 3          | INVALID_ARGUMENT etcdserver: wrong downgrade target version format
          VALIDATE | v3.5       | INVALID_ARGUMENT etcdserver: wrong downgrade target version format
          ENABLE   | 3.4        | INVALID_ARGUMENT etcdserver: invalid downgrade target version
          ENABLE   | 3.5        | UNIMPLEMENTED etcdserver: a downgrade can be validated, not enabled: there is no older format
          CANCEL   | ''         | FAILED_PRECONDITION etcdserver: no inflight downgrade job
          """)
  void downgradeIsValidatedAsEtcdDoes(DowngradeAction action, String version, String expected) {
    var request = DowngradeRequest.newBuilder().setAction(action).setVersion(version).build();
    String[] answer = {""};

    String error = error(() -> answer[0] = server.maintenance().downgrade(request).getVersion());

    assertThat(error.isEmpty() ? "OK " + answer[0] : error).isEqualTo(expected);
  }

  @Test
  void snapshotIsAStreamThatEndsWithItsHash() throws Exception {
    put("k", "x".repeat(2_000));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<Long> remaining = new ArrayList<>();
    List<Long> missing = new ArrayList<>();
    server
        .maintenance()
        .snapshot(SnapshotRequest.getDefaultInstance())
        .forEachRemaining(
            piece -> {
              out.writeBytes(piece.getBlob().toByteArray());
              remaining.add(piece.getRemainingBytes());
              missing.add((long) -out.size());
              assertThat(piece.getHeader().getRevision()).isEqualTo(2);
            });
    byte[] all = out.toByteArray();
    missing.replaceAll(sent -> all.length + sent);

    assertThat(remaining).isEqualTo(missing).endsWith(0L);
    assertThat(all.length % 512).isEqualTo(32);
    byte[] content = Arrays.copyOf(all, all.length - 32);
    assertThat(MessageDigest.getInstance("SHA-256").digest(content))
        .isEqualTo(Arrays.copyOfRange(all, content.length, all.length));
  }

  private List<String> alarms(AlarmAction action, long member, AlarmType type) {
    var request =
        AlarmRequest.newBuilder().setAction(action).setMemberID(member).setAlarm(type).build();
    return server.maintenance().alarm(request).getAlarmsList().stream()
        .map(MaintenanceServiceTest::text)
        .toList();
  }

  private static String text(AlarmMember alarm) {
    return alarm.getMemberID() + " " + alarm.getAlarm();
  }

  private void put(String key, String value) {
    server
        .kv()
        .put(
            PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build());
  }

  private long delete(String key) {
    var request = DeleteRangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
    return server.kv().deleteRange(request).getDeleted();
  }

  /** Code and text of what {@code call} fails with, empty if it succeeds. */
  private static String error(Runnable call) {
    try {
      call.run();
      return "";
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode() + " " + e.getStatus().getDescription();
    }
  }
}
