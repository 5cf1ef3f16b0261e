package dev.balsa.server.whole;

import com.google.protobuf.ByteString;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.PutRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that put one new key after the other, in turns through all members, and remember what was
 * acknowledged. A put that fails may have happened or not; it is never tried again. Thread-safe.
 */
final class PutLoad implements AutoCloseable {
  static final String PREFIX = "load/";

  private static final int CLIENTS = 4;
  private static final Duration PACE = Duration.ofMillis(4);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);

  private final List<ManagedChannel> channels;
  private final List<Thread> threads = new ArrayList<>();

  private final Map<String, Long> acknowledged = new TreeMap<>(); // key → revision
  private final List<Status> strange = new ArrayList<>();
  private long unknown;
  private long newestBegun = Long.MIN_VALUE; // when the newest of the acknowledged puts was begun
  private long lastAcknowledged;
  private long longestGapNanos;
  private volatile boolean stopped; // written by stop()

  /** Begins to put. */
  PutLoad(ThreeServers servers) {
    channels = ThreeServers.NAMES.stream().map(servers::openChannel).toList();
    lastAcknowledged = System.nanoTime();
    for (int client = 0; client < CLIENTS; client++) {
      int number = client;
      threads.add(Thread.ofPlatform().name("load-" + client).start(() -> run(number)));
    }
  }

  /** The value under a key of this load: nobody ever writes another. */
  static String value(String key) {
    return "value of " + key;
  }

  private void run(int client) {
    for (int n = 0; !stopped; n++) {
      String key = PREFIX + client + "/" + "%08d".formatted(n);
      ManagedChannel channel = channels.get((client + n) % channels.size());
      long begun = System.nanoTime();
      try {
        acknowledge(key, put(channel, key), begun);
      } catch (StatusRuntimeException e) {
        fail(e.getStatus());
      }
      LockSupport.parkNanos(PACE.toNanos()); // a steady load, not the most that is possible
    }
  }

  private static long put(ManagedChannel channel, String key) {
    PutRequest request =
        PutRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8(key))
            .setValue(ByteString.copyFromUtf8(value(key)))
            .build();
    return KVGrpc.newBlockingStub(channel)
        .withDeadlineAfter(CALL_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
        .put(request)
        .getHeader()
        .getRevision();
  }

  private synchronized void acknowledge(String key, long revision, long begun) {
    acknowledged.put(key, revision);
    newestBegun = Math.max(newestBegun, begun);
    long now = System.nanoTime();
    longestGapNanos = Math.max(longestGapNanos, now - lastAcknowledged);
    lastAcknowledged = now;
  }

  private synchronized void fail(Status status) {
    unknown++;
    boolean saidByMember = status.getCause() == null; // and not by the client about its connection
    if (saidByMember && status.getCode() != Status.Code.UNAVAILABLE) {
      strange.add(status);
    }
  }

  /** Returns when a put that is begun from now on has been acknowledged. */
  void awaitProgress() throws Exception {
    long now = System.nanoTime();
    Await.until(() -> "a write is acknowledged", () -> newestBegun() > now);
  }

  /** Returns when so many puts have been acknowledged. */
  void awaitAcknowledged(int count) throws Exception {
    Await.until(() -> count + " writes are acknowledged", () -> acknowledged().size() >= count);
  }

  private synchronized long newestBegun() {
    return newestBegun;
  }

  /** Each key whose put was acknowledged, and the revision that the server said. */
  synchronized Map<String, Long> acknowledged() {
    return new TreeMap<>(acknowledged);
  }

  /** How many puts failed, so may have happened or not. */
  synchronized long unknown() {
    return unknown;
  }

  /** What members said other than that they or the leader are away: there must be none. */
  synchronized List<Status> strange() {
    return List.copyOf(strange);
  }

  /** The longest time between two acknowledgements. */
  synchronized Duration longestGap() {
    return Duration.ofNanos(longestGapNanos);
  }

  /** Ends the puts; what is under way is waited for. */
  void stop() {
    stopped = true;
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stopped = true;
    channels.forEach(ManagedChannel::shutdownNow);
    stop();
  }
}
