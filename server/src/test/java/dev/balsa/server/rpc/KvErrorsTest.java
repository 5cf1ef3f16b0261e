package dev.balsa.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.balsa.proto.CompactionRequest;
import dev.balsa.proto.Compare;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.KVGrpc.KVBlockingStub;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.TxnRequest;
import dev.balsa.server.TestServer;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.Collections;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients match on code and text, so a bad request must get both letter for letter. */
class KvErrorsTest {
  private static final ByteString KEY = ByteString.copyFromUtf8("k");
  private static final ByteString VALUE = ByteString.copyFromUtf8("v");

  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
    server.kv().put(PutRequest.newBuilder().setKey(KEY).setValue(VALUE).build()); // revision 2
    server.kv().put(PutRequest.newBuilder().setKey(KEY).setValue(VALUE).build()); // revision 3
    server.kv().compact(CompactionRequest.newBuilder().setRevision(3).build());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @MethodSource("badRequests")
  void badRequestGetsEtcdsCodeAndText(Consumer<KVBlockingStub> request, Code code, String text) {
    StatusRuntimeException error =
        catchThrowableOfType(StatusRuntimeException.class, () -> request.accept(server.kv()));

    assertThat(error.getStatus().getCode()).isEqualTo(code);
    assertThat(error.getStatus().getDescription()).isEqualTo(text);
  }

  static Stream<Arguments> badRequests() {
    return Stream.of(
        bad(
            "range without key",
            kv -> kv.range(RangeRequest.getDefaultInstance()),
            Code.INVALID_ARGUMENT,
            "etcdserver: key is not provided"),
        bad(
            "put without key",
            kv -> kv.put(PutRequest.getDefaultInstance()),
            Code.INVALID_ARGUMENT,
            "etcdserver: key is not provided"),
        bad(
            "delete without key",
            kv -> kv.deleteRange(DeleteRangeRequest.getDefaultInstance()),
            Code.INVALID_ARGUMENT,
            "etcdserver: key is not provided"),
        bad(
            "put of an absent key with ignore_value",
            kv -> kv.put(PutRequest.newBuilder().setKey(VALUE).setIgnoreValue(true).build()),
            Code.INVALID_ARGUMENT,
            "etcdserver: key not found"),
        bad(
            "put with a value and ignore_value",
            kv ->
                kv.put(
                    PutRequest.newBuilder()
                        .setKey(KEY)
                        .setValue(VALUE)
                        .setIgnoreValue(true)
                        .build()),
            Code.INVALID_ARGUMENT,
            "etcdserver: value is provided"),
        bad(
            "put with a lease and ignore_lease",
            kv ->
                kv.put(
                    PutRequest.newBuilder().setKey(KEY).setLease(1).setIgnoreLease(true).build()),
            Code.INVALID_ARGUMENT,
            "etcdserver: lease is provided"),
        bad(
            "put with a lease that is not there",
            kv -> kv.put(PutRequest.newBuilder().setKey(KEY).setLease(1).build()),
            Code.NOT_FOUND,
            "etcdserver: requested lease not found"),
        bad(
            "more operations than allowed",
            kv ->
                kv.txn(
                    TxnRequest.newBuilder()
                        .addAllSuccess(Collections.nCopies(TestServer.TXN_OPS_MAX + 1, get()))
                        .build()),
            Code.INVALID_ARGUMENT,
            "etcdserver: too many operations in txn request"),
        bad(
            "two puts of one key",
            kv -> kv.txn(TxnRequest.newBuilder().addSuccess(put()).addSuccess(put()).build()),
            Code.INVALID_ARGUMENT,
            "etcdserver: duplicate key given in txn request"),
        bad(
            "an operation with nothing set",
            kv ->
                kv.txn(TxnRequest.newBuilder().addSuccess(RequestOp.getDefaultInstance()).build()),
            Code.INVALID_ARGUMENT,
            "etcdserver: key not found"),
        bad(
            "a compare without key",
            kv -> kv.txn(TxnRequest.newBuilder().addCompare(Compare.getDefaultInstance()).build()),
            Code.INVALID_ARGUMENT,
            "etcdserver: key is not provided"),
        bad(
            "an unknown sort order",
            kv -> kv.range(RangeRequest.newBuilder().setKey(KEY).setSortOrderValue(9).build()),
            Code.INVALID_ARGUMENT,
            "etcdserver: invalid sort option"),
        bad(
            "an unknown sort target",
            kv -> kv.range(RangeRequest.newBuilder().setKey(KEY).setSortTargetValue(9).build()),
            Code.INVALID_ARGUMENT,
            "etcdserver: invalid sort option"),
        bad(
            "a revision that is compacted",
            kv -> kv.range(RangeRequest.newBuilder().setKey(KEY).setRevision(2).build()),
            Code.OUT_OF_RANGE,
            "etcdserver: mvcc: required revision has been compacted"),
        bad(
            "a revision to come",
            kv -> kv.range(RangeRequest.newBuilder().setKey(KEY).setRevision(4).build()),
            Code.OUT_OF_RANGE,
            "etcdserver: mvcc: required revision is a future revision"),
        bad(
            "a compaction done before",
            kv -> kv.compact(CompactionRequest.newBuilder().setRevision(3).build()),
            Code.OUT_OF_RANGE,
            "etcdserver: mvcc: required revision has been compacted"),
        bad(
            "a compaction to come",
            kv -> kv.compact(CompactionRequest.newBuilder().setRevision(4).build()),
            Code.OUT_OF_RANGE,
            "etcdserver: mvcc: required revision is a future revision"),
        bad(
            "a request above the limit",
            kv ->
                kv.put(
                    PutRequest.newBuilder()
                        .setKey(KEY)
                        .setValue(ByteString.copyFrom(new byte[TestServer.REQUEST_BYTES_MAX + 1]))
                        .build()),
            Code.INVALID_ARGUMENT,
            "etcdserver: request is too large"));
  }

  private static Arguments bad(
      String name, Consumer<KVBlockingStub> request, Code code, String text) {
    return Arguments.of(Named.of(name, request), code, text);
  }

  private static RequestOp get() {
    return RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(KEY)).build();
  }

  private static RequestOp put() {
    return RequestOp.newBuilder().setRequestPut(PutRequest.newBuilder().setKey(KEY)).build();
  }
}
