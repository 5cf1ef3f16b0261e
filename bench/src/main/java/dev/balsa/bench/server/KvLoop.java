package dev.balsa.bench.server;

import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.PutResponse;
import dev.balsa.proto.RangeResponse;
import dev.balsa.proto.TxnResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToIntFunction;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a fixed number of requests outstanding over given connections: each answer sends the next
 * request, on the connections' event loop.
 */
final class KvLoop {
  /** Instead of a key: this slot has nothing more to do. */
  static final int NO_KEY = -1;

  private static final long RETRY_MILLIS = 50;
  private static final long DRAIN_SECONDS = 60;

  private final Keyspace keys;
  private final ServerLoad load;
  private final ToIntFunction<Slot> nextKey;
  private final LongAdder failed = new LongAdder();
  private final Recorder latencies = new Recorder(3);
  private final CountDownLatch retired;
  private final ScheduledExecutorService retries =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  // Written by the thread that runs the load, read by the event loop.
  private volatile boolean running = true;

  private KvLoop(Keyspace keys, ServerLoad load, ToIntFunction<Slot> nextKey) {
    this.keys = keys;
    this.load = load;
    this.nextKey = nextKey;
    this.retired = new CountDownLatch(load.outstanding());
  }

  /**
   * Starts a load.
   *
   * @param nextKey draws the next key for a slot, or {@link #NO_KEY}
   */
  static KvLoop start(
      Keyspace keys, ServerLoad load, Connections connections, ToIntFunction<Slot> nextKey) {
    KvLoop loop = new KvLoop(keys, load, nextKey);
    List<? extends Channel> channels = connections.channels();
    for (int i = 0; i < load.outstanding(); i++) {
      loop.new Slot(i, channels.get(i % channels.size())).next();
    }
    return loop;
  }

  /** The latencies in nanoseconds since the last call, or the start. */
  Histogram takeLatencies() {
    return latencies.getIntervalHistogram();
  }

  /** How many requests failed so far; each is tried again after a pause. */
  long failed() {
    return failed.sum();
  }

  /** Sends no more and waits for what is outstanding. */
  void drain() throws IOException, InterruptedException {
    running = false;
    awaitRetired(DRAIN_SECONDS);
  }

  /**
   * Waits until every slot has run out of keys.
   *
   * @throws IOException if that takes longer than {@code seconds}
   */
  void awaitRetired(long seconds) throws IOException, InterruptedException {
    boolean drained = retired.await(seconds, TimeUnit.SECONDS);
    retries.shutdownNow();
    if (!drained) {
      throw new IOException(
          "load %s: %d of %d slots not done after %d s"
              .formatted(load, retired.getCount(), load.outstanding(), seconds));
    }
  }

  /** One request at a time. */
  final class Slot {
    private final int index;
    private final Channel channel;

    private Slot(int index, Channel channel) {
      this.index = index;
      this.channel = channel;
    }

    /** Its place among the outstanding requests, from 0. */
    int index() {
      return index;
    }

    private void next() {
      attempt(running ? nextKey.applyAsInt(this) : NO_KEY);
    }

    private void attempt(int key) {
      if (key == NO_KEY || !running) {
        retired.countDown();
        return;
      }
      switch (load.operation()) {
        case PUT -> send(KVGrpc.getPutMethod(), keys.put(key), new PutAnswer(key));
        case RANGE -> send(KVGrpc.getRangeMethod(), keys.range(key), new RangeAnswer(key));
        case SERIALIZABLE_RANGE ->
            send(KVGrpc.getRangeMethod(), keys.serializableRange(key), new RangeAnswer(key));
        case TXN -> send(KVGrpc.getTxnMethod(), keys.txn(key), new TxnAnswer(key));
      }
    }

    private <Q, A> void send(MethodDescriptor<Q, A> method, Q request, Answer<A> answer) {
      ClientCalls.asyncUnaryCall(channel.newCall(method, CallOptions.DEFAULT), request, answer);
    }

    private abstract class Answer<A> implements StreamObserver<A> {
      final int key;
      private final long sentNanos = System.nanoTime();
      private @Nullable A answer;

      Answer(int key) {
        this.key = key;
      }

      /** Whether the answer is what the request asked for. */
      abstract boolean accept(A answer);

      @Override
      public void onNext(A answer) {
        this.answer = answer;
      }

      @Override
      public void onError(Throwable problem) {
        fail();
      }

      @Override
      public void onCompleted() {
        if (answer == null || !accept(answer)) {
          fail();
          return;
        }
        latencies.recordValue(System.nanoTime() - sentNanos);
        next();
      }

      private void fail() {
        failed.increment();
        var unused = retries.schedule(() -> attempt(key), RETRY_MILLIS, TimeUnit.MILLISECONDS);
      }
    }

    private final class PutAnswer extends Answer<PutResponse> {
      PutAnswer(int key) {
        super(key);
      }

      @Override
      boolean accept(PutResponse answer) {
        keys.modified(key, answer.getHeader().getRevision());
        return true;
      }
    }

    private final class RangeAnswer extends Answer<RangeResponse> {
      RangeAnswer(int key) {
        super(key);
      }

      @Override
      boolean accept(RangeResponse answer) {
        return answer.getKvsCount() == 1;
      }
    }

    private final class TxnAnswer extends Answer<TxnResponse> {
      TxnAnswer(int key) {
        super(key);
      }

      @Override
      boolean accept(TxnResponse answer) {
        if (answer.getSucceeded()) {
          keys.modified(key, answer.getHeader().getRevision());
        } else {
          answer.getResponses(0).getResponseRange().getKvsList().stream()
              .findFirst()
              .ifPresent(kv -> keys.modified(key, kv.getModRevision()));
        }
        return answer.getSucceeded();
      }
    }
  }
}
