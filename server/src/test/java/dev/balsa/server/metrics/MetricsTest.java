package dev.balsa.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.kv.Alarm;
import dev.balsa.proto.LeaseGrantRequest;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.server.OverHttp;
import dev.balsa.server.TestServer;
import dev.balsa.server.whole.Await;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final String PUT_HANDLED =
      "grpc_server_handled_total{grpc_code=\"OK\",grpc_method=\"Put\","
          + "grpc_service=\"etcdserverpb.KV\",grpc_type=\"unary\"} 1.0";
  private static final String RANGE_REFUSED =
      "grpc_server_handled_total{grpc_code=\"InvalidArgument\",grpc_method=\"Range\","
          + "grpc_service=\"etcdserverpb.KV\",grpc_type=\"unary\"} 1.0";

  @Test
  void pageHasTheSeriesThatDashboardsRead() throws Exception {
    try (TestServer server = new TestServer(65_536L)) {
      server.kv().put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build());
      try {
        server.kv().range(RangeRequest.getDefaultInstance());
      } catch (io.grpc.StatusRuntimeException wanted) {
        assertThat(wanted).hasMessageContaining("key is not provided");
      }

      server.backend().raise(new Alarm(0xb2, Alarm.Type.CORRUPT));
      // A call counts as handled once it is closed, which its client may hear before.
      Await.until(
          () -> "both calls are counted",
          () -> page(server).lines().toList().containsAll(List.of(PUT_HANDLED, RANGE_REFUSED)));
      String page = page(server);

      assertThat(page.lines())
          .contains(
              "etcd_server_has_leader 1.0",
              "etcd_server_is_leader 1.0",
              "etcd_server_leader_changes_seen_total 1.0",
              "etcd_server_proposals_committed_total 2.0",
              "etcd_server_proposals_applied_total 2.0",
              "etcd_server_proposals_pending 0.0",
              "etcd_server_proposals_failed_total 0.0",
              "etcd_debugging_mvcc_keys_total 1.0",
              "etcd_debugging_mvcc_current_revision 2.0",
              "etcd_server_quota_backend_bytes 65536.0",
              "etcd_debugging_server_alarms{alarm_type=\"CORRUPT\",server_id=\"b2\"} 1.0",
              "etcd_server_id{server_id=\"a1\"} 1.0",
              "grpc_server_started_total{grpc_method=\"Put\",grpc_service=\"etcdserverpb.KV\","
                  + "grpc_type=\"unary\"} 1.0");
      assertThat(names(page))
          .contains(
              "etcd_mvcc_db_total_size_in_bytes",
              "etcd_mvcc_db_total_size_in_use_in_bytes",
              "etcd_disk_wal_fsync_duration_seconds_bucket",
              "etcd_network_client_grpc_received_bytes_total",
              "etcd_network_client_grpc_sent_bytes_total",
              "process_resident_memory_bytes",
              "process_cpu_seconds_total",
              "process_start_time_seconds",
              "process_open_fds");
      assertThat(value(page, "etcd_network_client_grpc_received_bytes_total")).isPositive();
      assertThat(value(page, "etcd_network_client_grpc_sent_bytes_total")).isPositive();
    }
  }

  @Test
  void forcesFallIntoEtcdsBuckets() {
    ServerMetrics metrics = new ServerMetrics();
    metrics.forced(Duration.ofMillis(3).toNanos());

    String page = metrics.render(new dev.balsa.server.LocalBackend()).join();

    assertThat(page.lines())
        .contains(
            "etcd_disk_wal_fsync_duration_seconds_bucket{le=\"0.002\"} 0",
            "etcd_disk_wal_fsync_duration_seconds_bucket{le=\"0.004\"} 1",
            "etcd_disk_wal_fsync_duration_seconds_bucket{le=\"8.192\"} 1",
            "etcd_disk_wal_fsync_duration_seconds_count 1");
  }

  @Test
  void timesOfLeasesFallIntoEtcdsBuckets() throws Exception {
    try (TestServer server = new TestServer()) {
      for (long seconds : List.of(60L, 64L, 65L, 1L << 24)) {
        server.lease().leaseGrant(LeaseGrantRequest.newBuilder().setTTL(seconds).build());
      }

      assertThat(MetricsPage.parse(page(server)).samples())
          .containsEntry("etcd_debugging_lease_ttl_total_bucket{le=\"1.0\"}", 0.0)
          .containsEntry("etcd_debugging_lease_ttl_total_bucket{le=\"32.0\"}", 0.0)
          .containsEntry("etcd_debugging_lease_ttl_total_bucket{le=\"64.0\"}", 2.0)
          .containsEntry("etcd_debugging_lease_ttl_total_bucket{le=\"128.0\"}", 3.0)
          .containsEntry("etcd_debugging_lease_ttl_total_bucket{le=\"8388608.0\"}", 3.0)
          .containsEntry("etcd_debugging_lease_ttl_total_bucket{le=\"+Inf\"}", 4.0)
          .containsEntry("etcd_debugging_lease_ttl_total_sum", 189.0 + (1L << 24))
          .containsEntry("etcd_debugging_lease_ttl_total_count", 4.0);
    }
  }

  @Test
  void residentMemoryIsReadInKibibytes() {
    List<String> status = List.of("VmPeak:\t  999 kB", "VmRSS:\t   12 kB");

    assertThat(ProcessFigures.residentBytes(status)).isEqualTo(12 * 1024.0);
    assertThat(ProcessFigures.residentBytes(List.of())).isNaN();
  }

  private static List<String> names(String page) {
    return page.lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("[ {]", 2)[0])
        .toList();
  }

  private static double value(String page, String name) {
    return page.lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.split(" ", 2)[1]))
        .findFirst()
        .orElseThrow();
  }

  private static String page(TestServer server) throws Exception {
    return OverHttp.page(server.address(), "/metrics");
  }
}
