package dev.balsa.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.proto.Event;
import dev.balsa.proto.WatchCancelRequest;
import dev.balsa.proto.WatchCreateRequest;
import dev.balsa.proto.WatchGrpc;
import dev.balsa.proto.WatchProgressRequest;
import dev.balsa.proto.WatchRequest;
import dev.balsa.proto.WatchResponse;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One watch stream; its answers are waited for, never timed. For one thread. */
public final class WatchClient implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final BlockingQueue<WatchResponse> responses = new LinkedBlockingQueue<>();
  private final CompletableFuture<Status> end = new CompletableFuture<>();
  private final Responses observer = new Responses();
  private final Context.CancellableContext context = Context.current().withCancellation();

  private final class Responses implements ClientResponseObserver<WatchRequest, WatchResponse> {
    @Nullable ClientCallStreamObserver<WatchRequest> requests;

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchRequest> call) {
      requests = call;
    }

    @Override
    public void onNext(WatchResponse response) {
      responses.add(response);
    }

    @Override
    public void onError(Throwable thrown) {
      end.complete(Status.fromThrowable(thrown));
    }

    @Override
    public void onCompleted() {
      end.complete(Status.OK);
    }
  }

  /** Opens a stream over {@code channel}. */
  public WatchClient(Channel channel) {
    Context before = context.attach();
    try {
      var unused = WatchGrpc.newStub(channel).watch(observer);
    } finally {
      context.detach(before);
    }
  }

  /** Creates a watcher and returns the answer, which comes before any event. */
  public WatchResponse create(WatchCreateRequest.Builder request) throws InterruptedException {
    send(WatchRequest.newBuilder().setCreateRequest(request).build());
    WatchResponse created = next();
    assertThat(created.getCreated()).as("%s", created).isTrue();
    return created;
  }

  public void cancel(long id) {
    send(
        WatchRequest.newBuilder()
            .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(id))
            .build());
  }

  public void requestProgress() {
    send(
        WatchRequest.newBuilder()
            .setProgressRequest(WatchProgressRequest.getDefaultInstance())
            .build());
  }

  public void send(WatchRequest request) {
    requests().onNext(request);
  }

  /** Says that no request follows. */
  public void halfClose() {
    requests().onCompleted();
  }

  private ClientCallStreamObserver<WatchRequest> requests() {
    ClientCallStreamObserver<WatchRequest> requests = observer.requests;
    if (requests == null) {
      throw new IllegalStateException("the stream was not started");
    }
    return requests;
  }

  /** The next response, waited for. */
  public WatchResponse next() throws InterruptedException {
    WatchResponse response = responses.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (response == null) {
      throw new AssertionError("no response; the stream " + (end.isDone() ? end.join() : "lives"));
    }
    return response;
  }

  /** The next {@code count} events, in as many responses as they come, all of one watcher. */
  public List<Event> events(int count) throws InterruptedException {
    List<Event> events = new ArrayList<>();
    while (events.size() < count) {
      events.addAll(next().getEventsList());
    }
    return events;
  }

  /** How the stream ends. */
  public Status end() throws Exception {
    return end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  public static WatchCreateRequest.Builder key(String key) {
    return WatchCreateRequest.newBuilder().setKey(ByteString.copyFromUtf8(key));
  }

  public static WatchCreateRequest.Builder range(String key, String end) {
    return key(key).setRangeEnd(ByteString.copyFromUtf8(end));
  }

  /** An event as {@code +key=value} or {@code -key}, with its revision. */
  public static String text(Event event) {
    String key = event.getKv().getKey().toStringUtf8();
    String change =
        event.getType() == Event.EventType.DELETE
            ? "-" + key
            : "+" + key + "=" + event.getKv().getValue().toStringUtf8();
    return change + "@" + event.getKv().getModRevision();
  }

  @Override
  public void close() {
    context.cancel(null);
  }
}
