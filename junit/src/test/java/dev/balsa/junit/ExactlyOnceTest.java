package dev.balsa.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.balsa.client.ExactlyOnce;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.LeaseGrantRequest;
import dev.balsa.proto.LeaseGrpc;
import dev.balsa.proto.LockGrpc;
import dev.balsa.proto.LockRequest;
import dev.balsa.proto.LockResponse;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.PutResponse;
import dev.balsa.proto.SessionCloseRequest;
import dev.balsa.proto.SessionOpenRequest;
import dev.balsa.proto.SessionsGrpc;
import dev.balsa.proto.UnlockRequest;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writes within a session take effect once, whatever is asked again of whomever. */
@BalsaCluster(members = 3)
class ExactlyOnceTest {
  private static final int PUTS = 60;
  private static final ByteString VALUE = ByteString.copyFromUtf8("v");

  private final List<ManagedChannel> channels = new ArrayList<>();
  private TestCluster cluster;
  private long session;

  @BeforeEach
  void open(TestCluster started) {
    cluster = started;
    for (TestMember member : cluster.members()) {
      channels.add(
          NettyChannelBuilder.forAddress("127.0.0.1", member.endpoint().getPort())
              .usePlaintext()
              .build());
    }
    session =
        SessionsGrpc.newBlockingStub(channel(0))
            .withWaitForReady()
            .sessionOpen(SessionOpenRequest.getDefaultInstance())
            .getSession();
  }

