package dev.balsa.server.lease;

import dev.balsa.proto.LeaseKeepAliveRequest;
import dev.balsa.proto.LeaseKeepAliveResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.BiConsumer;

/**
 * One client's stream of keep-alives. Answers come as they are ready and name their lease; no more
 * requests are taken in than answers are read. Answers come from several threads, one at a time by
 * the lock.
 */
final class KeepAliveStream implements StreamObserver<LeaseKeepAliveRequest> {
  /** Requests under way at once. */
  static final int OPEN_MAX = 256;

  private final ServerCallStreamObserver<LeaseKeepAliveResponse> call;
  private final BiConsumer<LeaseKeepAliveRequest, KeepAliveStream> serve;
  private int open;
  private int owed; // requests to be let in once the client reads answers
  private boolean halfClosed;
  private boolean ended;

  KeepAliveStream(
      ServerCallStreamObserver<LeaseKeepAliveResponse> call,
      BiConsumer<LeaseKeepAliveRequest, KeepAliveStream> serve) {
    this.call = call;
    this.serve = serve;
  }

  /** Lets the first requests come in. */
  void begin(Runnable whenOver) {
    call.disableAutoRequest();
    call.setOnReadyHandler(this::becameReady);
    call.setOnCancelHandler(
        () -> {
          over();
          whenOver.run();
        });
    call.setOnCloseHandler(whenOver);
    call.request(OPEN_MAX);
  }

  @Override
  public void onNext(LeaseKeepAliveRequest request) {
    synchronized (this) {
      open++;
    }
    serve.accept(request, this);
  }

  synchronized void answer(LeaseKeepAliveResponse response) {
    open--;
    if (ended) {
      return;
    }
    call.onNext(response);
    owed++;
    if (call.isReady()) {
      becameReady();
    }
    completeIfDone();
  }

  synchronized void fail(Throwable error) {
    open--;
    if (!ended) {
      ended = true;
      call.onError(error);
    }
  }

  /** Ends the stream from this side. */
  synchronized void end(Status reason) {
    if (!ended) {
      ended = true;
      call.onError(reason.asRuntimeException());
    }
  }

  @Override
  public synchronized void onError(Throwable gone) {
    ended = true;
  }

  @Override
  public synchronized void onCompleted() {
    halfClosed = true;
    completeIfDone();
  }

  private synchronized void over() {
    ended = true;
  }

  private synchronized void becameReady() {
    if (!ended && owed > 0) {
      call.request(owed);
      owed = 0;
    }
  }

  private void completeIfDone() {
    if (halfClosed && open == 0 && !ended) {
      ended = true;
      call.onCompleted();
    }
  }
}
