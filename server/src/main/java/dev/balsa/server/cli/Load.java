package dev.balsa.server.cli;

import com.google.protobuf.ByteString;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.KVGrpc.KVBlockingStub;
import dev.balsa.proto.PutRequest;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Puts that {@code check} sends to a cluster: keys of 256 bytes and values of 1 KiB, by a number of
 * clients that each wait for their answer.
 *
 * @param puts how many in all, positive
 * @param rate how many are due in a second, 0 for as many as the clients manage
 * @param clients positive
 */
record Load(long puts, int rate, int clients) {
  private static final int KEY_BYTES = 256;
  private static final int VALUE_BYTES = 1_024;
  private static final double NANOS = 1e9;

  /**
   * How the puts went.
   *
   * @param puts how many were answered with a success
   * @param seconds how long all of them took
   * @param slowest the longest wait for an answer, seconds
   * @param deviation the standard deviation of the waits, seconds
   * @param errors how often which error came
   */
  record Result(
      long puts, double seconds, double slowest, double deviation, Map<String, Long> errors) {
    double perSecond() {
      return seconds == 0 ? 0 : puts / seconds;
    }
  }

  /** Puts under {@code prefix}; each put may take {@code timeout}. */
  Result run(Channel channel, ByteString prefix, Duration timeout) {
    Running running = new Running(channel, prefix, timeout, System.nanoTime());
    List<Thread> threads = new ArrayList<>();
    for (int client = 0; client < clients; client++) {
      threads.add(Thread.ofVirtual().start(running::send));
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      threads.forEach(Thread::interrupt);
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted");
    }
    return running.result();
  }

  /** One run; the clients share it. */
  private final class Running {
    private final KVBlockingStub kv;
    private final ByteString prefix;
    private final Duration timeout;
    private final long began;
    private final AtomicLong next = new AtomicLong(); // each client takes the next put that is due

    // All below under this object's lock.
    private long answered;
    private double slowest;
    private double sum;
    private double squares;
    private final Map<String, Long> errors = new TreeMap<>();

    Running(Channel channel, ByteString prefix, Duration timeout, long began) {
      this.kv = KVGrpc.newBlockingStub(channel);
      this.prefix = prefix;
      this.timeout = timeout;
      this.began = began;
    }

    void send() {
      for (long put = next.getAndIncrement(); put < puts; put = next.getAndIncrement()) {
        if (!isDue(put)) {
          return;
        }
        put();
      }
    }

    /** Waits until then; false if the person has ended it. */
    private boolean isDue(long put) {
      if (rate == 0) {
        return true;
      }
      try {
        TimeUnit.NANOSECONDS.sleep(began + (long) (put * NANOS / rate) - System.nanoTime());
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    private void put() {
      byte[] key = new byte[KEY_BYTES];
      byte[] value = new byte[VALUE_BYTES];
      ThreadLocalRandom.current().nextBytes(key);
      ThreadLocalRandom.current().nextBytes(value);
      PutRequest request =
          PutRequest.newBuilder()
              .setKey(prefix.concat(ByteString.copyFrom(key)))
              .setValue(ByteString.copyFrom(value))
              .build();
      long start = System.nanoTime();
      try {
        var unused = kv.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS).put(request);
        answered((System.nanoTime() - start) / NANOS);
      } catch (StatusRuntimeException e) {
        failed(Cluster.reason(e));
      }
    }

    private synchronized void answered(double seconds) {
      answered++;
      slowest = Math.max(slowest, seconds);
      sum += seconds;
      squares += seconds * seconds;
    }

    private synchronized void failed(String error) {
      errors.merge(error, 1L, Long::sum);
    }

    synchronized Result result() {
      double mean = answered == 0 ? 0 : sum / answered;
      double variance = answered == 0 ? 0 : Math.max(0, squares / answered - mean * mean);
      double seconds = (System.nanoTime() - began) / NANOS;
      return new Result(answered, seconds, slowest, Math.sqrt(variance), Map.copyOf(errors));
    }
  }
}
