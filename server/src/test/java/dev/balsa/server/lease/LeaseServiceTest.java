package dev.balsa.server.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.balsa.proto.LeaseGrantRequest;
import dev.balsa.proto.LeaseGrantResponse;
import dev.balsa.proto.LeaseGrpc;
import dev.balsa.proto.LeaseKeepAliveRequest;
import dev.balsa.proto.LeaseKeepAliveResponse;
import dev.balsa.proto.LeaseLeasesRequest;
import dev.balsa.proto.LeaseRevokeRequest;
import dev.balsa.proto.LeaseStatus;
import dev.balsa.proto.LeaseTimeToLiveRequest;
import dev.balsa.proto.LeaseTimeToLiveResponse;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.server.TestServer;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** etcd's answers about leases, over the wire. */
class LeaseServiceTest {
  private static final long PATIENCE_SECONDS = 60;

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
  void grantGivesAPositiveIdAndKeepsTheRevision() {
    LeaseGrantResponse granted = grant(0, 60);

    assertThat(granted.getID()).isPositive();
    assertThat(granted.getTTL()).isEqualTo(60);
    assertThat(granted.getHeader().getRevision()).isEqualTo(1);
    assertThat(granted.getError()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"-5, 2", "0, 2", "1, 2", "2, 2", "3, 3", "9000000000, 9000000000"})
  void ttlIsRaisedToOneAndAHalfElections(long asked, long granted) {
    assertThat(grant(7, asked).getTTL()).isEqualTo(granted);
  }

  @ParameterizedTest
  @CsvSource({"1000, 2", "500, 1", "100, 1", "2000, 3"})
  void leastTtlIsInWholeSeconds(long electionMillis, long seconds) {
    assertThat(LeaseService.ttlSecondsMin(Duration.ofMillis(electionMillis))).isEqualTo(seconds);
  }

  @Test
  void errorsHaveEtcdsCodesAndTexts() {
    grant(-7, 60);

    assertRefused(
        () -> grant(-7, 60), Code.FAILED_PRECONDITION, "etcdserver: lease already exists");
    assertRefused(
        () -> grant(8, 9_000_000_001L), Code.OUT_OF_RANGE, "etcdserver: too large lease TTL");
    assertRefused(() -> revoke(8), Code.NOT_FOUND, "etcdserver: requested lease not found");
    assertRefused(() -> put("k", 8), Code.NOT_FOUND, "etcdserver: requested lease not found");
  }

  @Test
  void revokeDeletesItsKeys() {
    grant(7, 60);
    put("a", 7);
    put("b", 7);

    revoke(7);

    RangeRequest everything =
        RangeRequest.newBuilder()
            .setKey(ByteString.copyFrom(new byte[1]))
            .setRangeEnd(ByteString.copyFrom(new byte[1]))
            .build();
    assertThat(server.kv().range(everything).getCount()).isZero();
    assertThat(server.kv().range(everything).getHeader().getRevision()).isEqualTo(4);
  }

  @Test
  void timeToLiveTellsSecondsAndKeysOnRequest() {
    grant(7, 1_000);
    put("b", 7);
    put("a", 7);

    LeaseTimeToLiveResponse plain = timeToLive(7, false);
    LeaseTimeToLiveResponse withKeys = timeToLive(7, true);

    assertThat(plain.getTTL()).isBetween(900L, 1_000L);
    assertThat(plain.getGrantedTTL()).isEqualTo(1_000);
    assertThat(plain.getKeysList()).isEmpty();
    assertThat(withKeys.getKeysList())
        .containsExactly(ByteString.copyFromUtf8("a"), ByteString.copyFromUtf8("b"));
  }

  @Test
  void timeToLiveOfNoLeaseIsNoError() {
    LeaseTimeToLiveResponse unknown = timeToLive(99, true);

    assertThat(unknown.getID()).isEqualTo(99);
    assertThat(unknown.getTTL()).isEqualTo(-1);
    assertThat(unknown.getGrantedTTL()).isZero();
  }

