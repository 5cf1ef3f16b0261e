package dev.balsa.server;

import dev.balsa.node.NodeListener;
import dev.balsa.raft.Event;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.trace.Recorder;
import dev.balsa.server.live.Instruments;
import dev.balsa.server.metrics.ServerMetrics;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Tells the metrics what happens, and those who wait of the first leader and of a failure. */
record MemberListener(
    ServerMetrics metrics,
    Instruments instruments,
    CompletableFuture<NodeId> leader,
    CompletableFuture<Throwable> failure,
    Runnable beforeTurn)
    implements NodeListener {
  @Override
  public void event(Event event) {
    if (event instanceof Event.LeaderChanged(long term, @Nullable NodeId known) && known != null) {
      leader.complete(known);
    }
    metrics.event(event);
    instruments.event(event);
  }

  @Override
  public Recorder recorder() {
    return instruments.recorder();
  }

  @Override
  public void turn() {
    beforeTurn.run();
    metrics.turn();
  }

  @Override
  public void roundTrip(NodeId peer, long nanos) {
    metrics.roundTrip(peer, nanos);
    instruments.roundTrip(peer, nanos);
  }

  @Override
  public void forced(long nanos) {
    metrics.forced(nanos);
    instruments.forced(nanos);
  }

  @Override
  public void failed(Throwable cause) {
    failure.complete(cause);
  }
}