  @AfterEach
  void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }

  @Test
  void aRequestThatIsAskedAgainOfAnotherMemberGetsTheAnswerItGot() {
    PutResponse first = kv(0, 1).put(put("again"));
    PutResponse second = kv(1, 1).put(put("again"));
    PutResponse next = kv(2, 2).put(put("again"));

    assertThat(second.getHeader().getRevision()).isEqualTo(first.getHeader().getRevision());
    assertThat(next.getHeader().getRevision()).isEqualTo(first.getHeader().getRevision() + 1);
    assertThat(version("again")).isEqualTo(2);
  }

  @Test
  void withoutASessionItTakesEffectAsOftenAsItIsAsked() {
    KVGrpc.newBlockingStub(channel(0)).put(put("plain"));
    KVGrpc.newBlockingStub(channel(1)).put(put("plain"));

    assertThat(version("plain")).isEqualTo(2);
  }

  @Test
  void anAnswerOutlivesARestartOfAllMembers() {
    PutResponse first = kv(0, 7).put(put("restarted"));
    cluster.members().forEach(TestMember::kill);
    cluster.members().forEach(TestMember::restart);

    PutResponse second = kv(1, 7).withWaitForReady().put(put("restarted"));

    assertThat(second.getHeader().getRevision()).isEqualTo(first.getHeader().getRevision());
    assertThat(version("restarted")).isEqualTo(1);
  }

  @Test
  void aRefusalIsKeptLikeAnyOtherAnswer() {
    LeaseGrantRequest taken = LeaseGrantRequest.newBuilder().setID(77).setTTL(600).build();
    LeaseGrpc.newBlockingStub(channel(0)).leaseGrant(taken);

    for (int member = 0; member < 3; member++) {
      var lease = LeaseGrpc.newBlockingStub(once(member, 1));
      assertThatThrownBy(() -> lease.leaseGrant(taken))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("lease already exists");
    }
  }

  @Test
  void aLeaseThatTheServerNamesIsGrantedOnce() {
    LeaseGrantRequest anyone = LeaseGrantRequest.newBuilder().setTTL(600).build();
    long first = LeaseGrpc.newBlockingStub(once(0, 1)).leaseGrant(anyone).getID();

    assertThat(LeaseGrpc.newBlockingStub(once(1, 1)).leaseGrant(anyone).getID()).isEqualTo(first);
    assertThat(LeaseGrpc.newBlockingStub(once(1, 2)).leaseGrant(anyone).getID())
        .isNotEqualTo(first);
  }

  @Test
  void aLateUnlockDoesNotTakeALaterLock() {
    LockRequest lock = LockRequest.newBuilder().setName(ByteString.copyFromUtf8("door")).build();
    LockResponse held = LockGrpc.newBlockingStub(once(0, 1)).lock(lock);
    assertThat(LockGrpc.newBlockingStub(once(1, 1)).lock(lock).getKey()).isEqualTo(held.getKey());
    UnlockRequest unlock = UnlockRequest.newBuilder().setKey(held.getKey()).build();
    LockGrpc.newBlockingStub(once(0, 2)).unlock(unlock);
    kv(0, 3).put(PutRequest.newBuilder().setKey(held.getKey()).setValue(VALUE).build());

    LockGrpc.newBlockingStub(once(2, 2)).unlock(unlock);

    assertThat(version(held.getKey().toStringUtf8())).isEqualTo(1);
    kv(0, 4).deleteRange(DeleteRangeRequest.newBuilder().setKey(held.getKey()).build());
  }

  @Test
  void aSessionThatIsClosedDoesNothing() {
    SessionsGrpc.newBlockingStub(channel(0))
        .sessionClose(SessionCloseRequest.newBuilder().setSession(session).build());

    assertThatThrownBy(() -> kv(1, 1).put(put("closed")))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("session has expired");
    assertThat(version("closed")).isZero();
  }

  @Test
  void metadataThatIsNoNumberIsRefused() {
    Metadata metadata = new Metadata();
    metadata.put(Metadata.Key.of("balsa-session", Metadata.ASCII_STRING_MARSHALLER), "x");

    assertThatThrownBy(
            () -> KVGrpc.newBlockingStub(with(channel(0), metadata)).put(put("malformed")))
        .hasMessageContaining("INVALID_ARGUMENT")
        .hasMessageContaining("balsa-session is 'x'");
  }

  @Test
  void lostAnswersKillsAndRestartsDoNotCountTwice() {
    for (int sequence = 1; sequence <= PUTS; sequence++) {
      if (sequence % 20 == 10) {
        TestMember leader = cluster.awaitLeader();
        leader.kill();
        assertThat(untilAnswered(sequence)).isPositive();
        leader.restart();
      }
      // The first answers are taken as lost: the same is asked of the next member.
      long first = untilAnswered(sequence);

      assertThat(untilAnswered(sequence)).isEqualTo(first);
    }

    assertThat(version("counted")).isEqualTo(PUTS);
  }

  /** Asks one member after the other until one answers; returns the revision. */
  private long untilAnswered(int sequence) {
    for (int attempt = sequence; ; attempt++) {
      try {
        return kv(attempt % channels.size(), sequence)
            .withDeadlineAfter(20, TimeUnit.SECONDS)
            .put(put("counted"))
            .getHeader()
            .getRevision();
      } catch (StatusRuntimeException e) {
        assertThat(e.getStatus().getCode().name()).isIn("UNAVAILABLE", "DEADLINE_EXCEEDED");
      }
    }
  }

  @Test
  void jetcdWithTheInterceptorCountsOnceThroughKills() {
    List<CompletableFuture<?>> puts = new ArrayList<>();
    try (Client client =
        Client.builder().endpoints(cluster.endpoints()).interceptor(new ExactlyOnce()).build()) {
      for (int i = 0; i < PUTS; i++) {
        if (i % 30 == 10) {
          TestMember leader = cluster.awaitLeader();
          leader.kill();
          leader.restart();
        }
        puts.add(client.getKVClient().put(Jetcd.bytes("jetcd"), Jetcd.bytes("v")));
      }
      puts.forEach(Jetcd::get);

      GetResponse response = Jetcd.get(client.getKVClient().get(Jetcd.bytes("jetcd")));
      assertThat(response.getKvs()).extracting(KeyValue::getVersion).containsExactly((long) PUTS);
    }
  }

  @Test
  void aWriteIsAskedAgainAfterAMemberHasResetIt() {
    Channel resetting = ClientInterceptors.intercept(channel(0), new Resetting());
    KVGrpc.KVBlockingStub kv =
        KVGrpc.newBlockingStub(ClientInterceptors.intercept(resetting, new ExactlyOnce()));

    kv.put(put("reset"));

    assertThat(version("reset")).isEqualTo(1);
  }

  /** Gives the first put's answer as a member does that ends before it has sent it. */
  private static final class Resetting implements ClientInterceptor {
    private final AtomicBoolean done = new AtomicBoolean();

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      ClientCall<Q, A> call = next.newCall(method, options);
      if (!method.equals(KVGrpc.getPutMethod()) || done.getAndSet(true)) {
        return call;
      }
      return new SimpleForwardingClientCall<>(call) {
        @Override
        public void start(Listener<A> listener, Metadata headers) {
          super.start(
              new SimpleForwardingClientCallListener<A>(listener) {
                @Override
                public void onMessage(A message) {
                  // lost
                }

                @Override
                public void onClose(Status status, Metadata trailers) {
                  super.onClose(
                      Status.CANCELLED.withDescription("RST_STREAM closed stream"), trailers);
                }
              },
              headers);
        }
      };
    }
  }

  @Test
  void aSessionThatEndedWhileNobodyWroteIsOpenedAnew() {
    ExactlyOnce once = new ExactlyOnce();
    var kv = KVGrpc.newBlockingStub(ClientInterceptors.intercept(channel(0), once));
    kv.put(put("idle"));
    // Session numbers are places in the log: the latest before this is the interceptor's own.
    long own =
        SessionsGrpc.newBlockingStub(channel(0))
            .sessionOpen(SessionOpenRequest.getDefaultInstance())
            .getSession();
    for (long ended = session; ended < own; ended++) {
      SessionsGrpc.newBlockingStub(channel(0))
          .sessionClose(SessionCloseRequest.newBuilder().setSession(ended).build());
    }

    kv.put(put("idle"));

    assertThat(version("idle")).isEqualTo(2);
  }

  private ManagedChannel channel(int member) {
    return channels.get(member);
  }

  private KVGrpc.KVBlockingStub kv(int member, long sequence) {
    return KVGrpc.newBlockingStub(once(member, sequence));
  }

  private Channel once(int member, long sequence) {
    Metadata metadata = new Metadata();
    metadata.put(
        Metadata.Key.of("balsa-session", Metadata.ASCII_STRING_MARSHALLER), Long.toString(session));
    metadata.put(
        Metadata.Key.of("balsa-sequence", Metadata.ASCII_STRING_MARSHALLER),
        Long.toString(sequence));
    return with(channel(member), metadata);
  }

  private static Channel with(Channel channel, Metadata metadata) {
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  private static PutRequest put(String key) {
    return PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).setValue(VALUE).build();
  }

  private long version(String key) {
    try (Jetcd client = Jetcd.of(cluster.endpoints())) {
      return Jetcd.get(client.client().getKVClient().get(Jetcd.bytes(key))).getKvs().stream()
          .mapToLong(KeyValue::getVersion)
          .findFirst()
          .orElse(0);
    }
  }
}
