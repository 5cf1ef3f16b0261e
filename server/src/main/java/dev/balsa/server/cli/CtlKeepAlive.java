package dev.balsa.server.cli;

import dev.balsa.proto.LeaseGrpc;
import dev.balsa.proto.LeaseKeepAliveRequest;
import dev.balsa.proto.LeaseKeepAliveResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ctl lease keep-alive}: renews a lease once, or every third of its life until it ends. */
@Command(name = "keep-alive", description = "Keeps leases alive (renew).")
final class CtlKeepAlive implements Runnable {
  private static final int TIMES_A_LIFE = 3;

  @Parameters(paramLabel = "LEASE", description = "Its id, in hexadecimal.")
  String lease = "";

  @Option(
      names = "--once",
      description = "Resets the keep-alive time to its original value and exits at once.")
  boolean once;

  private final CtlCommand ctl;
  private final Console console;

  CtlKeepAlive(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  @Override
  public void run() {
    Reply.requireFormat(ctl.format);
    long id = CtlLease.parse(lease);
    if (once) {
      LeaseKeepAliveResponse renewed = renew(id);
      if (renewed.getTTL() <= 0) {
        throw new CommandFailure("etcdserver: requested lease not found");
      }
      LeaseReplies.keptAlive(renewed).print(console, ctl.format);
      return;
    }
    for (LeaseKeepAliveResponse it = renew(id); it.getTTL() > 0; it = renew(id)) {
      LeaseReplies.keptAlive(it).print(console, ctl.format);
      console.out().flush();
      pause(it.getTTL());
    }
    console.println("lease " + LeaseReplies.id(id) + " expired or revoked.");
  }

  /** Each time anew, so that another member is asked if one is gone. */
  private LeaseKeepAliveResponse renew(long id) {
    var request = LeaseKeepAliveRequest.newBuilder().setID(id).build();
    return ctl.cluster().read(channel -> new Answer().of(channel, request, ctl.timeoutNanos()));
  }

  private static void pause(long ttlSeconds) {
    try {
      TimeUnit.MILLISECONDS.sleep(ttlSeconds * 1_000 / TIMES_A_LIFE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted");
    }
  }

  /** The first answer of a stream. */
  private static final class Answer implements StreamObserver<LeaseKeepAliveResponse> {
    private final CompletableFuture<LeaseKeepAliveResponse> first = new CompletableFuture<>();

    LeaseKeepAliveResponse of(Channel channel, LeaseKeepAliveRequest request, long timeoutNanos) {
      StreamObserver<LeaseKeepAliveRequest> requests =
          LeaseGrpc.newStub(channel).leaseKeepAlive(this);
      requests.onNext(request);
      try {
        LeaseKeepAliveResponse answer = first.get(timeoutNanos, TimeUnit.NANOSECONDS);
        requests.onCompleted();
        return answer;
      } catch (ExecutionException e) {
        throw Status.fromThrowable(e).asRuntimeException();
      } catch (TimeoutException e) {
        throw Status.DEADLINE_EXCEEDED.withCause(e).asRuntimeException();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Status.CANCELLED.withCause(e).asRuntimeException();
      }
    }

    @Override
    public void onNext(LeaseKeepAliveResponse response) {
      first.complete(response);
    }

    @Override
    public void onError(Throwable error) {
      first.completeExceptionally(error);
    }

    @Override
    public void onCompleted() {
      first.completeExceptionally(Status.UNAVAILABLE.asRuntimeException());
    }
  }
}
