package dev.balsa.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.node.net.PeerAddress;
import dev.balsa.node.net.PeerStatus;
import dev.balsa.node.net.PeerStatus.Connection;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.NodeId;
import dev.balsa.server.LocalBackend;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerMetricsTest {
  private static final long MILLIS = 1_000_000;

  private final ServerMetrics metrics = new ServerMetrics();
  private final PeerMetrics peers = metrics.peers();

  @Test
  void roundTripsFallIntoEtcdsBucketsByPeer() {
    peers.roundTrip(new NodeId(0xb2), 3 * MILLIS);

    assertThat(page())
        .contains(
            "etcd_network_peer_round_trip_time_seconds_bucket{To=\"b2\",le=\"0.0016\"} 0",
            "etcd_network_peer_round_trip_time_seconds_bucket{To=\"b2\",le=\"0.0032\"} 1",
            "etcd_network_peer_round_trip_time_seconds_count{To=\"b2\"} 1");
  }

  @Test
  void aLeadersLoopThatStoodStillForTwoHeartbeatsIsLate() {
    peers.watch(() -> List.of(peer()), Duration.ofMillis(100));
    peers.turn(0);
    peers.event(new Event.BecameLeader(1, EntryId.ZERO));
    peers.turn(200 * MILLIS);
    assertThat(page()).contains("etcd_server_heartbeat_send_failures_total 0.0");

    peers.turn(401 * MILLIS);
    assertThat(page()).contains("etcd_server_heartbeat_send_failures_total 1.0");

    peers.event(new Event.SteppedDown(1, Event.StepDown.HIGHER_TERM));
    peers.turn(900 * MILLIS);
    assertThat(page()).contains("etcd_server_heartbeat_send_failures_total 1.0");
  }

  @Test
  void aLeaderWithoutPeersSendsNoHeartbeats() {
    peers.watch(List::of, Duration.ofMillis(100));
    peers.event(new Event.BecameLeader(1, EntryId.ZERO));
    peers.turn(0);
    peers.turn(900 * MILLIS);

    assertThat(page()).contains("etcd_server_heartbeat_send_failures_total 0.0");
  }

  private static PeerStatus peer() {
    return new PeerStatus(
        new NodeId(2), PeerAddress.loopback(1), Connection.CONNECTED, true, null, 0, 0, 0, 0, 0);
  }

  private List<String> page() {
    return metrics.render(new LocalBackend()).join().lines().toList();
  }
}
