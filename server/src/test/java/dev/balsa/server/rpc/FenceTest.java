package dev.balsa.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.balsa.kv.Alarm;
import dev.balsa.proto.AlarmRequest;
import dev.balsa.proto.AlarmType;
import dev.balsa.proto.LeaseLeasesRequest;
import dev.balsa.proto.MemberListRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.StatusRequest;
import dev.balsa.proto.TxnRequest;
import dev.balsa.server.LocalBackend;
import dev.balsa.server.TestServer;
import java.io.IOException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FenceTest {
  private static final RangeRequest GET =
      RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build();

  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aMemberWhoseKeysAreWrongTellsNoneOfThem() {
    server.backend().raise(new Alarm(LocalBackend.SELF.value(), Alarm.Type.CORRUPT));

    refused(() -> server.kv().range(GET));
    refused(() -> server.kv().range(GET.toBuilder().setSerializable(true).build()));
    refused(() -> server.kv().rangeStream(GET).forEachRemaining(piece -> {}));
    refused(() -> server.kv().txn(TxnRequest.getDefaultInstance()));
    refused(() -> server.lease().leaseLeases(LeaseLeasesRequest.getDefaultInstance()));
  }

  @Test
  void itStillTellsHowItIsAndLetsTheAlarmBeCleared() {
    server.backend().raise(new Alarm(LocalBackend.SELF.value(), Alarm.Type.CORRUPT));

    assertThat(server.maintenance().status(StatusRequest.getDefaultInstance()).getErrorsCount())
        .isEqualTo(1);
    assertThat(server.cluster().memberList(MemberListRequest.getDefaultInstance()).getMembersList())
        .hasSize(1);
    var unused =
        server
            .maintenance()
            .alarm(
                AlarmRequest.newBuilder()
                    .setAction(AlarmRequest.AlarmAction.DEACTIVATE)
                    .setMemberID(LocalBackend.SELF.value())
                    .setAlarm(AlarmType.CORRUPT)
                    .build());
    assertThat(server.kv().range(GET).getCount()).isZero();
  }

  @Test
  void anAlarmAboutAnotherMemberLeavesReadsAlone() {
    server.backend().raise(new Alarm(0xb2, Alarm.Type.CORRUPT));
    server.backend().raise(new Alarm(LocalBackend.SELF.value(), Alarm.Type.NOSPACE));

    assertThat(server.kv().range(GET).getCount()).isZero();
  }

  private static void refused(ThrowingCallable call) {
    assertThatThrownBy(call).hasMessage("DATA_LOSS: etcdserver: corrupt cluster");
  }
}
