package dev.balsa.server.cli;

import com.google.protobuf.ByteString;
import dev.balsa.proto.Compare;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.LeaseGrantRequest;
import dev.balsa.proto.LeaseGrantResponse;
import dev.balsa.proto.LeaseGrpc;
import dev.balsa.proto.LeaseRevokeRequest;
import dev.balsa.proto.MaintenanceGrpc;
import dev.balsa.proto.MoveLeaderRequest;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.StatusRequest;
import dev.balsa.proto.StatusResponse;
import dev.balsa.proto.TxnRequest;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Works on a cluster as clients do, with a bit of all that most of them ask for, and then long with
 * what takes a JVM longest to be quick at, because little of it happens in a second: one put after
 * the other, of which many watchers hear. The first member leads, and then follows.
 */
final class Rehearsal implements AutoCloseable {
  private static final int CONNECTIONS = 30;
  private static final int CLIENTS = 100;
  private static final int KEYS = 10_000;
  private static final int VALUE_BYTES = 256;
  private static final int KINDS = 6; // of work
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(200);

  private final List<ManagedChannel> channels; // to the members in turn
  private final int members;
  private final Duration length;
  private final Runnable meanwhile;

  /**
   * Connects to members at these endpoints, to work for {@code length}.
   *
   * @param meanwhile is done now and then while they are waited for; it may throw
   */
  Rehearsal(List<String> endpoints, Duration length, Runnable meanwhile) {
    this.length = length;
    this.meanwhile = meanwhile;
    members = endpoints.size();
    channels =
        IntStream.range(0, CONNECTIONS)
            .<ManagedChannel>mapToObj(
                i ->
                    NettyChannelBuilder.forTarget(endpoints.get(i % endpoints.size()))
                        .usePlaintext()
                        .build())
            .toList();
  }

  /** Something that clients ask for, once. */
  @FunctionalInterface
  private interface Work {
    void on(Channel channel);
  }

  /**
   * Does everything.
   *
   * @throws CommandFailure if the cluster does not come up, or refuses something
   */
  void run() {
    letLead(0);
    everything(length.dividedBy(KINDS * 5L));
    watch(length.dividedBy(2));
    letLead(1);
    watch(length.multipliedBy(3).dividedBy(10));
  }

  private void everything(Duration each) {
    many(CLIENTS, each, Rehearsal::put);
    many(1, each, Rehearsal::put);
    many(CLIENTS, each, channel -> get(channel, false));
    many(CLIENTS, each, channel -> get(channel, true));
    many(CLIENTS, each, Rehearsal::txn);
    many(1, each, Rehearsal::lease);
  }

  /**
   * Has so many clients work side by side, each with one request at a time. A busy machine may
   * refuse one, which ends that client's part: code runs, and that is all.
   */
  private void many(int clients, Duration each, Work work) {
    long end = System.nanoTime() + each.toNanos();
    AtomicLong answered = new AtomicLong();
    AtomicReference<RuntimeException> refused = new AtomicReference<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < clients; i++) {
        Channel channel = channels.get(i % channels.size());
        threads.execute(
            () -> {
              try {
                do {
                  work.on(channel);
                  answered.incrementAndGet();
                } while (System.nanoTime() - end < 0);
              } catch (StatusRuntimeException | CompletionException e) {
                refused.set(e);
              }
            });
      }
    }
    if (answered.get() == 0) {
      throw new CommandFailure(
          "the members answered nothing (%s), so nothing is prepared; is this machine very busy? try again"
              .formatted(refused.get()));
    }
  }

  private static void put(Channel channel) {
    var unused = KVGrpc.newBlockingStub(channel).put(anyPut().build());
  }

  private static void get(Channel channel, boolean serializable) {
    RangeRequest request =
        RangeRequest.newBuilder().setKey(anyKey()).setSerializable(serializable).build();
    var unused = KVGrpc.newBlockingStub(channel).range(request);
  }

  private static void txn(Channel channel) {
    PutRequest put = anyPut().build();
    TxnRequest request =
        TxnRequest.newBuilder()
            .addCompare(
                Compare.newBuilder()
                    .setTarget(Compare.CompareTarget.VERSION)
                    .setResult(Compare.CompareResult.GREATER)
                    .setKey(put.getKey()))
            .addSuccess(RequestOp.newBuilder().setRequestPut(put))
            .addFailure(RequestOp.newBuilder().setRequestPut(put))
            .build();
    var unused = KVGrpc.newBlockingStub(channel).txn(request);
  }

  private static void lease(Channel channel) {
    LeaseGrpc.LeaseBlockingStub leases = LeaseGrpc.newBlockingStub(channel);
    LeaseGrantResponse lease = leases.leaseGrant(LeaseGrantRequest.newBuilder().setTTL(60).build());
    var unused = KVGrpc.newBlockingStub(channel).put(anyPut().setLease(lease.getID()).build());
    var unusedEnd =
        leases.leaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease.getID()).build());
  }

  private static PutRequest.Builder anyPut() {
    byte[] value = new byte[VALUE_BYTES];
    ThreadLocalRandom.current().nextBytes(value);
    return PutRequest.newBuilder().setKey(anyKey()).setValue(ByteString.copyFrom(value));
  }

  private static ByteString anyKey() {
    return ByteString.copyFromUtf8("%08d".formatted(ThreadLocalRandom.current().nextInt(KEYS)));
  }

  /** One key has many watchers, who all hear of each put before the next. */
  private void watch(Duration each) {
    RehearsalWatchers watchers = RehearsalWatchers.open(channels);
    many(1, each, watchers::putAndHear);
    watchers.end();
  }

  /** Has the member of that number lead. */
  private void letLead(int member) {
    long begun = System.nanoTime();
    while (!leads(member)) {
      meanwhile.run();
      if (System.nanoTime() - begun > PATIENCE.toNanos()) {
        throw new CommandFailure(
            "three members on this machine have not agreed on a leader within %d s, so nothing is prepared; is it very busy? try again"
                .formatted(PATIENCE.toSeconds()));
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  /** Whether it does by now; if another one does, that is asked to step back. */
  private boolean leads(int member) {
    try {
      long wanted = status(member).getHeader().getMemberId();
      for (int other = 0; other < members; other++) {
        StatusResponse status = status(other);
        if (status.getLeader() == status.getHeader().getMemberId() && other != member) {
          var unused =
              MaintenanceGrpc.newBlockingStub(channels.get(other))
                  .moveLeader(MoveLeaderRequest.newBuilder().setTargetID(wanted).build());
        }
      }
      return status(member).getLeader() == wanted;
    } catch (StatusRuntimeException notYet) {
      return false; // a member is just starting, or an election was faster
    }
  }

  private StatusResponse status(int member) {
    return MaintenanceGrpc.newBlockingStub(channels.get(member))
        .withWaitForReady()
        .withDeadlineAfter(LOOK.toNanos(), TimeUnit.NANOSECONDS)
        .status(StatusRequest.getDefaultInstance());
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
