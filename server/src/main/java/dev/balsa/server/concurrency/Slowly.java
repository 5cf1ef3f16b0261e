package dev.balsa.server.concurrency;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Semaphore;

/** Says no more to a client than it reads: whoever says more waits. For one speaking thread. */
final class Slowly<A> {
  private final ServerCallStreamObserver<A> call;
  private final Semaphore changed = new Semaphore(0);

  Slowly(StreamObserver<A> observer) {
    call = (ServerCallStreamObserver<A>) observer;
    call.setOnReadyHandler(changed::release);
  }

  /** The client went away. */
  void cancelled() {
    changed.release();
  }

  void say(A answer) {
    while (!call.isReady()) {
      if (call.isCancelled()) {
        throw Status.CANCELLED.asRuntimeException();
      }
      try {
        changed.acquire();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Status.CANCELLED.asRuntimeException();
      }
    }
    call.onNext(answer);
  }
}
