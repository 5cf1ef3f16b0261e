package dev.balsa.server.rpc;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends requests that take too long. Every request may take equally long, so they expire in the
 * order in which they came: a queue that is swept now and then replaces a timer for each, and a
 * request costs one queue node and no lock.
 */
public final class Deadlines implements AutoCloseable {
  /** How far behind its time a request may be ended. */
  private static final Duration SWEEP = Duration.ofMillis(100);

  private static final Duration RETRY_AFTER = Duration.ofMillis(20);

  private final Queue<Expiring> queue = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("balsa-deadlines").daemon().factory());
  private final long timeoutNanos;

  /** Requests may take {@code timeout}. */
  public Deadlines(Duration timeout) {
    this.timeoutNanos = timeout.toNanos();
    every(SWEEP, () -> sweep(System.nanoTime()));
  }

  /** Something that is over some day. */
  interface Expiring {
    boolean isDone();

    /** In {@link System#nanoTime} terms. */
    long deadlineNanos();

    void expire();
  }

  /** When a request that comes now has to be over, in {@link System#nanoTime} terms. */
  public long next() {
    return System.nanoTime() + timeoutNanos;
  }

  void add(Expiring request) {
    queue.add(request);
  }

  /** Runs {@code action} a moment later. */
  public void retry(Runnable action) {
    var unused = timer.schedule(action, RETRY_AFTER.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Runs {@code action} again and again until this is closed; it must be short. */
  public void every(Duration period, Runnable action) {
    var unused =
        timer.scheduleWithFixedDelay(
            action, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  void sweep(long now) {
    for (Expiring head = queue.peek(); head != null; head = queue.peek()) {
      if (!head.isDone()) {
        if (now - head.deadlineNanos() < 0) {
          return;
        }
        head.expire();
      }
      queue.poll();
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
