package dev.balsa.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.TxnRequest;
import dev.balsa.raft.Refusal;
import dev.balsa.server.EtcdServer;
import dev.balsa.server.OverHttp;
import dev.balsa.server.TestServer;
import dev.balsa.server.config.ServerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The series of a real member by name and type, and those that {@code deploy/} speaks of. */
final class SeriesTableTest {
  /** Beside etcd's own names stand ours, and the four whose type the library's names forbid. */
  private static final String TABLE =
      """
      balsa_leases                                    gauge
      etcd_cluster_version                            gauge
      etcd_debugging_lease_granted_total              counter
      etcd_debugging_lease_renewed_total              counter
      etcd_debugging_lease_revoked_total              counter
      etcd_debugging_lease_ttl_total                  histogram
      etcd_debugging_mvcc_compact_revision            gauge
      etcd_debugging_mvcc_current_revision            gauge
      etcd_debugging_mvcc_events_total                counter
      etcd_debugging_mvcc_keys_total                  counter
      etcd_debugging_mvcc_pending_events_total        counter
      etcd_debugging_mvcc_slow_watcher_total          counter
      etcd_debugging_mvcc_watch_stream_total          counter
      etcd_debugging_mvcc_watcher_total               counter
      etcd_disk_backend_commit_duration_seconds       histogram
      etcd_disk_wal_fsync_duration_seconds            histogram
      etcd_mvcc_db_total_size_in_bytes                gauge
      etcd_mvcc_db_total_size_in_use_in_bytes         gauge
      etcd_mvcc_delete_total                          counter
      etcd_mvcc_put_total                             counter
      etcd_mvcc_range_total                           counter
      etcd_mvcc_txn_total                             counter
      etcd_network_client_grpc_received_bytes_total   counter
      etcd_network_client_grpc_sent_bytes_total       counter
      etcd_server_client_requests_total               counter
      etcd_server_has_leader                          gauge
      etcd_server_health_failures                     gauge
      etcd_server_health_success                      gauge
      etcd_server_healthcheck                         gauge
      etcd_server_healthchecks_total                  counter
      etcd_server_heartbeat_send_failures_total       counter
      etcd_server_id                                  gauge
      etcd_server_is_leader                           gauge
      etcd_server_is_learner                          gauge
      etcd_server_leader_changes_seen_total           counter
      etcd_server_proposals_applied_total             counter
      etcd_server_proposals_committed_total           counter
      etcd_server_proposals_failed_total              counter
      etcd_server_proposals_pending                   gauge
      etcd_server_quota_backend_bytes                 gauge
      etcd_server_read_indexes_failed_total           counter
      etcd_server_request_duration_seconds            histogram
      etcd_server_slow_apply_total                    counter
      etcd_server_slow_read_indexes_total             counter
      etcd_server_version                             gauge
      grpc_server_handled_total                       counter
      grpc_server_handling_seconds                    histogram
      grpc_server_started_total                       counter
      jvm_memory_heap_used_bytes                      gauge
      os_fd_limit                                     gauge
      os_fd_used                                      gauge
      process_cpu_seconds_total                       counter
      process_max_fds                                 gauge
      process_open_fds                                gauge
      process_resident_memory_bytes                   gauge
      process_start_time_seconds                      gauge
      """;

  /** Only where there are peers, or alarms. */
  private static final Set<String> SOMETIMES =
      Set.of(
          "etcd_debugging_server_alarms",
          "etcd_network_peer_round_trip_time_seconds",
          "etcd_network_peer_round_trip_time_seconds_bucket",
          "etcd_network_peer_received_bytes_total",
          "etcd_network_peer_sent_bytes_total",
          "etcd_network_peer_sent_failures_total");

  private static final Pattern NAME =
      Pattern.compile("\\b(?:etcd|balsa|grpc_server|process|jvm|os_fd)_[a-z0-9_]+\\b");
  private static final Path DEPLOY = Path.of("..", "deploy");

  @TempDir static Path folder;
  private static EtcdServer member;
  private static MetricsPage page;

  @BeforeAll
  static void start() throws Exception {
    member =
        EtcdServer.start(
            CommandLine.populateCommand(
                    new ServerOptions(),
                    "--data-dir=" + folder.resolve("data"),
                    "--listen-client-urls=http://127.0.0.1:0",
                    "--listen-peer-urls=http://127.0.0.1:0",
                    "--election-timeout=200",
                    "--heartbeat-interval=20")
                .toConfig());
    InetSocketAddress address = member.clientAddresses().getFirst();
    try (var client = new Client(address)) {
      client.kv().put(PutRequest.newBuilder().setKey(key("k")).build());
    }
    OverHttp.page(address, "/readyz");
    OverHttp.page(address, "/health");
    page = MetricsPage.parse(OverHttp.page(address, "/metrics"));
  }

  @AfterAll
  static void stop() {
    if (member != null) {
      member.close();
    }
  }

