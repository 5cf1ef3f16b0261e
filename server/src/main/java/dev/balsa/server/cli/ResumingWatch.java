package dev.balsa.server.cli;

import dev.balsa.proto.Event;
import dev.balsa.proto.WatchCreateRequest;
import dev.balsa.proto.WatchGrpc;
import dev.balsa.proto.WatchProgressRequest;
import dev.balsa.proto.WatchRequest;
import dev.balsa.proto.WatchResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One watch. If its member goes away it goes on at the next one, from the revision after the last
 * it has seen. Responses come one at a time, so a slow taker slows the stream down.
 */
final class ResumingWatch {
  private final Cluster cluster;
  private final Consumer<WatchResponse> taker;
  private volatile @Nullable Stream current; // the running thread writes, others ask for progress
  private long next; // written between two streams and by the stream, which is one at a time

  /** A watch that hands every response that tells something to {@code taker}. */
  ResumingWatch(Cluster cluster, Consumer<WatchResponse> taker) {
    this.cluster = cluster;
    this.taker = taker;
  }

  /**
   * Watches until the server cancels it; the last response that the taker gets says why.
   *
   * @throws CommandFailure if nobody is left to ask
   */
  void run(WatchCreateRequest create) {
    next = create.getStartRevision();
    for (boolean canceled = false; !canceled; ) {
      WatchCreateRequest from = create.toBuilder().setStartRevision(next).build();
      try {
        canceled = cluster.read(channel -> new Stream().watch(channel, from));
      } catch (StreamEnded goOn) {
        // The next attempt fails by itself if nobody is left.
      }
    }
  }

  /** Asks how far the member is; the answer comes as a response without events. */
  void askProgress() {
    Stream stream = current;
    if (stream != null) {
      stream.askProgress();
    }
  }

  /** The member has gone, after it had answered. */
  private static final class StreamEnded extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private final class Stream implements StreamObserver<WatchResponse> {
    private final CompletableFuture<Boolean> end = new CompletableFuture<>();
    private @Nullable StreamObserver<WatchRequest> requests; // under this object's lock
    private boolean answered; // the stream's thread writes, the end tells

    /** Returns when the server has canceled the watch. */
    boolean watch(Channel channel, WatchCreateRequest create) {
      open(channel, create);
      current = this;
      try {
        return end.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof StatusRuntimeException status) {
          boolean gone = status.getStatus().getCode() == Status.Code.UNAVAILABLE;
          throw gone && answered ? new StreamEnded() : status;
        }
        throw e.getCause() instanceof RuntimeException ours ? ours : new IllegalStateException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandFailure("interrupted");
      } finally {
        current = null;
      }
    }

    private synchronized void open(Channel channel, WatchCreateRequest create) {
      requests = WatchGrpc.newStub(channel).watch(this);
      requests.onNext(WatchRequest.newBuilder().setCreateRequest(create).build());
    }

    synchronized void askProgress() {
      if (requests != null && !end.isDone()) {
        requests.onNext(
            WatchRequest.newBuilder()
                .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                .build());
      }
    }

    @Override
    public void onNext(WatchResponse response) {
      answered = true;
      try {
        take(response);
      } catch (RuntimeException e) {
        end.completeExceptionally(e);
      }
    }

    private void take(WatchResponse response) {
      if (response.getCreated() && !response.getCanceled()) {
        // Whatever came before was not wanted, so an attempt after this one begins here.
        next = next == 0 ? response.getHeader().getRevision() + 1 : next;
        return;
      }
      taker.accept(response);
      for (Event event : response.getEventsList()) {
        next = event.getKv().getModRevision() + 1;
      }
      if (response.getCanceled()) {
        end.complete(true);
      }
    }

    @Override
    public void onError(Throwable error) {
      end.completeExceptionally(Status.fromThrowable(error).asRuntimeException());
    }

    @Override
    public void onCompleted() {
      end.completeExceptionally(Status.UNAVAILABLE.asRuntimeException());
    }
  }
}
