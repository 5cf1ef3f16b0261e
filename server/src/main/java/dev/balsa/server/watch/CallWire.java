package dev.balsa.server.watch;

import dev.balsa.proto.WatchResponse;
import dev.balsa.server.rpc.EtcdError;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The way back over gRPC. What the desk has for a client after one input goes to the thread of the
 * client's connection as a whole, which encodes it and writes it at once.
 */
final class CallWire implements WatchWire {
  /** As much as gRPC itself lets wait for a client before it calls the client not ready. */
  private static final long UNDER_WAY_BYTES_MAX = 32 * 1024;

  private final ServerCallStreamObserver<WatchResponse> call;
  private final Executor connection;
  private final Consumer<CallWire> unsent;
  private Runnable ready = () -> {}; // set before the first response
  private List<WatchResponse> batch = new ArrayList<>(); // the loop's

  /** Sent by the desk, and not yet given to gRPC; the loop adds, the connection's thread takes. */
  private final AtomicLong underWayBytes = new AtomicLong();

  /** Whether the desk was told that the client is not ready for that reason; both write. */
  private volatile boolean awaited;

  /**
   * A way to one client.
   *
   * @param unsent is told when there is something to {@link #flush}
   */
  CallWire(
      ServerCallStreamObserver<WatchResponse> call,
      Executor connection,
      Consumer<CallWire> unsent) {
    this.call = call;
    this.connection = connection;
    this.unsent = unsent;
  }

  /** From now on {@code handler} is told when {@link #isReady} may have become true. */
  void onReady(Runnable handler) {
    ready = handler;
    call.setOnReadyHandler(handler);
  }

  @Override
  public boolean isReady() {
    return call.isReady() && hasRoom();
  }

  private boolean hasRoom() {
    if (underWayBytes.get() < UNDER_WAY_BYTES_MAX) {
      return true;
    }
    awaited = true; // and looks once more: the other thread may have been faster
    return underWayBytes.get() < UNDER_WAY_BYTES_MAX;
  }

  @Override
  public void send(WatchResponse response) {
    if (batch.isEmpty()) {
      unsent.accept(this);
    }
    batch.add(response);
    underWayBytes.addAndGet(response.getSerializedSize());
  }

  /** Gives what was sent to the connection's thread. */
  void flush() {
    if (!batch.isEmpty()) {
      List<WatchResponse> full = batch;
      batch = new ArrayList<>();
      run(() -> give(full));
    }
  }

  private void give(List<WatchResponse> responses) {
    long bytes = 0;
    for (WatchResponse response : responses) {
      bytes += response.getSerializedSize();
      call.onNext(response);
    }
    long left = underWayBytes.addAndGet(-bytes);
    if (awaited && left < UNDER_WAY_BYTES_MAX) {
      awaited = false;
      ready.run();
    }
  }

  @Override
  public void requestNext() {
    call.request(1);
  }

  @Override
  public void end(EtcdError reason) {
    flush();
    run(
        () -> {
          if (!call.isCancelled()) {
            call.onError(reason.exception());
          }
        });
  }

  private void run(Runnable task) {
    try {
      connection.execute(task);
    } catch (RejectedExecutionException closed) {
      underWayBytes.set(0); // the connection has ended with its thread: nobody is left to hear
    }
  }
}
