package dev.balsa.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.WatchGrpc;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the live view draws its map of latencies and its answers by code from. */
class CallsTest {
  private final ServerMetrics metrics = new ServerMetrics();

  @BeforeEach
  void count() {
    metrics.grpc().count(new KVGrpc.KVImplBase() {}.bindService());
    metrics.grpc().count(new WatchGrpc.WatchImplBase() {}.bindService());
  }

  private void call(String method, Status status) {
    metrics
        .grpc()
        .newServerStreamTracer("etcdserverpb." + method, new Metadata())
        .streamClosed(status);
  }

  @Test
  void beforeTheFirstCallThereAreNone() {
    Calls none = metrics.workload().calls();

    assertThat(none.firstNanos()).isEqualTo(100_000);
    assertThat(none.durations()).hasSize(16).containsOnly(0L);
    assertThat(none.codes()).isEmpty();
  }

  @Test
  void callsOfAllMethodsAreCountedByCodeAndThoseOfOneAnswerByDuration() {
    call("KV/Put", Status.OK);
    call("KV/Range", Status.OK);
    call("KV/Put", Status.UNAVAILABLE);
    call("Watch/Watch", Status.CANCELLED);
    call("KV/Invented", Status.UNIMPLEMENTED);

    Calls calls = metrics.workload().calls();

    assertThat(calls.codes()).isEqualTo(Map.of("OK", 2L, "Unavailable", 1L, "Canceled", 1L));
    assertThat(calls.durations().stream().mapToLong(it -> it).sum()).isEqualTo(3);
  }
}
