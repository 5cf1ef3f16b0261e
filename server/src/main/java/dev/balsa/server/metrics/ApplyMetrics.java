package dev.balsa.server.metrics;

import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.server.backend.ApplyObserver;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The series about what is applied to the store, in batches, by the one thread that applies. */
final class ApplyMetrics implements ApplyObserver {
  /** What etcd calls slow. */
  private static final long SLOW_NANOS = Duration.ofMillis(100).toNanos();

  private static final double NANOS_PER_SECOND = 1e9;

  private final Histogram commits;
  private final Spans spans = new Spans();

  // Written by the thread that applies, read by those who ask.
  private final AtomicLong puts = new AtomicLong();
  private final AtomicLong deletes = new AtomicLong();
  private final AtomicLong txns = new AtomicLong();
  private final AtomicLong slow = new AtomicLong();
  private final LeaseTtls leaseTtls = new LeaseTtls();

  ApplyMetrics(Series series) {
    commits =
        series.durations(
            "etcd_disk_backend_commit_duration_seconds",
            "How long batches of commands take to be applied to the store.");
    series.counter("etcd_mvcc_put_total", "Puts applied.", puts::get);
    series.counter("etcd_mvcc_delete_total", "Deletes applied.", deletes::get);
    series.counter("etcd_mvcc_txn_total", "Transactions applied.", txns::get);
    series.counter(
        "etcd_server_slow_apply_total",
        "Batches that took more than 100 ms to be applied.",
        slow::get);
  }

  /** The series that the registry does not have, as text. */
  String leaseTtls() {
    return leaseTtls.text();
  }

  @Override
  public void attached(KvMachine kv) {
    // What is there was counted by those who applied it.
  }

  @Override
  public void applied(KvMachine kv, List<KvResult> results) {
    for (KvResult result : results) {
      if (result instanceof KvResult.PutDone) {
        puts.incrementAndGet();
      } else if (result instanceof KvResult.DeleteDone) {
        deletes.incrementAndGet();
      } else if (result instanceof KvResult.TxnDone txn && !txn.results().isEmpty()) {
        txns.incrementAndGet();
      } else if (result instanceof KvResult.LeaseGranted lease) {
        leaseTtls.observe(lease.ttlSeconds());
      }
    }
  }

  @Override
  public void took(long nanos) {
    commits.observe(nanos / NANOS_PER_SECOND);
    spans.add(nanos);
    if (nanos > SLOW_NANOS) {
      slow.incrementAndGet();
    }
  }

  /** How long batches took of late. */
  Spans.Summary recent() {
    return spans.summary();
  }
}
