package dev.balsa.server.whole;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.proto.ElectionGrpc;
import dev.balsa.proto.LeaderRequest;
import dev.balsa.proto.LeaseGrantRequest;
import dev.balsa.proto.LeaseGrpc;
import dev.balsa.proto.LeaseRevokeRequest;
import dev.balsa.proto.LockGrpc;
import dev.balsa.proto.LockRequest;
import dev.balsa.proto.ProclaimRequest;
import dev.balsa.proto.ResignRequest;
import dev.balsa.proto.UnlockRequest;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Election;
import io.etcd.jetcd.Lock;
import io.etcd.jetcd.election.CampaignResponse;
import io.etcd.jetcd.election.LeaderResponse;
import io.etcd.jetcd.lock.LockResponse;
import io.etcd.jetcd.options.GetOption;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that queue for locks and offices see the same in three servers as in a real etcd. */
class LocksAndElectionsTest {
  @RegisterExtension static final EtcdAndServers both = EtcdAndServers.ofOne();

  @Test
  void jetcdsLocksComeToTheSame() throws Exception {
    List<String> theirs = locks(both.etcd().endpoints());
    List<String> ours = locks(both.servers().endpoints());

    assertThat(ours).isEqualTo(theirs);
    assertThat(ours)
        .contains("first waits: true, holds lock/first", "lost requested lease not found");
  }

  private static List<String> locks(List<String> endpoints) throws Exception {
    List<String> lines = new ArrayList<>();
    try (Client client = client(endpoints);
        Client other = client(endpoints.reversed())) {
      long first = client.getLeaseClient().grant(600).get().getID();
      long second = client.getLeaseClient().grant(600).get().getID();
      Lock lock = client.getLockClient();
      LockResponse held = get(lock.lock(bytes("lock"), second));
      lines.add("second holds " + named(held.getKey(), first, second));
      lines.add("again " + named(get(lock.lock(bytes("lock"), second)).getKey(), first, second));
      CompletableFuture<LockResponse> waiting = other.getLockClient().lock(bytes("lock"), first);
      Await.until(() -> "two keys", () -> count(client, "lock/") == 2);
      boolean waits = !waiting.isDone();
      var unlocked = get(lock.unlock(held.getKey()));
      LockResponse next = get(waiting);
      lines.add("first waits: " + waits + ", holds " + named(next.getKey(), first, second));
      lines.add("later: " + (next.getHeader().getRevision() >= unlocked.getHeader().getRevision()));

      CompletableFuture<LockResponse> third = lock.lock(bytes("lock"), second);
      Await.until(() -> "two keys again", () -> count(client, "lock/") == 2);
      get(client.getLeaseClient().revoke(first));
      lines.add("after a revoke " + named(get(third).getKey(), first, second));
      lines.add("lost " + failure(lock.lock(bytes("lock"), first)));
      get(client.getLeaseClient().revoke(second));
      lines.add("left " + count(client, "lock/"));
    }
    return lines;
  }

  @Test
  void jetcdsElectionsComeToTheSame() throws Exception {
    List<String> theirs = elections(both.etcd().endpoints());
    List<String> ours = elections(both.servers().endpoints());

    assertThat(ours).isEqualTo(theirs);
    assertThat(ours).contains("seen [one, one', two]");
  }

  private static List<String> elections(List<String> endpoints) throws Exception {
    List<String> lines = new ArrayList<>();
    try (Client client = client(endpoints);
        Client other = client(endpoints.reversed())) {
      long first = client.getLeaseClient().grant(600).get().getID();
      long second = client.getLeaseClient().grant(600).get().getID();
      Election election = client.getElectionClient();
      ByteSequence name = bytes("office");
      lines.add("nobody " + failure(election.leader(name)));
      BlockingQueue<String> seen = new LinkedBlockingQueue<>();
      other.getElectionClient().observe(name, listener(seen));
      CampaignResponse one = get(election.campaign(name, first, bytes("one")));
      lines.add("elected " + named(one.getLeader().getKey(), first, second));
      List<String> told = new ArrayList<>();
      told.add(seen.poll(120, TimeUnit.SECONDS));
      lines.add("leader " + get(election.leader(name)).getKv().getValue());
      var unused = get(election.proclaim(one.getLeader(), bytes("one'")));
      told.add(seen.poll(120, TimeUnit.SECONDS));

      CompletableFuture<CampaignResponse> waiting =
          other.getElectionClient().campaign(name, second, bytes("two"));
      Await.until(() -> "two candidates", () -> count(client, "office/") == 2);
      lines.add("waits " + !waiting.isDone());
      var resigned = get(election.resign(one.getLeader()));
      CampaignResponse two = get(waiting);
      lines.add("then " + named(two.getLeader().getKey(), first, second));
      lines.add("header " + (two.getHeader().getRevision() < resigned.getHeader().getRevision()));
      told.add(seen.poll(120, TimeUnit.SECONDS));
      lines.add("seen " + told);
      lines.add("too late " + failure(election.proclaim(one.getLeader(), bytes("x"))));
      var again = get(election.resign(one.getLeader()));
      lines.add("resigned twice, left " + count(client, "office/"));
      lines.add(
          "same header " + (again.getHeader().getRevision() >= two.getLeader().getRevision()));
      CampaignResponse changed = get(election.campaign(name, second, bytes("three")));
      lines.add(
          "campaign by the elected "
              + (changed.getLeader().getRevision() == two.getLeader().getRevision())
              + get(election.leader(name)).getKv().getValue());
    }
    return lines;
  }

