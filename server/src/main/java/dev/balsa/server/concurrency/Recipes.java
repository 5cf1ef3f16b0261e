package dev.balsa.server.concurrency;

import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Runs calls that wait, each on a virtual thread of its own, as long as their callers are there.
 * Thread-safe.
 */
public final class Recipes implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Recipes.class.getName());

  private final CompletableFuture<Channel> channel = new CompletableFuture<>();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("balsa-recipe-", 0).factory());

  /** From now on {@code own} leads to this member's own services. */
  public void connect(Channel own) {
    channel.complete(own);
  }

  /**
   * Runs {@code recipe} for the current call, which it answers; the call ends with it. What the
   * recipe asks of the store ends when the caller goes away.
   */
  <A> void run(StreamObserver<A> observer, Consumer<OwnStore> recipe) {
    run(observer, () -> {}, recipe);
  }

  /** The same for a recipe that waits for more than the store, of which {@code gone} frees it. */
  <A> void run(StreamObserver<A> observer, Runnable gone, Consumer<OwnStore> recipe) {
    ((ServerCallStreamObserver<A>) observer).setOnCancelHandler(gone);
    Metadata carried = Carried.current();
    threads.execute(
        Context.current()
            .wrap(
                () -> {
                  try {
                    recipe.accept(OwnStore.of(channel.join(), carried));
                    observer.onCompleted();
                  } catch (StatusRuntimeException refused) {
                    observer.onError(asEtcd(refused.getStatus()).asRuntimeException());
                  } catch (RuntimeException defect) {
                    LOG.log(Level.ERROR, "a call failed by a bug of the server", defect);
                    observer.onError(Status.INTERNAL.asRuntimeException());
                  }
                }));
  }

  /** As in etcd, what the store refuses on the way keeps its text and loses its code. */
  private static Status asEtcd(Status status) {
    return switch (status.getCode()) {
      case INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION, OUT_OF_RANGE, PERMISSION_DENIED ->
          Status.UNKNOWN.withDescription(status.getDescription());
      default -> status;
    };
  }

  /** Ends what waits. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
