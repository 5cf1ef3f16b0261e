package dev.balsa.bench.server;

import java.util.OptionalDouble;

/** Reads Prometheus' text format as far as plain counters go. */
final class Metrics {
  private Metrics() {}

  /** The value of the metric {@code name} that has no labels, if there is one. */
  static OptionalDouble value(String text, String name) {
    return text.lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.split(" ", -1)[1]))
        .findFirst();
  }
}
