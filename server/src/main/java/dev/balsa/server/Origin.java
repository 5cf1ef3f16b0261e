package dev.balsa.server;

import dev.balsa.node.StorageException;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.net.Inquiry;
import dev.balsa.node.net.PeerAddress;
import dev.balsa.node.tls.Tls;
import dev.balsa.node.wal.DataDirectory;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.Member;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Seat;
import dev.balsa.server.backend.MemberContext;
import dev.balsa.server.config.InitialCluster;
import dev.balsa.server.config.InitialMember;
import dev.balsa.server.config.ServerConfig;
import dev.balsa.server.config.Url;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who a member is, and whom it knows when it starts. As in etcd, data that is there already decides
 * and {@code --initial-cluster} only gives addresses; without data, a new cluster's members compute
 * all ids from that flag, and who joins an existing one asks its members. One that is told to found
 * a cluster asks, too, once: if that has been founded without it, or with it before it lost its
 * data, it must not be founded again.
 *
 * @param peers where those that it knows listen for peers, itself among them
 * @param founding the membership to begin with; of no account once the log holds one
 */
record Origin(ClusterId cluster, NodeId self, Map<NodeId, PeerAddress> peers, Membership founding) {

  /**
   * Finds it out; asks other members if need be.
   *
   * @param tls for peers whose URLs ask for it; null if none may
   * @throws StartException if the data is another member's, or no member knows this one
   */
  static Origin of(ServerConfig config, Surroundings.Disk disk, @Nullable Tls tls) {
    Optional<DataDirectory.Found> found = look(disk, config.dataDir(), config.walDir());
    if (found.isEmpty()) {
      Joining joining = new Joining(config, tls);
      return config.joinsExisting()
          ? joining.asNewcomer()
          : joining.ifFounded().orElseGet(() -> founder(config));
    }
    NodeId self = found.get().identity().node();
    ClusterId cluster = found.get().identity().cluster();
    for (InitialMember member : config.cluster().members()) {
      if (member.id().equals(self)) {
        requireName(config, member);
        Origin founder = founder(config);
        Membership founding = config.joinsExisting() ? Membership.UNKNOWN : founder.founding();
        return new Origin(cluster, self, founder.peers(), founding);
      }
    }
    Map<NodeId, PeerAddress> known =
        new Joining(config, tls).again(cluster, self, found.get().blank());
    known.put(self, address(config.listenPeer()));
    return new Origin(cluster, self, known, Membership.UNKNOWN);
  }

  private static Optional<DataDirectory.Found> look(
      Surroundings.Disk disk, Path dataDir, Path walDir) {
    if (!disk.isThere(dataDir) && !disk.isThere(walDir)) {
      return Optional.empty();
    }
    try (Directory directory = disk.open(dataDir, walDir)) {
      return DataDirectory.look(directory);
    } catch (StorageException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  private static void requireName(ServerConfig config, InitialMember owner) {
    if (!owner.name().equals(config.name())) {
      throw new StartException(
          "data directory %s holds member %s (%s) of --initial-cluster, --name says %s; fix --name or choose another --data-dir"
              .formatted(config.dataDir(), owner.name(), owner.id(), config.name()));
    }
  }

  /** One of {@code --initial-cluster}, all of whom are voters from the start. */
  private static Origin founder(ServerConfig config) {
    Map<NodeId, PeerAddress> peers = new TreeMap<>();
    for (InitialMember member : config.cluster().members()) {
      peers.put(member.id(), address(member.peerUrls().getFirst()));
    }
    return new Origin(config.cluster().id(), config.self().id(), peers, founding(config.cluster()));
  }

  /** The membership of a cluster at its beginning. */
  static Membership founding(InitialCluster cluster) {
    List<Member> members = new ArrayList<>();
    for (InitialMember member : cluster.members()) {
      List<String> peerUrls = member.peerUrls().stream().map(Url::toString).toList();
      members.add(new Member(member.id(), Seat.VOTER, MemberContext.encode(peerUrls), null));
    }
    return new Membership(members, List.of());
  }

  /** One that {@code answer} knows under {@code self}. */
  static Origin newcomer(ServerConfig config, Inquiry.Answer answer, NodeId self) {
    Map<NodeId, PeerAddress> peers = peers(answer.membership());
    peers.put(self, address(config.listenPeer()));
    return new Origin(answer.cluster(), self, peers, Membership.UNKNOWN);
  }

  static Map<NodeId, PeerAddress> peers(Membership membership) {
    Map<NodeId, PeerAddress> peers = new TreeMap<>();
    for (Member member : membership.members()) {
      MemberContext.address(member.context()).ifPresent(address -> peers.put(member.id(), address));
    }
    return peers;
  }

  static PeerAddress address(Url url) {
    return new PeerAddress(url.host(), url.port(), url.secure());
  }
}
