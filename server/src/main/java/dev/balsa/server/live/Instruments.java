package dev.balsa.server.live;

import dev.balsa.kv.KvResult;
import dev.balsa.node.NodeListener;
import dev.balsa.node.Outcome;
import dev.balsa.node.net.PeerStatus;
import dev.balsa.node.tls.Tls;
import dev.balsa.raft.Event;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.trace.Recorder;
import dev.balsa.server.metrics.Spans;
import dev.balsa.web.EventJson;
import dev.balsa.web.Json;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What a member notices of itself while it runs: the last things that its core said, in a bounded
 * ring, and how long forces and writes took. Written by the node's loop and by whoever completes a
 * write, read by any thread.
 */
public final class Instruments implements NodeListener {
  private static final int EVENTS_MAX = 1_000;

  /** Some seconds at full load, hours of a member with little to do. */
  private static final long RECORDER_BYTES_MAX = 8 << 20;

  private final long begun = System.currentTimeMillis();
  private final Recorder recorder = new Recorder(RECORDER_BYTES_MAX);
  private final Spans forces = new Spans();
  private final Spans writes = new Spans();
  private final Map<NodeId, Spans> trips = new ConcurrentHashMap<>();
  private final Deque<Recorded> events = new ArrayDeque<>(); // guarded by itself
  private long sequence; // guarded by events
  private long failedWrites; // guarded by writes
  private volatile Supplier<List<PeerStatus>> peers = List::of; // written once, at the start
  private volatile List<Tls> tls = List.of(); // written once, at the start

  /**
   * One thing that the core said.
   *
   * @param sequence counts from 1 since the start
   * @param wall the wall clock's milliseconds
   */
  record Recorded(long sequence, long wall, Event event) {
    String json(NodeId self) {
      Json json = Json.ofMembers().open().field("node", self).field("wall", wall);
      EventJson.write(json, event);
      return json.close().toString();
    }
  }

  /** The instruments of a member that starts now. */
  public Instruments() {}

  /** From now on the connections to the peers come from {@code source}. */
  public void watchPeers(Supplier<List<PeerStatus>> source) {
    peers = source;
  }

  /** From now on the certificates are those of {@code used}. */
  public void watchCertificates(List<Tls> used) {
    tls = List.copyOf(used);
  }

  @Override
  public Recorder recorder() {
    return recorder;
  }

  @Override
  public void event(Event event) {
    if (isRoutine(event)) {
      return;
    }
    synchronized (events) {
      if (events.size() == EVENTS_MAX) {
        events.removeFirst();
      }
      events.addLast(new Recorded(++sequence, System.currentTimeMillis(), event));
    }
  }

  /** What every write or heartbeat brings, and would push all else out of the ring. */
  private static boolean isRoutine(Event event) {
    return event instanceof Event.Appended
        || event instanceof Event.CommitAdvanced
        || event instanceof Event.ReadsConfirmed
        || event instanceof Event.ElectionTimeoutDrawn
        || event instanceof Event.StaleMessage
        || event instanceof Event.PromiseIgnored
        || event instanceof Event.ProposalRefused;
  }

  @Override
  public void forced(long nanos) {
    forces.add(nanos);
  }

  @Override
  public void roundTrip(NodeId peer, long nanos) {
    trips.computeIfAbsent(peer, unused -> new Spans()).add(nanos);
  }

  /** A write that began at {@code begin}, in {@link System#nanoTime} terms, has its answer. */
  void written(long begin, Outcome<KvResult> outcome) {
    if (outcome instanceof Outcome.Applied) {
      writes.add(System.nanoTime() - begin);
    } else {
      synchronized (writes) {
        failedWrites++;
      }
    }
  }

  long failedWrites() {
    synchronized (writes) {
      return failedWrites;
    }
  }

  /** What came after {@code after}, as far as it is kept; oldest first. */
  List<Recorded> eventsAfter(long after) {
    synchronized (events) {
      List<Recorded> found = new ArrayList<>();
      for (Recorded recorded : events) {
        if (recorded.sequence() > after) {
          found.add(recorded);
        }
      }
      return found;
    }
  }

  Spans.Summary forces() {
    return forces.summary();
  }

  Spans.Summary writes() {
    return writes.summary();
  }

  List<PeerStatus> peers() {
    return peers.get();
  }

  /** How long {@code peer} takes to answer. */
  Spans.Summary trips(NodeId peer) {
    return trips.getOrDefault(peer, new Spans()).summary();
  }

  /**
   * When the first of this member's own certificates ends, in the wall clock's milliseconds; 0 if
   * it has none.
   */
  long certifiedUntil() {
    return tls.stream().mapToLong(Tls::ownUntil).filter(it -> it > 0).min().orElse(0);
  }

  /** When this member started, in the wall clock's milliseconds; tells one run from the next. */
  long begun() {
    return begun;
  }
}
