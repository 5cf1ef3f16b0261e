package dev.balsa.server.metrics;

import dev.balsa.node.NodeListener;
import dev.balsa.node.net.PeerStatus;
import dev.balsa.raft.Event;
import dev.balsa.raft.NodeId;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** The series about the other members: what goes to and fro, and how punctually. */
public final class PeerMetrics implements NodeListener {
  /**
   * So many heartbeat intervals without a turn of the loop are a heartbeat too late, as in etcd.
   */
  private static final int LATE_INTERVALS = 2;

  private static final double NANOS_PER_SECOND = 1e9;

  /** etcd's buckets: 15 from 0.1 ms on. */
  private static final double FIRST_BUCKET_SECONDS = 0.0001;

  private static final int BUCKETS = 15;

  private final Series series;
  private final Histogram roundTrips;

  // Used by the node's loop only.
  private boolean leads;
  private long lastTurn;

  private final AtomicLong lateHeartbeats = new AtomicLong(); // written by the loop

  /** Written once by {@link #watch}, before that nothing is late. */
  private volatile Watched watched = new Watched(List::of, Duration.ofDays(1));

  private record Watched(Supplier<List<PeerStatus>> peers, Duration heartbeat) {}

  PeerMetrics(Series series) {
    this.series = series;
    this.roundTrips =
        series.durations(
            "etcd_network_peer_round_trip_time_seconds",
            "How long a peer takes to answer a ping, what waited to be sent before it included.",
            new Series.Buckets(FIRST_BUCKET_SECONDS, BUCKETS),
            "To");
    series.counter(
        "etcd_server_heartbeat_send_failures_total",
        "How often this member led and was late by a heartbeat, mostly for a slow disk.",
        lateHeartbeats::get);
  }

  /** Adds the series of each peer, of which a leader hears every {@code heartbeat}. */
  public void watch(Supplier<List<PeerStatus>> peers, Duration heartbeat) {
    watched = new Watched(peers, heartbeat);
    byPeer(
        "etcd_network_peer_sent_bytes_total", "Bytes sent to a peer.", "To", PeerStatus::bytesSent);
    byPeer(
        "etcd_network_peer_received_bytes_total",
        "Bytes received from a peer.",
        "From",
        PeerStatus::bytesReceived);
    byPeer(
        "etcd_network_peer_sent_failures_total",
        "Connections to a peer that failed or broke.",
        "To",
        PeerStatus::sendFailures);
  }

  @Override
  public void roundTrip(NodeId peer, long nanos) {
    roundTrips.labelValues(peer.toString()).observe(nanos / NANOS_PER_SECOND);
  }

  @Override
  public void event(Event event) {
    if (event instanceof Event.BecameLeader) {
      leads = true;
    } else if (event instanceof Event.SteppedDown) {
      leads = false;
    }
  }

  /** The loop begins a turn at {@code now}, nanoseconds of any clock. */
  void turn(long now) {
    Watched latest = watched;
    if (leads
        && now - lastTurn > LATE_INTERVALS * latest.heartbeat().toNanos()
        && !latest.peers().get().isEmpty()) {
      lateHeartbeats.incrementAndGet();
    }
    lastTurn = now;
  }

  private void byPeer(String name, String help, String label, ToLongFunction<PeerStatus> value) {
    var unused =
        CounterWithCallback.builder()
            .name(name)
            .help(help)
            .labelNames(label)
            .callback(
                callback ->
                    watched
                        .peers()
                        .get()
                        .forEach(
                            it ->
                                callback.call(
                                    (double) value.applyAsLong(it), it.node().toString())))
            .register(series.registry());
  }
}
