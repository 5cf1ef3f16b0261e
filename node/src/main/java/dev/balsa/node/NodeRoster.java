package dev.balsa.node;

import dev.balsa.node.net.Inquiry;
import dev.balsa.node.net.PeerAddress;
import dev.balsa.node.net.PeerStatus;
import dev.balsa.node.net.Transport;
import dev.balsa.node.tls.Tls;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.Configured;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Member;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Raft;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the transport's peers in step with the membership: newcomers are dialed as soon as their
 * configuration is in the log, and former members let go a while after it is committed, so that
 * they still hear of it. For a node that has one group.
 */
final class NodeRoster implements Roster {
  /** Long enough for a last message, short enough that nobody wonders. */
  private static final long FAREWELL_NANOS = 2_000_000_000;

  /** How long a removed node goes on, to answer its last clients. */
  private static final long END_NANOS = 1_000_000_000;

  private static final long ASK_NANOS = 1_000_000_000;
  private static final Duration ASK_PATIENCE = Duration.ofSeconds(1);
  private static final Logger LOG = System.getLogger(NodeRoster.class.getName());

  private final ClusterId cluster;
  private final NodeId self;
  private final Transport transport;
  private final Locator locator;
  private final @Nullable Tls tls;
  private final TreeSet<NodeId> peers; // of the transport
  private Membership followed = Membership.UNKNOWN;
  private final TreeSet<NodeId> heardOf = new TreeSet<>(); // of the peers, and not yet in the log
  private final ConcurrentLinkedQueue<Membership> answers = new ConcurrentLinkedQueue<>();
  private long askAgainAt = Long.MIN_VALUE;
  private Membership told = Membership.UNKNOWN;
  private long farewellAt = Long.MAX_VALUE;
  private long endAt = Long.MAX_VALUE;

  /**
   * @param known whom the transport was started with
   * @param tls for peers whose addresses ask for it
   */
  NodeRoster(
      ClusterId cluster,
      NodeId self,
      Set<NodeId> known,
      Transport transport,
      Locator locator,
      @Nullable Tls tls) {
    this.cluster = cluster;
    this.self = self;
    this.transport = transport;
    this.locator = locator;
    this.tls = tls;
    this.peers = new TreeSet<>(known);
  }

  @Override
  public long deadline() {
    return Math.min(farewellAt, endAt);
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // the same object means nothing changed
  public void follow(Raft raft, long commit, long now) {
    Membership inForce = raft.membership();
    if (inForce != followed) {
      followed = inForce;
      farewellAt = Long.MAX_VALUE;
      inForce.members().forEach(this::find);
    }
    Configured committed = raft.configuredAt(commit);
    tell(committed.at().equals(EntryId.ZERO) ? Membership.UNKNOWN : committed.membership(), now);
    learn();
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

  @Override
  public void removed() {
    throw new RemovedException(self, cluster);
  }

  /**
   * A node of the cluster that is none of the peers dials: this one may have been away while it was
   * added, and hear of it from nobody if that node leads. So the peers are asked who they all are.
   */
  @Override
  public void knocked(NodeId stranger, long now) {
    if (now < askAgainAt || told.removed().contains(stranger)) {
      return;
    }
    askAgainAt = now + ASK_NANOS;
    List<PeerAddress> addresses = transport.peers().stream().map(PeerStatus::address).toList();
    Thread.ofVirtual().name("ask-members").start(() -> ask(addresses, stranger));
  }

  /** On a thread of its own: what one knows that knows the stranger is left for the loop. */
  private void ask(List<PeerAddress> addresses, NodeId stranger) {
    for (PeerAddress address : addresses) {
      try {
        Inquiry.Answer answer = Inquiry.ask(address, ASK_PATIENCE, tls);
        if (answer.cluster().equals(cluster) && answer.membership().member(stranger) != null) {
          answers.add(answer.membership());
          transport.wakeup();
          return;
        }
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "{0} does not tell the members: {1}", address, e.getMessage());
      }
    }
  }

  private void learn() {
    for (Membership answer = answers.poll(); answer != null; answer = answers.poll()) {
      for (Member member : answer.members()) {
        if (followed.member(member.id()) == null) {
          find(member);
          heardOf.add(member.id());
        }
      }
    }
  }

  private boolean isStranger(NodeId peer) {
    return followed.member(peer) == null
        && (!heardOf.contains(peer) || told.removed().contains(peer));
  }

  private boolean hasStrangers() {
    return peers.stream().anyMatch(this::isStranger);
  }

  private void letGo() {
    peers.removeIf(
        peer -> {
          boolean stranger = isStranger(peer);
          if (stranger) {
            transport.forget(peer);
          }
          return stranger;
        });
  }
}
