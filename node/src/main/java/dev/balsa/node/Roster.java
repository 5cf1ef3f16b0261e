package dev.balsa.node;

import dev.balsa.node.net.Transport;
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

  private final NodeId self;
  private final Transport transport;
  private final Locator locator;
  private final TreeSet<NodeId> peers; // of the transport
  private Membership followed = Membership.UNKNOWN;
  private long farewellAt = Long.MAX_VALUE;

  /**
   * @param known whom the transport was started with
   */
  Roster(NodeId self, Set<NodeId> known, Transport transport, Locator locator) {
    this.self = self;
    this.transport = transport;
    this.locator = locator;
    this.peers = new TreeSet<>(known);
  }

  /** Looks at what is in force; costs a comparison if nothing changed. */
  @SuppressWarnings("ReferenceEquality") // the same object means nothing changed
  void follow(Raft raft, long commit, long now) {
    Membership inForce = raft.membership();
    if (inForce != followed) {
      followed = inForce;
      farewellAt = Long.MAX_VALUE;
      inForce.members().forEach(this::find);
    }
    Configured committed = raft.configuredAt(commit);
    boolean settled = committed.membership() == inForce && inForce.member(self) != null;
    if (settled && farewellAt == Long.MAX_VALUE && hasStrangers()) {
      farewellAt = now + FAREWELL_NANOS;
    }
    if (settled && now >= farewellAt) {
      farewellAt = Long.MAX_VALUE;
      letGo();
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
