package dev.balsa.server.metrics;

import dev.balsa.node.Consistency;
import dev.balsa.node.ReadOutcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** The series about reads that had to be confirmed by a majority. Thread-safe. */
public final class ReadMetrics {
  /** After so long etcd asks its leader anew, and counts it. */
  private static final long SLOW_NANOS = Duration.ofMillis(500).toNanos();

  private final AtomicLong slow = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  ReadMetrics(Series series) {
    series.counter(
        "etcd_server_slow_read_indexes_total",
        "Linearizable reads whose answer took more than 500 ms.",
        slow::get);
    series.counter(
        "etcd_server_read_indexes_failed_total",
        "Linearizable reads that were refused.",
        failed::get);
  }

  /** Counts {@code outcome} when it comes, of a read asked for now. */
  public <T> CompletableFuture<ReadOutcome<T>> count(
      Consistency consistency, CompletableFuture<ReadOutcome<T>> outcome) {
    if (consistency instanceof Consistency.Agreed) {
      long began = System.nanoTime();
      var unused = outcome.thenAccept(it -> ended(System.nanoTime() - began, it));
    }
    return outcome;
  }

  private void ended(long nanos, ReadOutcome<?> outcome) {
    if (nanos > SLOW_NANOS) {
      slow.incrementAndGet();
    }
    if (!(outcome instanceof ReadOutcome.Served<?>)) {
      failed.incrementAndGet();
    }
  }
}
