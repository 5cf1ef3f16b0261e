package dev.balsa.server.cli;

import dev.balsa.proto.Event;
import dev.balsa.proto.WatchCreateRequest;
import dev.balsa.proto.WatchGrpc;
import dev.balsa.proto.WatchRequest;
import dev.balsa.proto.WatchResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One watch, printed as it comes. If its member goes away it goes on at the next one, from the
 * revision after the last it has seen. Responses come one at a time, so a slow reader of the output
 * slows the stream down.
 */
final class Watching {
  private final Cluster cluster;
  private final Console console;
  private final String format;
  private final boolean hex;

  Watching(Cluster cluster, Console console, String format, boolean hex) {
    this.cluster = cluster;
    this.console = console;
    this.format = format;
    this.hex = hex;
  }

  /**
   * Prints until the watch ends.
   *
   * @param each called with every event after it was printed
   * @throws CommandFailure at the end, since nobody asked for one
   */
  void run(WatchCreateRequest create, Consumer<Event> each) {
    long[] next = {create.getStartRevision()};
    while (true) {
      WatchCreateRequest from = create.toBuilder().setStartRevision(next[0]).build();
      try {
        cluster.read(channel -> new Stream(each, next).watch(channel, from));
        throw new CommandFailure("watch is canceled by the server");
      } catch (StreamEnded goOn) {
        // The next attempt fails by itself if nobody is left.
      }
    }
  }

  /** The member has gone, after it had answered. */
  private static final class StreamEnded extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private final class Stream implements StreamObserver<WatchResponse> {
    private final Consumer<Event> each;
    private final long[] next;
    private final CompletableFuture<Boolean> end = new CompletableFuture<>();
    private boolean answered; // the stream's thread writes, the end tells

    Stream(Consumer<Event> each, long[] next) {
      this.each = each;
      this.next = next;
    }

    /** Returns when the server has canceled the watch. */
    boolean watch(Channel channel, WatchCreateRequest create) {
      StreamObserver<WatchRequest> requests = WatchGrpc.newStub(channel).watch(this);
      requests.onNext(WatchRequest.newBuilder().setCreateRequest(create).build());
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
      if (response.getCanceled()) {
        console.tell("watch was canceled (" + reason(response) + ")");
        show(response);
        end.complete(true);
        return;
      }
      if (response.getCreated()) {
        // Whatever came before was not wanted, so an attempt after this one begins here.
        next[0] = next[0] == 0 ? response.getHeader().getRevision() + 1 : next[0];
        return;
      }
      show(response);
      for (Event event : response.getEventsList()) {
        each.accept(event);
        next[0] = event.getKv().getModRevision() + 1;
      }
    }

    private void show(WatchResponse response) {
      if (format.equals("simple")) {
        showSimply(response);
      } else {
        reply(response).print(console, format);
      }
      console.out().flush();
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

  private static String reason(WatchResponse response) {
    if (response.getCompactRevision() != 0) {
      return "etcdserver: mvcc: required revision has been compacted";
    }
    return response.getCancelReason().isEmpty()
        ? "etcdserver: mvcc: required revision is a future revision"
        : response.getCancelReason();
  }

  /** Keys and values leave byte for byte, which text would not keep. */
  private void showSimply(WatchResponse response) {
    SimplePrinter printer = new SimplePrinter(console, hex);
    if (response.getEventsCount() == 0 && !response.getCanceled()) {
      console.println("progress notify: " + response.getHeader().getRevision());
    }
    for (Event event : response.getEventsList()) {
      console.println(event.getType().name());
      if (event.hasPrevKv()) {
        printer.keyValue(event.getPrevKv());
      }
      printer.keyValue(event.getKv());
    }
  }

  private static Reply reply(WatchResponse response) {
    FieldLines fields = new FieldLines().header(response.getHeader());
    for (Event event : response.getEventsList()) {
      fields.field("Type", event.getType());
      if (event.hasPrevKv()) {
        fields.keyValue("Prev", event.getPrevKv());
      }
      fields.keyValue("", event.getKv());
    }
    String events =
        response.getEventsList().stream().map(GoJson::of).collect(Collectors.joining(","));
    String json =
        "{\"Header\":%s,\"Events\":[%s],\"CompactRevision\":%d,\"Canceled\":%s,\"Created\":%s}\n"
            .formatted(
                GoJson.of(response.getHeader()),
                events,
                response.getCompactRevision(),
                response.getCanceled(),
                response.getCreated());
    return new Reply("", json, fields.toString());
  }
}
