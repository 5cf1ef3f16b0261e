package dev.balsa.server.metrics;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The times to live that leases are granted, in etcd's buckets: each is twice as wide as the one
 * before. Written as text by itself, since the library takes no histogram whose name ends as etcd's
 * does. Written by the thread that applies, read by any.
 */
final class LeaseTtls {
  private static final String NAME = "etcd_debugging_lease_ttl_total";

  /** From a second to three months. */
  private static final int BUCKETS = 24;

  private final AtomicLongArray counts = new AtomicLongArray(BUCKETS + 1);
  private final AtomicLong sum = new AtomicLong();

  void observe(long seconds) {
    sum.addAndGet(seconds);
    int bucket = 0;
    while (bucket < BUCKETS && seconds > 1L << bucket) {
      bucket++;
    }
    counts.incrementAndGet(bucket);
  }

  /** In Prometheus' text format. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append("# HELP ").append(NAME).append(" The seconds that leases are granted.\n");
    text.append("# TYPE ").append(NAME).append(" histogram\n");
    long count = 0;
    for (int bucket = 0; bucket <= BUCKETS; bucket++) {
      count += counts.get(bucket);
      String bound = bucket == BUCKETS ? "+Inf" : (1L << bucket) + ".0";
      line(text, "_bucket{le=\"" + bound + "\"}", count);
    }
    line(text, "_sum", sum.get());
    line(text, "_count", count);
    return text.toString();
  }

  private static void line(StringBuilder text, String series, long value) {
    text.append(NAME).append(series).append(' ').append(value).append('\n');
  }
}
