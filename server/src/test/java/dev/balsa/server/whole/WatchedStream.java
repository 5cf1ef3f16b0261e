package dev.balsa.server.whole;

import static dev.balsa.proto.WatchCreateRequest.FilterType.NODELETE;
import static dev.balsa.proto.WatchCreateRequest.FilterType.NOPUT;

import com.google.protobuf.ByteString;
import dev.balsa.proto.Event;
import dev.balsa.proto.WatchCreateRequest;
import dev.balsa.proto.WatchGrpc;
import dev.balsa.proto.WatchRequest;
import dev.balsa.proto.WatchRequest.RequestUnionCase;
import dev.balsa.proto.WatchResponse;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** A watch stream and what each of its watchers was told, in common names. Thread-safe. */
final class WatchedStream implements StreamObserver<WatchResponse>, AutoCloseable {
  /** Under this are answers of no single watcher: refusals and progress. */
  private static final long NOBODY = -1;

  private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);

  private final Names names;
  private final Context.CancellableContext context = Context.ROOT.withCancellation();
  private final StreamObserver<WatchRequest> requests;
  private final Map<Long, List<String>> told = new TreeMap<>();
  private final TreeSet<Long> live = new TreeSet<>();
  private final Map<Long, WatchCreateRequest> wishes = new TreeMap<>(); // of who ever lived
  private final Deque<WatchCreateRequest> asked = new ArrayDeque<>();
  private final Deque<CompletableFuture<Answer>> creations = new ArrayDeque<>();
  private final Map<Long, CompletableFuture<Answer>> cancellations = new TreeMap<>();
  private final Deque<CompletableFuture<Answer>> progress = new ArrayDeque<>();

  WatchedStream(Channel channel, Names names) {
    this.names = names;
    Context before = context.attach();
    try {
      requests = WatchGrpc.newStub(channel).watch(this);
    } finally {
      context.detach(before);
    }
  }

  /** Sends a request and waits for what must be answered to it, if that is anything. */
  synchronized CompletableFuture<Answer> send(WatchRequest request) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    RequestUnionCase kind = request.getRequestUnionCase();
    if (kind == RequestUnionCase.CREATE_REQUEST) {
      creations.add(answer);
      asked.add(request.getCreateRequest());
    } else if (kind == RequestUnionCase.PROGRESS_REQUEST) {
      progress.add(answer);
    } else if (kind == RequestUnionCase.CANCEL_REQUEST
        && live.contains(request.getCancelRequest().getWatchId())) {
      cancellations.put(request.getCancelRequest().getWatchId(), answer);
    } else {
      answer.complete(new Answer("silence", 0, null));
    }
    requests.onNext(request);
    return answer;
  }

  @Override
  public synchronized void onNext(WatchResponse response) {
    Answer answer = Answer.of(response, names);
    long id = response.getWatchId();
    if (response.getCreated()) {
      creations.remove().complete(answer);
      WatchCreateRequest wish = asked.remove();
      if (!response.getCanceled()) {
        live.add(id);
        wishes.put(id, wish);
      }
    } else if (response.getCanceled()) {
      live.remove(id);
      CompletableFuture<Answer> asked = cancellations.remove(id);
      if (asked != null) {
        asked.complete(answer);
      }
    } else if (response.getEventsCount() == 0 && id == NOBODY && !progress.isEmpty()) {
      progress.remove().complete(answer);
    }
    write(id, response, answer);
  }

  private void write(long id, WatchResponse response, Answer answer) {
    List<String> lines = told.computeIfAbsent(id, n -> new ArrayList<>());
    if (response.getEventsCount() == 0) {
      lines.add(answer.text());
    }
    // How many responses the events come in is a matter of time.
    for (Event event : response.getEventsList()) {
      if (response.getHeader().getRevision() < event.getKv().getModRevision()) {
        lines.add("an event beyond the header's revision: " + response);
      }
      lines.add(names.common(event).toString());
    }
  }

  /** What each watcher was told so far. */
  synchronized Map<Long, List<String>> told() {
    Map<Long, List<String>> copy = new TreeMap<>();
    told.forEach((id, lines) -> copy.put(id, List.copyOf(lines)));
    return copy;
  }

  /**
   * Whether everyone has been told all that there is, given that every key of {@code keys} was put
   * in the last revision but one and deleted in {@code last}.
   */
  synchronized boolean isSettled(List<ByteString> keys, long last) {
    return live.stream().allMatch(id -> isSettled(id, keys, last));
  }

  private boolean isSettled(long id, List<ByteString> keys, long last) {
    WatchCreateRequest wish = wishes.getOrDefault(id, WatchCreateRequest.getDefaultInstance());
    boolean toCome =
        wish.getStartRevision() >= last
            || keys.stream().noneMatch(key -> covers(wish, key))
            || wish.getFiltersList().containsAll(List.of(NOPUT, NODELETE));
    long awaited = wish.getFiltersList().contains(NODELETE) ? last - 1 : last;
    String mark = "mod_revision: " + awaited + "\n";
    return toCome
        || told.getOrDefault(id, List.of()).stream().anyMatch(line -> line.contains(mark));
  }

  private static boolean covers(WatchCreateRequest wish, ByteString key) {
    Comparator<ByteString> order = ByteString.unsignedLexicographicalComparator();
    ByteString end = wish.getRangeEnd();
    if (end.isEmpty()) {
      return wish.getKey().equals(key);
    }
    return order.compare(wish.getKey(), key) <= 0
        && (end.equals(ZERO) || order.compare(key, end) < 0);
  }

  @Override
  public synchronized void onError(Throwable thrown) {
    end(Status.fromThrowable(thrown));
  }

  @Override
  public synchronized void onCompleted() {
    end(Status.OK);
  }

  private void end(Status status) {
    Answer answer = Answer.of(status);
    creations.forEach(it -> it.complete(answer));
    cancellations.values().forEach(it -> it.complete(answer));
    progress.forEach(it -> it.complete(answer));
    live.clear();
    told.computeIfAbsent(NOBODY, n -> new ArrayList<>()).add(answer.text());
  }

  @Override
  public void close() {
    context.cancel(null);
  }
}
