package dev.balsa.server.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.DoubleSupplier;

/** Adds series to a registry in one line each. */
record Series(PrometheusRegistry registry) {
  /** etcd's buckets: 14 from 1 ms on, each twice the one before. */
  private static final Buckets ETCDS = new Buckets(0.001, 14);

  /** Each bucket is twice as wide as the one before. */
  record Buckets(double firstSeconds, int count) {}

  /** A label that never changes, on a gauge of 1. */
  void info(String name, String help, String label, String value) {
    Gauge.builder()
        .name(name)
        .help(help)
        .labelNames(label)
        .register(registry)
        .labelValues(value)
        .set(1);
  }

  void gauge(String name, String help, DoubleSupplier value) {
    var unused =
        GaugeWithCallback.builder()
            .name(name)
            .help(help)
            .callback(callback -> callback.call(value.getAsDouble()))
            .register(registry);
  }

  void counter(String name, String help, DoubleSupplier value) {
    var unused =
        CounterWithCallback.builder()
            .name(name)
            .help(help)
            .callback(callback -> callback.call(value.getAsDouble()))
            .register(registry);
  }

  /** Durations in seconds, in etcd's buckets. */
  Histogram durations(String name, String help, String... labels) {
    return durations(name, help, ETCDS, labels);
  }

  /** Durations in seconds. */
  Histogram durations(String name, String help, Buckets buckets, String... labels) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .classicOnly()
        .classicExponentialUpperBounds(buckets.firstSeconds(), 2, buckets.count())
        .register(registry);
  }
}
