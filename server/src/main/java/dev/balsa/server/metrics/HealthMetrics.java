package dev.balsa.server.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import java.util.concurrent.atomic.AtomicLong;

/** The series about how this member's health was found. Thread-safe. */
public final class HealthMetrics {
  private final AtomicLong successes = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final Gauge latest;
  private final Counter checks;

  HealthMetrics(Series series) {
    // etcd has counters of these names, which the library would give another ending.
    series.gauge(
        "etcd_server_health_success", "Answers at /health that were good.", successes::get);
    series.gauge("etcd_server_health_failures", "Answers at /health that were bad.", failures::get);
    latest =
        Gauge.builder()
            .name("etcd_server_healthcheck")
            .help("The latest result of a check of /livez or /readyz, 1 for passed.")
            .labelNames("type", "name")
            .register(series.registry());
    checks =
        Counter.builder()
            .name("etcd_server_healthchecks_total")
            .help("Results of the checks of /livez and /readyz.")
            .labelNames("type", "name", "status")
            .register(series.registry());
  }

  /** The member was asked at {@code /health}. */
  public void asked(boolean healthy) {
    (healthy ? successes : failures).incrementAndGet();
  }

  /**
   * A check was made.
   *
   * @param type {@code livez} or {@code readyz}
   */
  public void checked(String type, String name, boolean passed) {
    latest.labelValues(type, name).set(passed ? 1 : 0);
    checks.labelValues(type, name, passed ? "success" : "error").inc();
  }
}
