package dev.balsa.raft.trace;

import dev.balsa.raft.ElectionRules;
import dev.balsa.raft.LeaseRules;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.RaftConfig;
import dev.balsa.raft.Restored;
import dev.balsa.raft.SnapshotRules;

/**
 * What a process's core was started with. With it and the inputs that follow, the core itself tells
 * all that it decided.
 */
public record Beginning(RaftConfig config, Membership founding, Restored restored) {
  void write(TraceOut out) {
    write(out, config);
    Values.write(out, founding);
    Values.write(out, restored);
  }

  static Beginning read(TraceIn in) {
    return new Beginning(config(in), Values.membership(in), Values.restored(in));
  }

  private static void write(TraceOut out, RaftConfig config) {
    out.node(config.self());
    out.count(config.electionTimeoutMinNanos()).count(config.electionTimeoutMaxNanos());
    out.count(config.heartbeatNanos()).fixed(config.seed()).count(config.appendBytesMax());
    out.count(config.inflightMessagesMax()).count(config.inflightBytesMax());
    out.count(config.uncommittedBytesMax()).count(config.cacheBytesMax());
    out.flag(config.election().preVote()).flag(config.election().checkQuorum());
    out.count(config.election().priority());
    SnapshotRules snapshots = config.snapshots();
    out.count(snapshots.tailEntries()).count(snapshots.inflightBytesMax());
    out.count(snapshots.chunkBytesMax()).count(snapshots.bytesPerSecondMax());
    out.flag(config.lease().enabled()).count(config.lease().driftPerMille());
    out.count(config.restAfterNanos());
  }

  private static RaftConfig config(TraceIn in) {
    NodeId self = in.node();
    return new RaftConfig(
        self,
        in.count(),
        in.count(),
        in.count(),
        in.fixed(),
        in.count(),
        whole(in),
        in.count(),
        in.count(),
        in.count(),
        new ElectionRules(in.flag(), in.flag(), whole(in)),
        new SnapshotRules(in.count(), in.count(), whole(in), in.count()),
        new LeaseRules(in.flag(), whole(in)),
        in.count());
  }

  private static int whole(TraceIn in) {
    return in.count(Integer.MAX_VALUE, "of a setting");
  }
}
