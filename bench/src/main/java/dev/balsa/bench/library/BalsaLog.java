package dev.balsa.bench.library;

import dev.balsa.node.NodeConfig;
import dev.balsa.node.NodeListener;
import dev.balsa.node.Outcome;
import dev.balsa.node.RaftNode;
import dev.balsa.node.net.PeerAddress;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.RaftConfig;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.Status.RoleName;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Balsa with its defaults, but for the patient election timeout. */
final class BalsaLog implements ReplicatedLog {
  private final Chain chain = new Chain();
  private final LongAdder forces = new LongAdder();
  private final RaftNode<Boolean, ChainMachine> node;

  private BalsaLog(NodeConfig config) {
    NodeListener counter =
        new NodeListener() {
          @Override
          public void forced(long nanos) {
            forces.increment();
          }
        };
    node = RaftNode.start(config, new ChainMachine(chain), counter);
  }

  static BalsaLog start(int member, List<Integer> ports, Path data) {
    Map<NodeId, PeerAddress> members = new TreeMap<>();
    for (int i = 0; i < ports.size(); i++) {
      members.put(id(i), PeerAddress.loopback(ports.get(i)));
    }
    RaftConfig timings =
        RaftConfig.of(id(member), member)
            .withTimings(
                TimeUnit.MILLISECONDS.toNanos(Timing.ELECTION_MIN_MILLIS),
                TimeUnit.MILLISECONDS.toNanos(Timing.ELECTION_MAX_MILLIS),
                TimeUnit.MILLISECONDS.toNanos(Timing.HEARTBEAT_MILLIS));
    return new BalsaLog(NodeConfig.of(id(member), members, data).withRaft(timings));
  }

  private static NodeId id(int member) {
    return new NodeId(member + 1);
  }

  @Override
  public boolean isLeader() {
    return node.status().raft().role() == RoleName.LEADER;
  }

  @Override
  public void propose(byte[] entry, Done done) {
    var unused =
        node.submit(Bytes.wrap(entry))
            .thenAccept(outcome -> done.done(outcome instanceof Outcome.Applied));
  }

  @Override
  public Chain.Mark applied() {
    return chain.mark();
  }

  @Override
  public OptionalLong forces() {
    return OptionalLong.of(forces.sum());
  }

  @Override
  public void close() {
    node.close();
  }

  record ChainMachine(Chain chain) implements StateMachine<Boolean> {
    @Override
    public List<Boolean> apply(List<Committed> commands) {
      for (Committed committed : commands) {
        committed.command().writeTo(chain::add);
      }
      chain.publish();
      return Collections.nCopies(commands.size(), true);
    }
  }
}
