package dev.balsa.server.cli;

import com.google.protobuf.ByteString;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.WatchCreateRequest;
import dev.balsa.proto.WatchGrpc;
import dev.balsa.proto.WatchRequest;
import dev.balsa.proto.WatchResponse;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Many watchers of one key, several on each connection. */
final class RehearsalWatchers {
  private static final int EACH = 10;
  private static final long PATIENCE_SECONDS = 60;
  private static final ByteString KEY = ByteString.copyFromUtf8("watched");
  private static final ByteString VALUE = ByteString.copyFrom(new byte[256]);

  private final int count;
  private final List<StreamObserver<WatchRequest>> streams;
  private final AtomicInteger missing = new AtomicInteger();
  private volatile CompletableFuture<Void> heard = new CompletableFuture<>();

  private RehearsalWatchers(List<? extends Channel> channels) {
    count = EACH * channels.size();
    missing.set(count);
    streams =
        channels.stream().map(channel -> WatchGrpc.newStub(channel).watch(new Heard())).toList();
  }

  /** Opens them and waits until all are there. */
  static RehearsalWatchers open(List<? extends Channel> channels) {
    RehearsalWatchers watchers = new RehearsalWatchers(channels);
    WatchRequest create =
        WatchRequest.newBuilder()
            .setCreateRequest(WatchCreateRequest.newBuilder().setKey(KEY))
            .build();
    for (StreamObserver<WatchRequest> stream : watchers.streams) {
      for (int i = 0; i < EACH; i++) {
        stream.onNext(create);
      }
    }
    watchers.awaitAll();
    return watchers;
  }

  /** Writes the key and waits until all have heard of that. One thread at a time. */
  void putAndHear(Channel channel) {
    heard = new CompletableFuture<>();
    missing.set(count);
    var unused =
        KVGrpc.newBlockingStub(channel)
            .put(PutRequest.newBuilder().setKey(KEY).setValue(VALUE).build());
    awaitAll();
  }

  private void awaitAll() {
    heard.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  /** Ends all streams. */
  void end() {
    streams.forEach(StreamObserver::onCompleted);
  }

  private final class Heard implements StreamObserver<WatchResponse> {
    @Override
    public void onNext(WatchResponse response) {
      boolean counts = response.getCreated() || response.getEventsCount() > 0;
      if (counts && missing.decrementAndGet() == 0) {
        heard.complete(null);
      }
    }

    @Override
    public void onError(Throwable reason) {
      heard.completeExceptionally(reason);
    }

    @Override
    public void onCompleted() {
      // The member ends it because the client has.
    }
  }
}
