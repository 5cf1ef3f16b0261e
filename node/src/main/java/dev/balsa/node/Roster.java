package dev.balsa.node;

import dev.balsa.node.net.Transport;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.Configured;
import dev.balsa.raft.Member;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Raft;
import java.util.Set;
import java.util.TreeSet;

/**
 * Keeps the transport's peers in step with the membership: newcomers are dialed as soon as their
 * configuration is in the log, and former members let go a while after it is committed, so that
 * they still hear of it. Loop thread only.
 */
final class Roster {
  /** Long enough for a last message, short enough that nobody wonders. */
  private static final long FAREWELL_NANOS = 2_000_000_000;

  /** How long a removed node goes on, to answer its last clients. */
  private static final long END_NANOS = 1_000_000_000;

  private final ClusterId cluster;
  private final NodeId self;
  private final Transport transport;
  private final Locator locator;
  private final TreeSet<NodeId> peers; // of the transport
  private Membership followed = Membership.UNKNOWN;
  private Membership told = Membership.UNKNOWN;
  private long farewellAt = Long.MAX_VALUE;
  private long endAt = Long.MAX_VALUE;

  /**
   * @param known whom the transport was started with
   */
  Roster(ClusterId cluster, NodeId self, Set<NodeId> known, Transport transport, Locator locator) {
    this.cluster = cluster;
    this.self = self;
    this.transport = transport;
    this.locator = locator;
    this.peers = new TreeSet<>(known);
  }

  /** When {@link #follow} has something to do though nothing happens. */
  long deadline() {
    return Math.min(farewellAt, endAt);
  }

  /**
   * Looks at what is in force; costs a comparison if nothing changed.
   *
   * @throws RemovedException a while after this node's own removal was committed, so that it may
   *     still pass on what it knows
   */
  @SuppressWarnings("ReferenceEquality") // the same object means nothing changed
  void follow(Raft raft, long commit, long now) {
    Membership inForce = raft.membership();
    if (inForce != followed) {
      followed = inForce;
      farewellAt = Long.MAX_VALUE;
      inForce.members().forEach(this::find);
    }
    Configured committed = raft.configuredAt(commit);
    tell(committed.membership(), now);
    if (now >= endAt) {
      throw new RemovedException(self, cluster);
    }
    boolean settled = committed.membership() == inForce && inForce.member(self) != null;
    if (settled && farewellAt == Long.MAX_VALUE && hasStrangers()) {
      farewellAt = now + FAREWELL_NANOS;
    }
    if (settled && now >= farewellAt) {
      farewellAt = Long.MAX_VALUE;
      letGo();
    }
  }

  @SuppressWarnings("ReferenceEquality") // the same object means nothing changed
  private void tell(Membership committed, long now) {
    if (committed != told) {
      told = committed;
      transport.tell(committed);
      if (committed.removed().contains(self)) {
        endAt = now + END_NANOS;
      }
    }
  }

  private void find(Member member) {
    if (!member.id().equals(self)) {
      locator
          .locate(member.context())
          .ifPresent(
              address -> {
                transport.locate(member.id(), address);
                peers.add(member.id());
              });
    }
  }

  /** A peer says that this node is no member any more; peers only say so of what is committed. */
  void removed() {
    throw new RemovedException(self, cluster);
  }

  private boolean hasStrangers() {
    return peers.stream().anyMatch(peer -> followed.member(peer) == null);
  }

  private void letGo() {
    peers.removeIf(
        peer -> {
          boolean stranger = followed.member(peer) == null;
          if (stranger) {
            transport.forget(peer);
          }
          return stranger;
        });
  }
}
