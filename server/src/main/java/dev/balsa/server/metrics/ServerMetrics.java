package dev.balsa.server.metrics;

import dev.balsa.kv.Alarm;
import dev.balsa.node.Consistency;
import dev.balsa.node.NodeListener;
import dev.balsa.node.ReadOutcome;
import dev.balsa.raft.Event;
import dev.balsa.raft.Member;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Status.RoleName;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.backend.ServerMachine;
import dev.balsa.server.rpc.ApiVersion;
import dev.balsa.server.rpc.Requests;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * The series of one member, each under the name that etcd gives the same thing. Listens to the
 * node; everything else is looked up when somebody asks. Thread-safe.
 */
public final class ServerMetrics implements NodeListener {
  private static final double NANOS_PER_SECOND = 1e9;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Series series = new Series(registry);
  private final GrpcMetrics grpc = new GrpcMetrics(series);
  private final ApplyMetrics applies = new ApplyMetrics(series);
  private final ReadMetrics reads = new ReadMetrics(series);
  private final HealthMetrics health = new HealthMetrics(series);
  private final PeerMetrics peers = new PeerMetrics(series);
  private final Histogram walForces =
      series.durations(
          "etcd_disk_wal_fsync_duration_seconds",
          "How long the forces of the write-ahead log take.");

  /** Written by a read of the store, shown by the render that waits for it. */
  private volatile Store store = new Store(0, 0, 0, 0, 0, List.of());

  // Written once, when the services start.
  private volatile LongSupplier pending = () -> 0;
  private volatile LongSupplier failed = () -> 0;
  private volatile StreamFigures streams = StreamFigures.NONE;
  private volatile long quotaBytes; // 0 for no limit

  private record Store(
      long diskBytes,
      long bytes,
      long keys,
      long revision,
      long compactRevision,
      List<Alarm> alarms) {
    static Store of(ServerMachine machine) {
      var kv = machine.kv();
      return new Store(
          kv.diskBytes(), kv.bytes(), kv.keys(), kv.revision(), kv.compactRevision(), kv.alarms());
    }
  }

  /** Series about the process and the log; {@link #watch} adds those about the node. */
  public ServerMetrics() {
    series.gauge(
        "process_start_time_seconds", "When the process began.", ProcessFigures::startTimeSeconds);
    series.counter("process_cpu_seconds_total", "CPU time used.", ProcessFigures::cpuSeconds);
    series.gauge("process_resident_memory_bytes", "Memory held.", ProcessFigures::residentBytes);
    series.gauge("process_open_fds", "Open file descriptors.", ProcessFigures::openFiles);
    series.gauge("process_max_fds", "The most file descriptors.", ProcessFigures::openFilesMax);
    series.gauge("os_fd_used", "Open file descriptors.", ProcessFigures::openFiles);
    series.gauge("os_fd_limit", "The most file descriptors.", ProcessFigures::openFilesMax);
    series.gauge("jvm_memory_heap_used_bytes", "Heap in use.", ProcessFigures::heapUsedBytes);
  }

  /** The series about calls. */
  public GrpcMetrics grpc() {
    return grpc;
  }

  /** The series about reads. */
  public ReadMetrics reads() {
    return reads;
  }

  /** The series about health. */
  public HealthMetrics health() {
    return health;
  }

  @Override
  public void forced(long nanos) {
    walForces.observe(nanos / NANOS_PER_SECOND);
  }

  @Override
  public void turn() {
    peers.turn(System.nanoTime());
  }

  @Override
  public void event(Event event) {
    peers.event(event);
  }

  @Override
  public void roundTrip(NodeId peer, long nanos) {
    peers.roundTrip(peer, nanos);
  }

  /** Adds the series about the member {@code self} behind {@code backend}. */
  public void watch(NodeId self, Backend backend, Requests requests) {
    backend.observe(applies);
    pending = requests::proposalsPending;
    failed = requests::proposalsFailed;
    series.info("etcd_server_id", "This member's id.", "server_id", self.toString());
    series.info(
        "etcd_server_version", "This member's version.", "server_version", ApiVersion.SERVER);
    series.info(
        "etcd_cluster_version", "The cluster's version.", "cluster_version", ApiVersion.CLUSTER);
    series.gauge(
        "etcd_server_has_leader",
        "1 while a leader is known.",
        () -> backend.status().raft().leader() == null ? 0 : 1);
    series.gauge(
        "etcd_server_is_leader",
        "1 while this member leads.",
        () -> backend.status().raft().role() == RoleName.LEADER ? 1 : 0);
    series.gauge(
        "etcd_server_is_learner",
        "1 while this member only learns.",
        () -> isLearner(self, backend) ? 1 : 0);
    series.counter(
        "etcd_server_leader_changes_seen_total",
        "How often a leader became known.",
        () -> backend.status().leaderChanges());
    series.counter(
        "etcd_server_proposals_committed_total",
        "The commit index.",
        () -> backend.status().raft().commit());
    series.counter(
        "etcd_server_proposals_applied_total",
        "The last applied index.",
        () -> backend.status().applied());
    series.gauge(
        "etcd_server_proposals_pending",
        "Writes that wait for their answer.",
        requests::proposalsPending);
    series.counter(
        "etcd_server_proposals_failed_total",
        "Writes that were answered with an error.",
        requests::proposalsFailed);
    series.gauge("etcd_mvcc_db_total_size_in_bytes", "Bytes stored.", () -> store.diskBytes());
    series.gauge(
        "etcd_mvcc_db_total_size_in_use_in_bytes", "Bytes of live data.", () -> store.bytes());
    series.counter("etcd_debugging_mvcc_keys_total", "Keys that exist.", () -> store.keys());
    series.gauge("etcd_debugging_mvcc_current_revision", "The revision.", () -> store.revision());
    series.gauge(
        "etcd_debugging_mvcc_compact_revision",
        "The last compacted revision.",
        () -> store.compactRevision());
  }