  @Test
  void leasesAreListed() {
    grant(9, 60);
    grant(7, 60);

    var leases = server.lease().leaseLeases(LeaseLeasesRequest.getDefaultInstance());

    assertThat(leases.getLeasesList()).extracting(LeaseStatus::getID).containsExactly(7L, 9L);
  }

  @Test
  void keepAliveAnswersEachRequestAndEndsWithTheClient() throws Exception {
    grant(7, 60);
    put("k", 7);
    Alive alive = new Alive(server);

    alive.requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(7).build());
    LeaseKeepAliveResponse known = alive.next();
    alive.requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(99).build());
    LeaseKeepAliveResponse unknown = alive.next();
    alive.requests.onCompleted();

    assertThat(known.getID()).isEqualTo(7);
    assertThat(known.getTTL()).isEqualTo(60);
    assertThat(known.getHeader().getRevision()).isEqualTo(2);
    assertThat(unknown.getID()).isEqualTo(99);
    assertThat(unknown.getTTL()).isZero();
    assertThat(alive.end.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(Code.OK);
  }

  @Test
  void oneStreamKeepsThousandsAlive() throws Exception {
    List<Long> ids = new ArrayList<>();
    for (long id = 1; id <= 2_000; id++) {
      grant(id, 60);
      ids.add(id);
    }
    Alive alive = new Alive(server);
    ids.forEach(id -> alive.requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(id).build()));

    List<Long> answered = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      LeaseKeepAliveResponse response = alive.next();
      assertThat(response.getTTL()).isEqualTo(60);
      answered.add(response.getID());
    }

    assertThat(answered).containsExactlyInAnyOrderElementsOf(ids);
  }

  @Test
  void closingServerEndsKeepAlivesAsUnavailable() throws Exception {
    grant(7, 60);
    Alive alive = new Alive(server);
    alive.requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(7).build());
    alive.next();

    server.close();

    assertThat(alive.end.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(Code.UNAVAILABLE);
  }

  /** A stream of keep-alives. */
  private static final class Alive implements StreamObserver<LeaseKeepAliveResponse> {
    final BlockingQueue<LeaseKeepAliveResponse> responses = new LinkedBlockingQueue<>();
    final CompletableFuture<Code> end = new CompletableFuture<>();
    final StreamObserver<LeaseKeepAliveRequest> requests;

    Alive(TestServer server) {
      requests = LeaseGrpc.newStub(server.channel()).leaseKeepAlive(this);
    }

    LeaseKeepAliveResponse next() throws InterruptedException {
      LeaseKeepAliveResponse response = responses.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (response == null) {
        throw new AssertionError("no answer");
      }
      return response;
    }

    @Override
    public void onNext(LeaseKeepAliveResponse response) {
      responses.add(response);
    }

    @Override
    public void onError(Throwable thrown) {
      end.complete(Status.fromThrowable(thrown).getCode());
    }

    @Override
    public void onCompleted() {
      end.complete(Code.OK);
    }
  }

  private LeaseGrantResponse grant(long id, long ttl) {
    return server.lease().leaseGrant(LeaseGrantRequest.newBuilder().setID(id).setTTL(ttl).build());
  }

  private void revoke(long id) {
    var unused = server.lease().leaseRevoke(LeaseRevokeRequest.newBuilder().setID(id).build());
  }

  private void put(String key, long lease) {
    var unused =
        server
            .kv()
            .put(
                PutRequest.newBuilder()
                    .setKey(ByteString.copyFromUtf8(key))
                    .setLease(lease)
                    .build());
  }

  private LeaseTimeToLiveResponse timeToLive(long id, boolean keys) {
    return server
        .lease()
        .leaseTimeToLive(LeaseTimeToLiveRequest.newBuilder().setID(id).setKeys(keys).build());
  }

  private static void assertRefused(ThrowingCallable call, Code code, String text) {
    StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, call);

    assertThat(refused.getStatus().getCode()).isEqualTo(code);
    assertThat(refused.getStatus().getDescription()).isEqualTo(text);
  }
}
