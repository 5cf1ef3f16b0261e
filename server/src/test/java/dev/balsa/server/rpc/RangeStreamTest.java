package dev.balsa.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.balsa.proto.CompactionRequest;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.KVGrpc.KVBlockingStub;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RangeRequest.SortOrder;
import dev.balsa.proto.RangeRequest.SortTarget;
import dev.balsa.proto.RangeResponse;
import dev.balsa.proto.RangeStreamResponse;
import dev.balsa.server.TestServer;
import dev.balsa.server.auth.Users;
import dev.balsa.server.whole.Await;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RangeStreamTest {
  private static final int KEYS = 200;
  private static final ByteString VALUE = ByteString.copyFrom(new byte[100]);
  private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);
  private static final RangeRequest ALL =
      RangeRequest.newBuilder().setKey(ZERO).setRangeEnd(ZERO).build();

  private TestServer server;

  @BeforeEach
  void fill() throws IOException {
    server = new TestServer();
    for (int n = 0; n < KEYS; n++) {
      put("r/%03d".formatted(n));
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @MethodSource("requests")
  void thePiecesTogetherAreWhatRangeAnswers(RangeRequest request) {
    assertThat(merged(pieces(server.kv(), request))).isEqualTo(server.kv().range(request));
  }

  static Stream<RangeRequest> requests() {
    return Stream.of(
            ALL.toBuilder(),
            ALL.toBuilder().setLimit(1),
            ALL.toBuilder().setLimit(10),
            ALL.toBuilder().setLimit(11),
            ALL.toBuilder().setLimit(57),
            ALL.toBuilder().setLimit(KEYS),
            ALL.toBuilder().setLimit(KEYS + 1),
            ALL.toBuilder().setLimit(-1),
            ALL.toBuilder().setKeysOnly(true),
            ALL.toBuilder().setCountOnly(true),
            ALL.toBuilder().setCountOnly(true).setLimit(3),
            ALL.toBuilder().setSerializable(true),
            ALL.toBuilder().setRevision(101),
            ALL.toBuilder().setRevision(101).setLimit(30),
            ALL.toBuilder().setSortOrder(SortOrder.ASCEND),
            ALL.toBuilder().setKey(utf8("r/05")).setRangeEnd(utf8("r/15")),
            ALL.toBuilder().setKey(utf8("r/05")),
            ALL.toBuilder().setKey(utf8("r/005")).clearRangeEnd(),
            ALL.toBuilder().setKey(utf8("b")).setRangeEnd(utf8("a")),
            ALL.toBuilder().setKey(utf8("s")))
        .map(RangeRequest.Builder::build);
  }

  @Test
  void onlyTheLastPieceHasMoreThanKeysAndAllAreSmall() {
    List<RangeResponse> pieces = pieces(server.kv(), ALL);

    assertThat(pieces.getFirst().getKvsCount()).isEqualTo(10);
    assertThat(pieces).hasSizeGreaterThan(KEYS * 100 / TestServer.REQUEST_BYTES_MAX);
    assertThat(pieces)
        .allMatch(piece -> piece.getSerializedSize() < 2 * TestServer.REQUEST_BYTES_MAX);
    assertThat(pieces.subList(0, pieces.size() - 1))
        .allMatch(piece -> !piece.hasHeader() && !piece.getMore() && piece.getCount() == 0);
    assertThat(pieces.getLast().getHeader().getRevision()).isEqualTo(KEYS + 1);
    assertThat(pieces.getLast().getCount()).isEqualTo(KEYS);
  }

  @Test
  void aSlowClientReadsOneRevisionWhateverIsWrittenMeanwhile() throws Exception {
    fillForASlowClient();
    RangeResponse before = server.kv().range(ALL);
    Slow slow = new Slow();
    List<RangeResponse> pieces = new ArrayList<>(List.of(slow.next()));

    put("r/0");
    put("t/4999");
    put("u");

    assertThat(merged(slow.rest(pieces))).isEqualTo(before);
    assertThat(slow.closed().getCode()).isEqualTo(Code.OK);
  }

  @Test
  void aCompactionOfThatRevisionEndsTheStream() throws Exception {
    fillForASlowClient();
    Slow slow = new Slow();
    List<RangeResponse> pieces = new ArrayList<>(List.of(slow.next()));

    long revision = put("more");
    var unused = server.kv().compact(CompactionRequest.newBuilder().setRevision(revision).build());
    slow.rest(pieces);

    assertThat(slow.closed().getCode()).isEqualTo(Code.OUT_OF_RANGE);
    assertThat(slow.closed().getDescription())
        .isEqualTo("etcdserver: mvcc: required revision has been compacted");
    assertThat(pieces).noneMatch(RangeResponse::hasHeader);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatCannotComeInPiecesIsUnimplemented(RangeRequest request) {
    assertThat(error(server.kv(), request).getCode()).isEqualTo(Code.UNIMPLEMENTED);
  }

  static Stream<RangeRequest> refused() {
    return Stream.of(
            ALL.toBuilder().setSortOrder(SortOrder.DESCEND),
            ALL.toBuilder().setSortOrder(SortOrder.ASCEND).setSortTarget(SortTarget.MOD),
            ALL.toBuilder().setMinModRevision(1),
            ALL.toBuilder().setMaxModRevision(1),
            ALL.toBuilder().setMinCreateRevision(1),
            ALL.toBuilder().setMaxCreateRevision(1))
        .map(RangeRequest.Builder::build);
  }

  @Test
  void badRequestsGetRangesErrors() {
    assertThat(error(server.kv(), RangeRequest.getDefaultInstance()))
        .hasToString(
            Status.INVALID_ARGUMENT.withDescription("etcdserver: key is not provided").toString());
    assertThat(error(server.kv(), ALL.toBuilder().setRevision(1_000).build()).getDescription())
        .isEqualTo("etcdserver: mvcc: required revision is a future revision");
    assertThat(error(server.kv(), ALL.toBuilder().setSortOrderValue(7).build()).getDescription())
        .isEqualTo("etcdserver: invalid sort option");
  }

  @Test
  void aUserReadsWhatHeMayAndNothingElse() {
    Users users = new Users(server.channel());
    users.enable();
    KVBlockingStub alice = KVGrpc.newBlockingStub(users.as("alice"));
    RangeRequest hers = ALL.toBuilder().setKey(utf8("r/")).setRangeEnd(utf8("r0")).build();

    assertThat(merged(pieces(alice, hers)).getCount()).isEqualTo(KEYS);
    assertThat(error(alice, ALL).getDescription()).isEqualTo("etcdserver: permission denied");
    assertThat(error(server.kv(), hers).getDescription())
        .isEqualTo("etcdserver: user name is empty");
  }

  /** Values enough that no connection takes all of them unread. */
  private void fillForASlowClient() {
    ByteString large = ByteString.copyFrom(new byte[TestServer.REQUEST_BYTES_MAX / 2]);
    for (int n = 0; n < 2_000; n++) {
      var unused =
          server.kv().put(PutRequest.newBuilder().setKey(utf8("t/" + n)).setValue(large).build());
    }
  }

  private long put(String key) {
    return server
        .kv()
        .put(PutRequest.newBuilder().setKey(utf8(key)).setValue(VALUE).build())
        .getHeader()
        .getRevision();
  }

  private static List<RangeResponse> pieces(KVBlockingStub kv, RangeRequest request) {
    List<RangeResponse> pieces = new ArrayList<>();
    kv.rangeStream(request).forEachRemaining(piece -> pieces.add(piece.getRangeResponse()));
    return pieces;
  }

  private static RangeResponse merged(List<RangeResponse> pieces) {
    RangeResponse.Builder merged = RangeResponse.newBuilder();
    pieces.forEach(merged::mergeFrom);
    return merged.build();
  }

  private static Status error(KVBlockingStub kv, RangeRequest request) {
    return catchThrowableOfType(StatusRuntimeException.class, () -> pieces(kv, request))
        .getStatus();
  }

  private static ByteString utf8(String text) {
    return ByteString.copyFromUtf8(text);
  }

  /** A client that takes a piece only when it wants one. */
  private final class Slow extends ClientCall.Listener<RangeStreamResponse> {
    private final ClientCall<RangeRequest, RangeStreamResponse> call =
        server.channel().newCall(KVGrpc.getRangeStreamMethod(), CallOptions.DEFAULT);
    private final BlockingQueue<RangeResponse> pieces = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> closed = new CompletableFuture<>();

    Slow() {
      call.start(this, new Metadata());
      call.sendMessage(ALL);
      call.halfClose();
    }

    RangeResponse next() throws InterruptedException {
      call.request(1);
      RangeResponse piece = pieces.poll(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(piece).isNotNull();
      return piece;
    }

    List<RangeResponse> rest(List<RangeResponse> taken) throws Exception {
      call.request(Integer.MAX_VALUE);
      var unused = closed();
      pieces.drainTo(taken);
      return taken;
    }

    Status closed() throws Exception {
      return closed.get(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void onMessage(RangeStreamResponse message) {
      pieces.add(message.getRangeResponse());
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      closed.complete(status);
    }
  }
}
