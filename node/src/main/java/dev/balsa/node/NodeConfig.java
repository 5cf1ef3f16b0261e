package dev.balsa.node;

import dev.balsa.node.net.PeerAddress;
import dev.balsa.node.net.TcpConfig;
import dev.balsa.node.tls.Tls;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.RaftConfig;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who a node is, where it keeps its data and where its peers are. Made by {@link #of} and the
 * {@code with} methods.
 *
 * @param cluster the same on every member; keeps clusters apart
 * @param members every member's peer address, this node's own among them
 * @param listen where this node accepts its peers
 * @param directory the data directory; made if missing
 * @param raft timings and bounds of the core
 * @param wal sizes of the log's files
 * @param intakeBytesMax how many bytes of commands may wait for the core before {@link
 *     RaftNode#submit} refuses by {@code QUEUE_FULL}; positive
 * @param snapshots when the node takes a snapshot of its state machine, if that has them
 * @param founding the membership to begin with, of no account once the log holds one; {@link
 *     Membership#UNKNOWN} for a node that was added to a running group. A node that lost its
 *     directory must not begin with a list of which a majority holds nothing, as that of a group
 *     that has grown since: they would found it anew
 * @param locator finds peer addresses in the membership, which win over those of {@code members}
 * @param tls for peers whose addresses ask for it, and for this node's if that does; null for none
 */
public record NodeConfig(
    ClusterId cluster,
    Map<NodeId, PeerAddress> members,
    PeerAddress listen,
    Path directory,
    RaftConfig raft,
    WalConfig wal,
    long intakeBytesMax,
    SnapshotTriggers snapshots,
    Membership founding,
    Locator locator,
    @Nullable Tls tls) {

  /** Refuses a configuration whose members lack this node. */
  public NodeConfig {
    members = Collections.unmodifiableMap(new TreeMap<>(members));
    if (!members.containsKey(raft.self())) {
      throw new IllegalArgumentException(
          "members %s lack this node, %s; add it with its own address"
              .formatted(members, raft.self()));
    }
    if (intakeBytesMax <= 0) {
      throw new IllegalArgumentException(
          "intakeBytesMax is %d, must be positive".formatted(intakeBytesMax));
    }
  }

  /** A node with the library's defaults: the paper's timings, 64 MiB of waiting commands. */
  public static NodeConfig of(NodeId self, Map<NodeId, PeerAddress> members, Path directory) {
    PeerAddress own = members.get(self);
    return new NodeConfig(
        new ClusterId(1),
        members,
        own == null ? PeerAddress.loopback(0) : own,
        directory,
        RaftConfig.of(self, System.nanoTime() ^ self.value()),
        WalConfig.DEFAULT,
        64 << 20,
        SnapshotTriggers.DEFAULT,
        members.isEmpty() ? Membership.UNKNOWN : new Membership(List.copyOf(members.keySet())),
        Locator.TEXT,
        null);
  }

  NodeId self() {
    return raft.self();
  }

  /** How this node, with {@code identity}, speaks to the others. */
  TcpConfig network(Identity identity) {
    Map<NodeId, PeerAddress> peers = new TreeMap<>(members);
    peers.remove(self());
    return new TcpConfig(identity, listen, peers, raft.seed()).withTls(tls);
  }

  /**
   * Whether anybody else votes, so that what is lost here is elsewhere.
   *
   * @param told the latest membership that the disk tells of, or null
   */
  boolean hasPeers(@Nullable Membership told) {
    Membership latest = told == null ? founding : told;
    return latest.members().isEmpty()
        ? members.size() > 1
        : latest.electorate().stream().anyMatch(voter -> !voter.equals(self()));
  }

  /** The same in another cluster. */
  public NodeConfig withCluster(ClusterId other) {
    return with(other, listen, raft, wal, snapshots, founding, locator);
  }

  /** The same with other timings and bounds. */
  public NodeConfig withRaft(RaftConfig other) {
    return with(cluster, listen, other, wal, snapshots, founding, locator);
  }

  /** The same, but listening elsewhere than its peers dial. */
  public NodeConfig withListen(PeerAddress other) {
    return with(cluster, other, raft, wal, snapshots, founding, locator);
  }

  /** The same with another membership to begin with, and what finds addresses in it. */
  public NodeConfig withFounding(Membership other, Locator addresses) {
    return with(cluster, listen, raft, wal, snapshots, other, addresses);
  }

  /**
   * The same for a node that a running group knows, and that learns the rest from it: one that was
   * added, or a member that lost its directory.
   */
  public NodeConfig joining() {
    return withFounding(Membership.UNKNOWN, locator);
  }

  /** The same with other sizes of the log's files. */
  public NodeConfig withWal(WalConfig other) {
    return with(cluster, listen, raft, other, snapshots, founding, locator);
  }

  /** The same with snapshots at other times. */
  public NodeConfig withSnapshots(SnapshotTriggers other) {
    return with(cluster, listen, raft, wal, other, founding, locator);
  }

  /** The same with another bound on the bytes of commands that wait for the core; positive. */
  public NodeConfig withIntakeBytesMax(long other) {
    return with(other, tls);
  }

  /** The same with what TLS is made of; it is spoken where an address is {@code secured()}. */
  public NodeConfig withTls(@Nullable Tls other) {
    return with(intakeBytesMax, other);
  }

  private NodeConfig with(long intakeBytes, @Nullable Tls other) {
    return new NodeConfig(
        cluster,
        members,
        listen,
        directory,
        raft,
        wal,
        intakeBytes,
        snapshots,
        founding,
        locator,
        other);
  }

  private NodeConfig with(
      ClusterId clusterId,
      PeerAddress listenAddress,
      RaftConfig raftConfig,
      WalConfig walConfig,
      SnapshotTriggers triggers,
      Membership membership,
      Locator addresses) {
    return new NodeConfig(
        clusterId,
        members,
        listenAddress,
        directory,
        raftConfig,
        walConfig,
        intakeBytesMax,
        triggers,
        membership,
        addresses,
        tls);
  }
}
