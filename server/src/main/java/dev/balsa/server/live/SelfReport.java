package dev.balsa.server.live;

import dev.balsa.kv.Alarm;
import dev.balsa.kv.KvMachine;
import dev.balsa.node.Consistency;
import dev.balsa.node.NodeStatus;
import dev.balsa.node.ReadOutcome;
import dev.balsa.node.net.PeerStatus;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Status;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.backend.ClusterMember;
import dev.balsa.server.backend.MemberContext;
import dev.balsa.server.backend.ServerMachine;
import dev.balsa.server.metrics.Calls;
import dev.balsa.server.metrics.ServerMetrics;
import dev.balsa.server.metrics.Spans;
import dev.balsa.server.metrics.Workload;
import dev.balsa.server.rpc.ApiVersion;
import dev.balsa.web.Json;
import dev.balsa.web.WhyJson;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What this member knows of itself and of the membership. Thread-safe. */
final class SelfReport {
  private final Backend backend;
  private final NodeId self;
  private final Instruments instruments;
  private final ServerMetrics metrics;

  SelfReport(Backend backend, NodeId self, Instruments instruments, ServerMetrics metrics) {
    this.backend = backend;
    this.self = self;
    this.instruments = instruments;
    this.metrics = metrics;
  }

  /** The store at one moment, and what the members told of themselves. */
  record Store(
      long bytes,
      long diskBytes,
      long keys,
      long revision,
      long compacted,
      List<Alarm> alarms,
      List<ClusterMember> members) {}

  /**
   * Looks at the store, as far as it is applied here.
   *
   * @return completes with a refusal or {@code Stopped} if the node cannot
   */
  static CompletableFuture<ReadOutcome<Store>> store(Backend backend) {
    return backend.read(Consistency.STALE, machine -> store(backend.members(), machine));
  }

  private static Store store(Membership membership, ServerMachine machine) {
    KvMachine kv = machine.kv();
    List<ClusterMember> members =
        membership.members().stream()
            .map(
                member -> {
                  List<String> urls = MemberContext.peerUrls(member.context());
                  return machine.completed(new ClusterMember(member.id(), "", urls, List.of()));
                })
            .toList();
    return new Store(
        kv.bytes(),
        kv.diskBytes(),
        kv.keys(),
        kv.revision(),
        kv.compactRevision(),
        kv.alarms(),
        members);
  }

  /** This member, with the events after {@code after}. */
  Sighting sighting(Store store, long after) {
    List<Instruments.Recorded> recorded = instruments.eventsAfter(after);
    return new Sighting(
        instruments.begun(),
        recorded.isEmpty() ? after : recorded.getLast().sequence(),
        System.currentTimeMillis(),
        report(store),
        recorded.stream().map(it -> it.json(self)).toList());
  }

  private String report(Store store) {
    NodeStatus node = backend.status();
    Status raft = node.raft();
    Json json = Json.ofMembers().open();
    json.field("id", self).field("version", ApiVersion.SERVER);
    long now = System.currentTimeMillis();
    json.field("up", now - instruments.begun());
    long certifiedUntil = instruments.certifiedUntil();
    if (certifiedUntil > 0) {
      json.field("certified", certifiedUntil - now);
    }
    json.field("role", raft.role().name()).field("term", raft.term());
    json.field("leader", raft.leader());
    json.field("first", raft.base().index() + 1).field("snapshot", raft.snapshot().index());
    json.field("last", raft.last().index()).field("lastTerm", raft.last().term());
    json.field("durable", raft.durable()).field("commit", raft.commit());
    json.field("applied", node.applied()).field("pending", node.pending());
    json.field("failed", node.failed());
    json.field("members", backend.members().toString());
    WhyJson.write(json.name("why"), node.why());
    Workload workload = metrics.workload();
    json.name("store").open().field("bytes", store.bytes()).field("keys", store.keys());
    json.field("disk", store.diskBytes()).field("quota", workload.quotaBytes());
    json.field("revision", store.revision()).field("compacted", store.compacted()).close();
    json.name("alarms").openList();
    for (Alarm alarm : store.alarms()) {
      json.open().field("member", Long.toHexString(alarm.member()));
      json.field("type", alarm.type().name()).close();
    }
    json.closeList();
    spans(json, "force", instruments.forces());
    spans(json, "write", instruments.writes());
    json.field("failedWrites", instruments.failedWrites());
    clients(json, workload);
    followers(json, raft.followers());
    peers(json);
    return json.close().toString();
  }

  private static void spans(Json json, String name, Spans.Summary spans) {
    json.name(name).open().field("count", spans.count()).field("median", spans.median());
    json.field("p99", spans.p99()).field("max", spans.max()).close();
  }

  private static void clients(Json json, Workload workload) {
    spans(json, "apply", workload.applies());
    json.name("clients").open();
    spans(json, "put", workload.puts());
    spans(json, "range", workload.ranges());
    spans(json, "txn", workload.txns());
    json.field("pending", workload.pending()).field("failed", workload.failed());
    json.field("watchers", workload.watchers()).field("behind", workload.behind());
    json.field("leases", workload.leases());
    json.field("received", workload.received()).field("sent", workload.sent());
    calls(json, workload.calls());
    json.close();
  }

  private static void calls(Json json, Calls calls) {
    json.name("calls").open().field("first", calls.firstNanos());
    json.name("durations").openList();
    calls.durations().forEach(json::value);
    json.closeList().name("codes").open();
    calls.codes().forEach(json::field);
    json.close().close();
  }

  private static void followers(Json json, List<Status.Follower> followers) {
    json.name("followers").openList();
    for (Status.Follower follower : followers) {
      json.open().field("id", follower.node()).field("match", follower.match());
      json.field("next", follower.next()).field("pipelined", follower.pipelined());
      json.field("snapshot", follower.snapshot()).close();
    }
    json.closeList();
  }

  private void peers(Json json) {
    json.name("peers").openList();
    for (PeerStatus peer : instruments.peers()) {
      json.open().field("id", peer.node()).field("out", peer.outbound().name());
      json.field("in", peer.inbound()).field("sent", peer.bytesSent());
      json.field("received", peer.bytesReceived()).field("queued", peer.bytesQueued());
      json.field("dropped", peer.messagesDropped()).field("failures", peer.sendFailures());
      spans(json, "trip", instruments.trips(peer.node()));
      json.close();
    }
    json.closeList();
  }
}
