package dev.balsa.bench.server;

import com.google.protobuf.ByteString;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.PutResponse;
import dev.balsa.proto.WatchCreateRequest;
import dev.balsa.proto.WatchGrpc;
import dev.balsa.proto.WatchRequest;
import dev.balsa.proto.WatchResponse;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * One writer whose key has many watchers: the next put is sent once all of them have heard of the
 * last. Connections are shared out among the watchers, one stream each.
 */
final class FanOut {
  private static final ByteString KEY = ByteString.copyFromUtf8("fan-out");
  private static final ByteString VALUE = ByteString.copyFrom(new byte[256]);
  private static final long PATIENCE_SECONDS = 60;

  private final Connections connections;
  private final int watchers;
  private final CountDownLatch created;
  private final AtomicInteger missing = new AtomicInteger();
  private final Recorder latencies = new Recorder(3);
  private volatile long sentNanos;
  private volatile @Nullable Throwable problem;

  private FanOut(Connections connections, int watchers) {
    this.connections = connections;
    this.watchers = watchers;
    this.created = new CountDownLatch(watchers);
  }

  /**
   * Opens the watchers and begins to write.
   *
   * @param watchers at least one a connection
   * @throws IOException if they are not all there within a minute
   */
  static FanOut start(Connections connections, int watchers)
      throws IOException, InterruptedException {
    FanOut fan = new FanOut(connections, watchers);
    List<? extends Channel> channels = connections.channels();
    for (int i = 0; i < channels.size(); i++) {
      int own = (watchers + channels.size() - 1 - i) / channels.size();
      fan.watch(channels.get(i), own);
    }
    if (!fan.created.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException(
          "%d of %d watchers not created after %d s"
              .formatted(fan.created.getCount(), watchers, PATIENCE_SECONDS),
          fan.problem);
    }
    fan.put();
    return fan;
  }

  private void watch(Channel channel, int count) {
    WatchRequest create =
        WatchRequest.newBuilder()
            .setCreateRequest(WatchCreateRequest.newBuilder().setKey(KEY))
            .build();
    StreamObserver<WatchRequest> stream = WatchGrpc.newStub(channel).watch(new Heard());
    for (int i = 0; i < count; i++) {
      stream.onNext(create);
    }
  }

  private void put() {
    missing.set(watchers);
    sentNanos = System.nanoTime();
    KVGrpc.newStub(connections.channels().getFirst())
        .put(PutRequest.newBuilder().setKey(KEY).setValue(VALUE).build(), new Written());
  }

  /**
   * Nanoseconds from a put until its last watcher had heard of it, since the last call.
   *
   * @throws IOException if a stream or a put has failed: nothing is sent any more then
   */
  Histogram takeLatencies() throws IOException {
    if (problem != null) {
      throw new IOException("a watcher or the writer was refused", problem);
    }
    return latencies.getIntervalHistogram();
  }

  private final class Heard implements StreamObserver<WatchResponse> {
    @Override
    public void onNext(WatchResponse response) {
      if (response.getCreated()) {
        created.countDown();
      }
      if (response.getEventsCount() > 0 && missing.addAndGet(-response.getEventsCount()) == 0) {
        latencies.recordValue(System.nanoTime() - sentNanos);
        put();
      }
    }

    @Override
    public void onError(Throwable reason) {
      problem = reason;
    }

    @Override
    public void onCompleted() {
      problem = new IOException("the member ended a watch");
    }
  }

  private final class Written implements StreamObserver<PutResponse> {
    @Override
    public void onNext(PutResponse response) {
      // The watchers tell when it is done.
    }

    @Override
    public void onError(Throwable reason) {
      problem = reason;
    }

    @Override
    public void onCompleted() {
      // The watchers tell when it is done.
    }
  }
}
