package dev.balsa.server.cli;

import dev.balsa.proto.LeaseGrantRequest;
import dev.balsa.proto.LeaseGrpc;
import dev.balsa.proto.LeaseKeepAliveRequest;
import dev.balsa.proto.LeaseKeepAliveResponse;
import dev.balsa.proto.LeaseRevokeRequest;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A lease that lives as long as the command does, and not much longer if that is killed. */
final class LeaseSession implements AutoCloseable {
  private static final int RENEWALS_IN_TTL = 3;

  private final Channel channel;
  private final long id;
  private final long timeoutNanos;
  private final CompletableFuture<String> lost = new CompletableFuture<>();
  private final ScheduledExecutorService renewing =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("renew").daemon().factory());

  private LeaseSession(Channel channel, long id, long timeoutNanos) {
    this.channel = channel;
    this.id = id;
    this.timeoutNanos = timeoutNanos;
  }

  /** Makes a lease of {@code ttlSeconds} and begins to renew it; calls take at most the timeout. */
  static LeaseSession open(Channel channel, long ttlSeconds, long timeoutNanos) {
    var granted =
        LeaseGrpc.newBlockingStub(channel)
            .withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS)
            .leaseGrant(LeaseGrantRequest.newBuilder().setTTL(ttlSeconds).build());
    LeaseSession session = new LeaseSession(channel, granted.getID(), timeoutNanos);
    session.renew(Math.max(1, granted.getTTL() * 1_000 / RENEWALS_IN_TTL));
    return session;
  }

  private void renew(long everyMillis) {
    StreamObserver<LeaseKeepAliveRequest> requests =
        LeaseGrpc.newStub(channel).leaseKeepAlive(new Renewals());
    LeaseKeepAliveRequest request = LeaseKeepAliveRequest.newBuilder().setID(id).build();
    var unused =
        renewing.scheduleAtFixedRate(
            () -> requests.onNext(request), everyMillis, everyMillis, TimeUnit.MILLISECONDS);
  }

  private final class Renewals implements StreamObserver<LeaseKeepAliveResponse> {
    @Override
    public void onNext(LeaseKeepAliveResponse renewed) {
      if (renewed.getTTL() <= 0) {
        lost.complete("the lease has ended");
      }
    }

    @Override
    public void onError(Throwable error) {
      lost.complete("the lease cannot be renewed: " + error.getMessage());
    }

    @Override
    public void onCompleted() {
      lost.complete("the lease is renewed no longer");
    }
  }

  long id() {
    return id;
  }

  /** Completes with the reason when the lease is not kept alive any more. */
  CompletableFuture<String> lost() {
    return lost;
  }

  /** Ends the lease and all that hangs on it; if nobody answers, it ends by itself. */
  @Override
  public void close() {
    renewing.shutdownNow();
    try {
      var unused =
          LeaseGrpc.newBlockingStub(channel)
              .withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS)
              .leaseRevoke(LeaseRevokeRequest.newBuilder().setID(id).build());
    } catch (StatusRuntimeException e) {
      throw new CommandFailure(
          "lease %s could not be revoked (%s); it ends by itself"
              .formatted(Long.toHexString(id), Cluster.reason(e)));
    }
  }
}