  private static Election.Listener listener(BlockingQueue<String> seen) {
    return new Election.Listener() {
      @Override
      public void onNext(LeaderResponse response) {
        seen.add(response.getKv().getValue().toString());
      }

      @Override
      public void onError(Throwable error) {
        seen.add(error.toString());
      }

      @Override
      public void onCompleted() {
        seen.add("the end");
      }
    };
  }

  @Test
  void whatIsMissingIsRefusedAlike() {
    List<String> theirs = refusals(both.etcd().endpoint());
    List<String> ours = refusals(both.servers().endpoint("m1"));

    assertThat(ours).isEqualTo(theirs).hasSize(6);
  }

  private static List<String> refusals(String endpoint) {
    ManagedChannel channel = NettyChannelBuilder.forTarget(endpoint).usePlaintext().build();
    try {
      var lock = LockGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
      var election = ElectionGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
      return List.of(
          said(() -> lock.unlock(UnlockRequest.getDefaultInstance())),
          said(() -> lock.lock(LockRequest.newBuilder().setLease(99).build())),
          said(() -> election.leader(LeaderRequest.getDefaultInstance())),
          said(() -> election.proclaim(ProclaimRequest.getDefaultInstance())),
          said(() -> election.resign(ResignRequest.getDefaultInstance())),
          said(
              () ->
                  lock.lock(
                      LockRequest.newBuilder()
                          .setName(ByteString.copyFromUtf8("n"))
                          .setLease(-1)
                          .build())));
    } finally {
      channel.shutdownNow();
    }
  }

  private static String said(Runnable call) {
    try {
      call.run();
      return "fine";
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode() + " " + e.getStatus().getDescription();
    }
  }

  @Test
  void whoGoesAwayWhileWaitingLeavesTheQueue() throws Exception {
    ManagedChannel channel = both.servers().channel("m2");
    long lease =
        LeaseGrpc.newBlockingStub(channel)
            .leaseGrant(LeaseGrantRequest.newBuilder().setTTL(600).build())
            .getID();
    long other =
        LeaseGrpc.newBlockingStub(channel)
            .leaseGrant(LeaseGrantRequest.newBuilder().setTTL(600).build())
            .getID();
    var request = LockRequest.newBuilder().setName(ByteString.copyFromUtf8("queue"));
    var held = LockGrpc.newBlockingStub(channel).lock(request.setLease(lease).build());
    try (Client client = client(both.servers().endpoints())) {
      var waiting = LockGrpc.newFutureStub(channel).lock(request.setLease(other).build());
      Await.until(() -> "two keys", () -> count(client, "queue/") == 2);

      waiting.cancel(true);

      Await.until(() -> "one key", () -> count(client, "queue/") == 1);
      assertThat(held.getKey().toStringUtf8()).isEqualTo("queue/" + Long.toHexString(lease));
    }
    var unused =
        LeaseGrpc.newBlockingStub(channel)
            .leaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease).build());
  }

  private static long count(Client client, String prefix) throws Exception {
    GetOption option = GetOption.builder().isPrefix(true).withCountOnly(true).build();
    return get(client.getKVClient().get(bytes(prefix), option)).getCount();
  }

  private static Client client(List<String> endpoints) {
    return Client.builder()
        .endpoints(endpoints.stream().map(it -> "http://" + it).toArray(String[]::new))
        .build();
  }

  private static String named(ByteSequence key, long first, long second) {
    return key.toString()
        .replace(Long.toHexString(first), "first")
        .replace(Long.toHexString(second), "second");
  }

  private static String failure(CompletableFuture<?> call) throws Exception {
    try {
      return "none: " + get(call);
    } catch (ExecutionException e) {
      return String.valueOf(e.getCause()).replaceAll(".*etcdserver: ", "");
    }
  }

  private static <T> T get(CompletableFuture<T> call) throws Exception {
    return call.get(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }
}