  @Test
  void everySeriesHasItsNameAndType() {
    Map<String, String> table =
        TABLE
            .lines()
            .map(line -> line.split(" +", 2))
            .collect(Collectors.toMap(it -> it[0], it -> it[1]));

    assertThat(page.types()).containsAllEntriesOf(table);
    assertThat(page.types().keySet())
        .allMatch(name -> table.containsKey(name) || SOMETIMES.contains(name));
  }

  @Test
  void durationsFallIntoEtcdsBuckets() {
    assertThat(page.samples().keySet())
        .filteredOn(name -> name.startsWith("etcd_disk_backend_commit_duration_seconds_bucket"))
        .hasSize(15)
        .contains(
            "etcd_disk_backend_commit_duration_seconds_bucket{le=\"0.001\"}",
            "etcd_disk_backend_commit_duration_seconds_bucket{le=\"8.192\"}",
            "etcd_disk_backend_commit_duration_seconds_bucket{le=\"+Inf\"}");
    assertThat(page.samples().get("etcd_disk_backend_commit_duration_seconds_count")).isPositive();
    assertThat(page.samples().get("etcd_disk_wal_fsync_duration_seconds_count")).isPositive();
  }

  @Test
  void dashboardAndAlertRulesSpeakOnlyOfSeriesThatExist() throws IOException {
    Set<String> spoken = new LinkedHashSet<>();
    for (String file : new String[] {"grafana-dashboard.json", "prometheus-alerts.yml"}) {
      NAME.matcher(Files.readString(DEPLOY.resolve(file)))
          .results()
          .forEach(it -> spoken.add(it.group()));
    }

    assertThat(spoken).hasSizeGreaterThan(20);
    assertThat(spoken).allMatch(name -> page.names().contains(name) || SOMETIMES.contains(name));
  }

  @Test
  void dashboardIsJsonWithAQueryInEveryPanel() throws IOException {
    Struct.Builder dashboard = Struct.newBuilder();
    try {
      JsonFormat.parser()
          .merge(Files.readString(DEPLOY.resolve("grafana-dashboard.json")), dashboard);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }

    assertThat(dashboard.getFieldsOrThrow("panels").getListValue().getValuesList())
        .hasSizeGreaterThan(8)
        .allMatch(
            panel ->
                panel
                        .getStructValue()
                        .getFieldsOrThrow("targets")
                        .getListValue()
                        .getValues(0)
                        .getStructValue()
                        .getFieldsOrThrow("expr")
                        .getStringValue()
                        .length()
                    > 5);
  }

  @Test
  void countsFollowWhatIsAppliedReadAndAsked() throws Exception {
    try (TestServer server = new TestServer()) {
      var kv = server.kv();
      kv.put(PutRequest.newBuilder().setKey(key("a")).build());
      kv.put(PutRequest.newBuilder().setKey(key("b")).build());
      kv.deleteRange(DeleteRangeRequest.newBuilder().setKey(key("a")).build());
      var put = PutRequest.newBuilder().setKey(key("c"));
      kv.txn(
          TxnRequest.newBuilder()
              .addSuccess(dev.balsa.proto.RequestOp.newBuilder().setRequestPut(put))
              .build());
      OverHttp.page(server.address(), "/health");
      server.backend().scriptReadRefusal(Refusal.QUEUE_FULL);
      assertThatThrownBy(() -> kv.range(RangeRequest.newBuilder().setKey(key("b")).build()))
          .hasMessageContaining("too many requests");
      OverHttp.page(server.address(), "/readyz/non_learner");

      Map<String, Double> found =
          MetricsPage.parse(OverHttp.page(server.address(), "/metrics")).samples();

      assertThat(found)
          .containsEntry("etcd_mvcc_put_total", 2.0)
          .containsEntry("etcd_mvcc_delete_total", 1.0)
          .containsEntry("etcd_mvcc_txn_total", 1.0)
          .containsEntry("etcd_mvcc_range_total", 1.0)
          .containsEntry("etcd_server_read_indexes_failed_total", 1.0)
          .containsEntry(
              "etcd_server_request_duration_seconds_count{success=\"true\",type=\"Put\"}", 2.0)
          .containsEntry(
              "etcd_server_request_duration_seconds_count{success=\"false\",type=\"Range\"}", 1.0)
          .containsEntry("etcd_server_health_success", 1.0)
          .containsEntry("etcd_server_health_failures", 0.0)
          .containsEntry("etcd_server_healthcheck{name=\"non_learner\",type=\"readyz\"}", 1.0)
          .containsEntry(
              "etcd_server_client_requests_total{client_api_version=\"unknown\",type=\"unary\"}",
              5.0);
    }
  }

  private static ByteString key(String text) {
    return ByteString.copyFromUtf8(text);
  }

  /** A channel for one question. */
  private record Client(io.grpc.ManagedChannel channel) implements AutoCloseable {
    Client(InetSocketAddress address) {
      this(
          io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder.forAddress(address)
              .usePlaintext()
              .build());
    }

    dev.balsa.proto.KVGrpc.KVBlockingStub kv() {
      return dev.balsa.proto.KVGrpc.newBlockingStub(channel);
    }

    @Override
    public void close() {
      channel.shutdownNow();
    }
  }
}
