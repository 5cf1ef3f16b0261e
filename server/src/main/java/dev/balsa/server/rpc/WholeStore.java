package dev.balsa.server.rpc;

import dev.balsa.node.Consistency;
import dev.balsa.node.ReadOutcome;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.backend.ServerMachine;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Questions that need the whole store: it is frozen on the thread that applies commands and read on
 * another one, while commands are applied again. A few at a time, since a frozen store holds
 * memory. Thread-safe.
 */
final class WholeStore {
  private static final Logger LOG = System.getLogger(WholeStore.class.getName());

  /** More than this at one time are refused. */
  private static final int QUESTIONS_MAX = 4;

  private final Backend backend;
  private final Semaphore free = new Semaphore(QUESTIONS_MAX);

  WholeStore(Backend backend) {
    this.backend = backend;
  }

  /**
   * Freezes this member's own store, as it is, and has it read.
   *
   * @param read answers {@code observer} and lets go of what is frozen; may block; if it throws,
   *     the observer gets the error
   */
  <F> void ask(
      Function<? super ServerMachine, ? extends F> freeze,
      Consumer<? super F> read,
      StreamObserver<?> observer) {
    if (!free.tryAcquire()) {
      observer.onError(EtcdError.TOO_MANY_REQUESTS.exception());
      return;
    }
    var unused =
        backend
            .<F>read(Consistency.STALE, freeze)
            .thenAccept(
                outcome -> {
                  switch (outcome) {
                    case ReadOutcome.Served<F>(F frozen, var index, var path, var age) ->
                        Thread.ofVirtual()
                            .name("balsa-whole-store")
                            .start(() -> run(() -> read.accept(frozen), observer));
                    case ReadOutcome.Refused<F> refused -> end(observer, EtcdError.UNHEALTHY);
                    case ReadOutcome.Stopped<F> stopped -> end(observer, EtcdError.STOPPED);
                  }
                });
  }

  private void run(Runnable read, StreamObserver<?> observer) {
    try {
      read.run();
    } catch (StatusRuntimeException ended) {
      observer.onError(ended);
    } catch (RuntimeException broken) {
      LOG.log(Level.ERROR, "reading the whole store broke", broken);
      observer.onError(
          Status.INTERNAL
              .withDescription("etcdserver: internal error, see the server's log")
              .asRuntimeException());
    } finally {
      free.release();
    }
  }

  private void end(StreamObserver<?> observer, EtcdError error) {
    free.release();
    observer.onError(error.exception());
  }
}
