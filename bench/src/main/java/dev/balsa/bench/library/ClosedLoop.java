package dev.balsa.bench.library;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Keeps a fixed number of proposals outstanding: each acknowledgement proposes the next entry, on
 * the library's own thread, so that the load adds no hand-over between threads to what is measured.
 */
final class ClosedLoop {
  private static final int ENTRY_BYTES = 256;
  private static final long RETRY_MILLIS = 50;
  private static final long DRAIN_SECONDS = 60;

  private final ReplicatedLog log;
  private final byte[] template = new byte[ENTRY_BYTES];
  private final AtomicLong sequence = new AtomicLong();
  private final LongAdder failed = new LongAdder();
  private final Recorder latencies = new Recorder(3);
  private final CountDownLatch retired;
  private final ScheduledExecutorService retries =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  // Written by the thread that runs the load, read by those of the library.
  private volatile boolean running = true;

  private ClosedLoop(ReplicatedLog log, int outstanding) {
    this.log = log;
    this.retired = new CountDownLatch(outstanding);
    new Random(1).nextBytes(template);
  }

  static ClosedLoop start(ReplicatedLog log, int outstanding) {
    ClosedLoop loop = new ClosedLoop(log, outstanding);
    for (int i = 0; i < outstanding; i++) {
      loop.new Slot().next();
    }
    return loop;
  }

  /** The latencies in nanoseconds since the last call, or the start. */
  Histogram takeLatencies() {
    return latencies.getIntervalHistogram();
  }

  /** How many proposals were refused or lost so far; each is tried again after a pause. */
  long failed() {
    return failed.sum();
  }

  /** Proposes no more and waits for what is outstanding. */
  void drain() throws InterruptedException {
    running = false;
    boolean drained = retired.await(DRAIN_SECONDS, TimeUnit.SECONDS);
    retries.shutdownNow();
    if (!drained) {
      throw new IllegalStateException(
          retired.getCount() + " proposals unanswered " + DRAIN_SECONDS + " s after the load");
    }
  }

  private final class Slot implements ReplicatedLog.Done {
    private long proposedNanos;

    void next() {
      if (!running) {
        retired.countDown();
        return;
      }
      byte[] entry = template.clone();
      ByteBuffer.wrap(entry).putLong(sequence.incrementAndGet());
      proposedNanos = System.nanoTime();
      log.propose(entry, this);
    }

    @Override
    public void done(boolean applied) {
      if (applied) {
        latencies.recordValue(System.nanoTime() - proposedNanos);
        next();
      } else {
        failed.increment();
        var unused = retries.schedule(this::next, RETRY_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
  }
}
