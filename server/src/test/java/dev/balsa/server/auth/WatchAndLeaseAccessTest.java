package dev.balsa.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.balsa.proto.AuthGrpc;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.LeaseGrantRequest;
import dev.balsa.proto.LeaseGrpc;
import dev.balsa.proto.LeaseGrpc.LeaseBlockingStub;
import dev.balsa.proto.LeaseKeepAliveRequest;
import dev.balsa.proto.LeaseKeepAliveResponse;
import dev.balsa.proto.LeaseRevokeRequest;
import dev.balsa.proto.LeaseTimeToLiveRequest;
import dev.balsa.proto.Permission;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.WatchCreateRequest;
import dev.balsa.proto.WatchResponse;
import dev.balsa.server.TestServer;
import dev.balsa.server.watch.WatchClient;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What lasts longer than a call, and what shows keys by other ways than reading them. */
class WatchAndLeaseAccessTest {
  private static final String DENIED =
      "rpc error: code = PermissionDenied desc = etcdserver: permission denied";

  private TestServer server;
  private Users users;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
    users = new Users(server.channel());
    users.enable();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aWatchNeedsTheWholeRange() throws Exception {
    try (WatchClient alice = new WatchClient(users.as("alice"))) {
      assertThat(alice.create(range("r/", "r0")).getCanceled()).isFalse();
      assertThat(alice.create(range("a", "")).getCanceled()).isFalse();
      assertDenied(alice.create(range("secret", "")), DENIED);
      assertDenied(alice.create(range("r/", "r1")), DENIED);
      assertDenied(alice.create(range("w/1", "")), DENIED);
    }
  }

  /** GHSA-xg4h-6gfc-h4m8: who might read one key watched everything after it. */
  @Test
  void readingOneKeyIsNotWatchingFromItOn() throws Exception {
    try (WatchClient alice = new WatchClient(users.as("alice"))) {
      assertDenied(alice.create(range("a", "\0")), DENIED);
      assertDenied(alice.create(range("", "\0")), DENIED);
      assertDenied(alice.create(range("r/", "\0")), DENIED);
    }
  }

  @Test
  void aWatchWithoutAGoodTokenIsToldSoByAnAnswer() throws Exception {
    try (WatchClient nobody = new WatchClient(server.channel());
        WatchClient stranger = new WatchClient(users.with("nonsense"))) {
      assertDenied(
          nobody.create(range("a", "")),
          "rpc error: code = InvalidArgument desc = etcdserver: user name is empty");
      assertDenied(
          stranger.create(range("a", "")),
          "rpc error: code = Unauthenticated desc = etcdserver: invalid auth token");
    }
  }

  @Test
  void everyWatcherOfAStreamIsLookedAtAsOfNow() throws Exception {
    try (WatchClient alice = new WatchClient(users.as("alice"))) {
      assertDenied(alice.create(range("new", "")), DENIED);

      Users.permit(AuthGrpc.newBlockingStub(users.as("root")), Permission.Type.READ, "new", "");

      assertThat(alice.create(range("new", "")).getCanceled()).isFalse();
    }
  }

  @Test
  void aLeaseWithAnothersKeyIsNotAlicesToEndOrToUse() {
    leased(users.as("root"), 1, "secret");
    leased(users.as("alice"), 2, "w/1");
    LeaseBlockingStub alice = LeaseGrpc.newBlockingStub(users.as("alice"));

    assertThat(error(() -> alice.leaseRevoke(revoke(1)))).contains("permission denied");
    assertThat(error(() -> leased(users.as("alice"), 1, "w/2"))).contains("permission denied");
    assertThat(alice.leaseRevoke(revoke(2)).hasHeader()).isTrue();
  }

  @Test
  void theKeysOfALeaseAreShownToWhoeverMayReadThem() {
    leased(users.as("root"), 1, "secret");
    leased(users.as("root"), 2, "r/1");
    LeaseBlockingStub alice = LeaseGrpc.newBlockingStub(users.as("alice"));

    assertThat(error(() -> alice.leaseTimeToLive(timeToLive(1, true))))
        .isEqualTo("PERMISSION_DENIED: etcdserver: permission denied");
    assertThat(alice.leaseTimeToLive(timeToLive(1, false)).getGrantedTTL()).isEqualTo(60);
    assertThat(alice.leaseTimeToLive(timeToLive(2, true)).getKeysList())
        .containsExactly(bytes("r/1"));
  }

  @Test
  void aLeaseIsKeptAliveByUsersOnly() throws Exception {
    leased(users.as("root"), 1, "secret");

    assertThat(keepAlive(users.as("alice"))).isEqualTo("60");
    assertThat(keepAlive(server.channel()))
        .isEqualTo("INVALID_ARGUMENT: etcdserver: user name is empty");
    assertThat(keepAlive(users.with("nonsense")))
        .isEqualTo("UNAUTHENTICATED: etcdserver: invalid auth token");
  }

  /** The answer's time to live, or the error. */
  private static String keepAlive(Channel channel) throws InterruptedException {
    BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    StreamObserver<LeaseKeepAliveRequest> requests =
        LeaseGrpc.newStub(channel)
            .leaseKeepAlive(
                new StreamObserver<>() {
                  @Override
                  public void onNext(LeaseKeepAliveResponse response) {
                    answers.add(Long.toString(response.getTTL()));
                  }

                  @Override
                  public void onError(Throwable error) {
                    answers.add(String.valueOf(error.getMessage()));
                  }

                  @Override
                  public void onCompleted() {
                    answers.add("end");
                  }
                });
    requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(1).build());
    String answer = answers.poll(60, TimeUnit.SECONDS);
    requests.onCompleted();
    return String.valueOf(answer);
  }

  private static void leased(Channel channel, long lease, String key) {
    LeaseBlockingStub leases = LeaseGrpc.newBlockingStub(channel);
    var known = leases.leaseTimeToLive(timeToLive(lease, false));
    if (known.getTTL() < 0) {
      var unusedgranted =
          leases.leaseGrant(LeaseGrantRequest.newBuilder().setID(lease).setTTL(60).build());
    }
    var unusedput =
        KVGrpc.newBlockingStub(channel)
            .put(PutRequest.newBuilder().setKey(bytes(key)).setLease(lease).build());
  }

  private static LeaseRevokeRequest revoke(long id) {
    return LeaseRevokeRequest.newBuilder().setID(id).build();
  }

  private static LeaseTimeToLiveRequest timeToLive(long id, boolean keys) {
    return LeaseTimeToLiveRequest.newBuilder().setID(id).setKeys(keys).build();
  }

  private static void assertDenied(WatchResponse response, String reason) {
    assertThat(response.getCreated()).isTrue();
    assertThat(response.getCanceled()).isTrue();
    assertThat(response.getWatchId()).isEqualTo(-1);
    assertThat(response.getCancelReason()).isEqualTo(reason);
  }

  private static WatchCreateRequest.Builder range(String key, String end) {
    return WatchCreateRequest.newBuilder().setKey(bytes(key)).setRangeEnd(bytes(end));
  }

  private static String error(ThrowingCallable call) {
    return String.valueOf(catchThrowableOfType(StatusRuntimeException.class, call).getMessage());
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
