package dev.balsa.server.concurrency;

import dev.balsa.proto.Event;
import dev.balsa.proto.WatchCreateRequest;
import dev.balsa.proto.WatchGrpc;
import dev.balsa.proto.WatchRequest;
import dev.balsa.proto.WatchResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A watch that one thread reads by blocking. At most one response waits for it; the rest stays
 * where it comes from.
 */
final class OwnWatch implements ClientResponseObserver<WatchRequest, WatchResponse>, AutoCloseable {
  private sealed interface Signal {
    record Said(WatchResponse response) implements Signal {}

    record Ended(Status reason) implements Signal {}
  }

  private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
  private @Nullable ClientCallStreamObserver<WatchRequest> call; // since beforeStart

  private OwnWatch() {}

  static OwnWatch open(Channel channel, WatchCreateRequest request) {
    OwnWatch watch = new OwnWatch();
    WatchGrpc.newStub(channel)
        .watch(watch)
        .onNext(WatchRequest.newBuilder().setCreateRequest(request).build());
    return watch;
  }

  /**
   * Waits for what comes next.
   *
   * @return a response with events, or the end of a watch that a compaction has overtaken
   * @throws io.grpc.StatusRuntimeException if nothing comes any more
   */
  WatchResponse next() {
    while (true) {
      WatchResponse response = take();
      if (response.getCanceled() && response.getCompactRevision() == 0) {
        throw Status.PERMISSION_DENIED
            .withDescription(response.getCancelReason())
            .asRuntimeException();
      }
      if (response.getCanceled() || response.getEventsCount() > 0) {
        return response;
      }
    }
  }

  /** Waits for a deletion, or until a compaction makes it impossible to tell. */
  void awaitDelete() {
    WatchResponse response;
    do {
      response = next();
    } while (!response.getCanceled()
        && response.getEventsList().stream().noneMatch(OwnWatch::isDelete));
  }

  static boolean isDelete(Event event) {
    return event.getType() == Event.EventType.DELETE;
  }

  private WatchResponse take() {
    Signal signal;
    try {
      signal = signals.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.asRuntimeException();
    }
    return switch (signal) {
      case Signal.Said(WatchResponse response) -> {
        call().request(1);
        yield response;
      }
      case Signal.Ended(Status reason) -> throw reason.asRuntimeException();
    };
  }

  private ClientCallStreamObserver<WatchRequest> call() {
    return Objects.requireNonNull(call);
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<WatchRequest> stream) {
    call = stream;
    stream.disableAutoRequestWithInitial(1);
  }

  @Override
  public void onNext(WatchResponse response) {
    signals.add(new Signal.Said(response));
  }

  @Override
  public void onError(Throwable error) {
    signals.add(new Signal.Ended(Status.fromThrowable(error)));
  }

  @Override
  public void onCompleted() {
    signals.add(new Signal.Ended(Status.UNAVAILABLE.withDescription("watch ended")));
  }

  @Override
  public void close() {
    call().cancel("no longer needed", null);
  }
}
