package dev.balsa.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.node.Consistency;
import dev.balsa.proto.Compare;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.DeleteRangeResponse;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.PutResponse;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RangeResponse;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.ResponseHeader;
import dev.balsa.proto.TxnRequest;
import dev.balsa.proto.TxnResponse;
import dev.balsa.server.LocalBackend;
import dev.balsa.server.TestServer;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KvServiceTest {
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
  void headerNamesClusterMemberTermAndRevision() {
    ResponseHeader header = server.kv().put(put("a", "1")).getHeader();

    assertThat(header)
        .isEqualTo(
            ResponseHeader.newBuilder()
                .setClusterId(TestServer.CLUSTER.value())
                .setMemberId(LocalBackend.SELF.value())
                .setRaftTerm(LocalBackend.TERM)
                .setRevision(2)
                .build());
  }

  @Test
  void headerOfReadAtOldRevisionNamesTheCurrentOne() {
    server.kv().put(put("a", "1"));
    server.kv().put(put("a", "2"));

    RangeResponse old = server.kv().range(get("a").toBuilder().setRevision(2).build());

    assertThat(old.getHeader().getRevision()).isEqualTo(3);
    assertThat(old.getKvs(0).getValue().toStringUtf8()).isEqualTo("1");
  }

  @Test
  void deleteOfNothingKeepsTheRevision() {
    DeleteRangeResponse response =
        server.kv().deleteRange(DeleteRangeRequest.newBuilder().setKey(utf8("a")).build());

    assertThat(response.getDeleted()).isZero();
    assertThat(response.getHeader().getRevision()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "a, 0, 99, true", // of an unknown target, both sides are equal
    "a, 1, 99, false",
    "a, 3, 99, false",
    "a, 99, 99, true",
    "a, 99, 0, true", // an unknown relation holds
    "a, 99, 3, true",
    "absent, 0, 99, true",
    "absent, 99, 1, true",
    "absent, 99, 3, false" // but nothing holds of the value of a key that is not there
  })
  void comparisonsThatThereAreNotCountAsInEtcd(
      String key, int relation, int target, boolean succeeds) {
    server.kv().put(put("a", "1"));

    Compare compare =
        Compare.newBuilder()
            .setKey(utf8(key))
            .setResultValue(relation)
            .setTargetValue(target)
            .build();

    assertThat(server.kv().txn(TxnRequest.newBuilder().addCompare(compare).build()).getSucceeded())
        .isEqualTo(succeeds);
  }

  @Test
  void previousRecordComesOnlyWhenAskedFor() {
    server.kv().put(put("a", "1"));

    PutResponse silent = server.kv().put(put("a", "2"));
    PutResponse telling = server.kv().put(put("a", "3").toBuilder().setPrevKv(true).build());

    assertThat(silent.hasPrevKv()).isFalse();
    assertThat(telling.getPrevKv().getValue().toStringUtf8()).isEqualTo("2");
    assertThat(telling.getPrevKv().getModRevision()).isEqualTo(3);
    assertThat(telling.getPrevKv().getCreateRevision()).isEqualTo(2);
    assertThat(telling.getPrevKv().getVersion()).isEqualTo(2);
  }

  @Test
  void rangeIsLinearizableUnlessSerializable() {
    server.kv().range(get("a"));
    server.kv().range(get("a").toBuilder().setSerializable(true).build());

    assertThat(server.backend().reads())
        .containsExactly(Consistency.LINEARIZABLE, Consistency.STALE);
  }

  @Test
  void readOnlyTxnStaysOutOfTheLog() {
    TxnRequest request = TxnRequest.newBuilder().addSuccess(op(get("a"))).build();

    TxnResponse response = server.kv().txn(request);

    assertThat(response.getResponses(0).hasResponseRange()).isTrue();
    assertThat(server.backend().applied()).isZero();
    assertThat(server.backend().reads()).containsExactly(Consistency.LINEARIZABLE);
  }

  @Test
  void readOnlyTxnMayBeStaleOnlyIfEveryRangeMay() {
    RangeRequest stale = get("a").toBuilder().setSerializable(true).build();

    server.kv().txn(TxnRequest.newBuilder().addSuccess(op(stale)).addFailure(op(stale)).build());
    server.kv().txn(TxnRequest.newBuilder().addSuccess(op(stale)).addFailure(op(get("a"))).build());
    server.kv().txn(TxnRequest.getDefaultInstance());

    assertThat(server.backend().reads())
        .containsExactly(Consistency.STALE, Consistency.LINEARIZABLE, Consistency.LINEARIZABLE);
  }

  @Test
  void headersInsideTxnCarryOnlyTheRevision() {
    TxnRequest inner = TxnRequest.newBuilder().addSuccess(op(get("a"))).build();
    TxnRequest outer =
        TxnRequest.newBuilder()
            .addSuccess(RequestOp.newBuilder().setRequestPut(put("a", "1")))
            .addSuccess(RequestOp.newBuilder().setRequestTxn(inner))
            .build();

    TxnResponse response = server.kv().txn(outer);

    ResponseHeader nested = ResponseHeader.newBuilder().setRevision(2).build();
    TxnResponse innerResponse = response.getResponses(1).getResponseTxn();
    assertThat(response.getHeader().getMemberId()).isEqualTo(LocalBackend.SELF.value());
    assertThat(response.getResponses(0).getResponsePut().getHeader()).isEqualTo(nested);
    assertThat(innerResponse.getHeader()).isEqualTo(ResponseHeader.getDefaultInstance());
    assertThat(innerResponse.getResponses(0).getResponseRange().getHeader()).isEqualTo(nested);
    assertThat(innerResponse.getResponses(0).getResponseRange().getKvs(0).getModRevision())
        .isEqualTo(2);
  }

  @Test
  void txnTakesTheFailureBranchWhenACompareDoesNotHold() {
    server.kv().put(put("a", "1"));
    Compare isTwo =
        Compare.newBuilder()
            .setKey(utf8("a"))
            .setTarget(Compare.CompareTarget.VALUE)
            .setValue(utf8("2"))
            .build();

    TxnResponse response =
        server
            .kv()
            .txn(
                TxnRequest.newBuilder()
                    .addCompare(isTwo)
                    .addSuccess(RequestOp.newBuilder().setRequestPut(put("b", "1")))
                    .addFailure(op(get("a")))
                    .build());

    assertThat(response.getSucceeded()).isFalse();
    assertThat(response.getResponses(0).getResponseRange().getKvs(0).getValue())
        .isEqualTo(utf8("1"));
    assertThat(response.getHeader().getRevision()).isEqualTo(2);
  }

  private static ByteString utf8(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static PutRequest put(String key, String value) {
    return PutRequest.newBuilder().setKey(utf8(key)).setValue(utf8(value)).build();
  }

  private static RangeRequest get(String key) {
    return RangeRequest.newBuilder().setKey(utf8(key)).build();
  }

  private static RequestOp op(RangeRequest range) {
    return RequestOp.newBuilder().setRequestRange(range).build();
  }
}
