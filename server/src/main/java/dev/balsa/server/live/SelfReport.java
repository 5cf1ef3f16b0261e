package dev.balsa.server.live;

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

  SelfReport(Backend backend, NodeId self, Instruments instruments) {
    this.backend = backend;
    this.self = self;
    this.instruments = instruments;
  }

  /** The store at one moment, and what the members told of themselves. */
  record Store(long bytes, long keys, long revision, long compacted, List<ClusterMember> members) {}

  /**
   * Looks at the store, as far as it is applied here.
   *
   * @return completes with a refusal or {@code Stopped} if the node cannot
   */
  CompletableFuture<ReadOutcome<Store>> store() {
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
    return new Store(kv.bytes(), kv.keys(), kv.revision(), kv.compactRevision(), members);
  }

  /** This member, with the events after {@code after}. */
  Sighting sighting(Store store, long after) {
    List<Instruments.Recorded> recorded = instruments.eventsAfter(after);
    return new Sighting(
        instruments.begun(),
        recorded.isEmpty() ? after : recorded.getLast().sequence(),
        report(store),
        recorded.stream().map(it -> it.json(self)).toList());
  }

  private String report(Store store) {
    NodeStatus node = backend.status();
    Status raft = node.raft();
    Json json = Json.ofMembers().open();
    json.field("id", self).field("version", ApiVersion.SERVER);
    json.field("begun", instruments.begun());
    json.field("role", raft.role().name()).field("term", raft.term());
    json.field("leader", raft.leader());
    json.field("last", raft.last().index()).field("lastTerm", raft.last().term());
    json.field("durable", raft.durable()).field("commit", raft.commit());
    json.field("applied", node.applied()).field("pending", node.pending());
    json.field("failed", node.failed());
    json.field("members", backend.members().toString());
    WhyJson.write(json.name("why"), node.why());
    json.name("store").open().field("bytes", store.bytes()).field("keys", store.keys());
    json.field("revision", store.revision()).field("compacted", store.compacted()).close();
    spans(json, "force", instruments.forces());
    spans(json, "write", instruments.writes());
    json.field("failedWrites", instruments.failedWrites());
    followers(json, raft.followers());
    peers(json, instruments.peers());
    return json.close().toString();
  }

  private static void spans(Json json, String name, Spans.Summary spans) {
    json.name(name).open().field("count", spans.count()).field("median", spans.median());
    json.field("p99", spans.p99()).field("max", spans.max()).close();
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

  private static void peers(Json json, List<PeerStatus> peers) {
    json.name("peers").openList();
    for (PeerStatus peer : peers) {
      json.open().field("id", peer.node()).field("out", peer.outbound().name());
      json.field("in", peer.inbound()).field("sent", peer.bytesSent());
      json.field("received", peer.bytesReceived()).field("queued", peer.bytesQueued());
      json.field("dropped", peer.messagesDropped()).field("failures", peer.sendFailures());
      json.close();
    }
    json.closeList();
  }
}