  private static boolean isLearner(NodeId self, Backend backend) {
    Member member = backend.members().member(self);
    return member != null && !member.seat().votes();
  }

  /** Adds the series about what the store may hold, and the alarms. */
  public void quota(long bytesMax) {
    quotaBytes = bytesMax == Long.MAX_VALUE ? 0 : bytesMax;
    series.gauge(
        "etcd_server_quota_backend_bytes", "How large the store may grow.", () -> quotaBytes);
    var unused =
        GaugeWithCallback.builder()
            .name("etcd_debugging_server_alarms")
            .help("1 for each alarm, by the member it is about and its type.")
            .labelNames("server_id", "alarm_type")
            .callback(
                callback ->
                    store
                        .alarms()
                        .forEach(
                            it ->
                                callback.call(1, Long.toHexString(it.member()), it.type().name())))
            .register(registry);
  }

  /** Where the figures about watches and leases come from; each since the start, or now. */
  public record StreamFigures(
      LongSupplier watchers,
      LongSupplier watchStreams,
      LongSupplier slowWatchers,
      LongSupplier events,
      LongSupplier eventsPending,
      LongSupplier leases,
      LongSupplier leasesGranted,
      LongSupplier leasesRevoked,
      LongSupplier leasesRenewed) {
    static final StreamFigures NONE =
        new StreamFigures(
            () -> 0, () -> 0, () -> 0, () -> 0, () -> 0, () -> 0, () -> 0, () -> 0, () -> 0);
  }

  /**
   * Adds the series about watches and leases. Four that count what there is now are gauges in etcd;
   * the library allows their names to counters only.
   */
  public void watchStreams(StreamFigures figures) {
    streams = figures;
    series.counter("etcd_debugging_mvcc_watcher_total", "Watchers.", figures.watchers()::getAsLong);
    series.counter(
        "etcd_debugging_mvcc_watch_stream_total",
        "Streams of watchers.",
        figures.watchStreams()::getAsLong);
    series.counter(
        "etcd_debugging_mvcc_slow_watcher_total",
        "Watchers that have not got everything yet.",
        figures.slowWatchers()::getAsLong);
    series.counter(
        "etcd_debugging_mvcc_events_total",
        "Events sent to watchers.",
        figures.events()::getAsLong);
    series.counter(
        "etcd_debugging_mvcc_pending_events_total",
        "Events that wait to be told to watchers, but for those that are behind.",
        figures.eventsPending()::getAsLong);
    series.gauge("balsa_leases", "Leases that exist.", figures.leases()::getAsLong);
    series.counter(
        "etcd_debugging_lease_granted_total",
        "Leases granted.",
        figures.leasesGranted()::getAsLong);
    series.counter(
        "etcd_debugging_lease_revoked_total",
        "Leases revoked or expired.",
        figures.leasesRevoked()::getAsLong);
    series.counter(
        "etcd_debugging_lease_renewed_total",
        "Keep-alives answered by this member as the leader.",
        figures.leasesRenewed()::getAsLong);
  }

  /** How much there is to do now, and how long it takes. */
  public Workload workload() {
    return new Workload(
        pending.getAsLong(),
        failed.getAsLong(),
        streams.watchers().getAsLong(),
        streams.slowWatchers().getAsLong(),
        streams.leases().getAsLong(),
        grpc.bytesReceived(),
        grpc.bytesSent(),
        quotaBytes,
        grpc.recent("Range"),
        grpc.recent("Put"),
        grpc.recent("Txn"),
        applies.recent(),
        grpc.ended());
  }

  /** The series about the connections to the peers. */
  public PeerMetrics peers() {
    return peers;
  }

  /** All series in Prometheus' text format, with the store's figures as they are now. */
  public CompletableFuture<String> render(Backend backend) {
    return backend
        .<Store>read(Consistency.STALE, Store::of)
        .thenApply(
            outcome -> {
              if (outcome
                  instanceof ReadOutcome.Served<Store>(Store now, var index, var path, var age)) {
                store = now;
              }
              return text();
            });
  }

  private String text() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(out, registry.scrape());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toString(StandardCharsets.UTF_8) + applies.leaseTtls();
  }
}
