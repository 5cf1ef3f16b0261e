package dev.balsa.server.metrics;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The calls that have ended since the start.
 *
 * @param firstNanos up to where the first bucket of durations goes; each goes twice as far as the
 *     one before, the last has no end
 * @param durations calls of one answer, by bucket ({@code etcd_server_request_duration_seconds})
 * @param codes all calls, by the name of their code ({@code grpc_server_handled_total})
 */
public record Calls(long firstNanos, List<Long> durations, Map<String, Long> codes) {
  /** Copies both. */
  public Calls {
    durations = List.copyOf(durations);
    codes = Collections.unmodifiableMap(new TreeMap<>(codes));
  }
}
