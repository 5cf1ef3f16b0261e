package dev.balsa.node;

import dev.balsa.node.net.Transport;
import dev.balsa.raft.Member;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Raft;

/**
 * Makes the members of one group among many known to the transport, where the membership tells
 * their addresses. Nobody is forgotten, since other groups may need the same peer; and who leaves
 * one group stays in the others.
 */
final class SharedRoster implements Roster {
  private final NodeId self;
  private final Transport transport;
  private final Locator locator;
  private Membership followed = Membership.UNKNOWN;

  SharedRoster(NodeId self, Transport transport, Locator locator) {
    this.self = self;
    this.transport = transport;
    this.locator = locator;
  }

  @Override
  public long deadline() {
    return Long.MAX_VALUE;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // the same object means nothing changed
  public void follow(Raft raft, long commit, long now) {
    if (raft.membership() != followed) {
      followed = raft.membership();
      followed.members().forEach(this::find);
    }
  }

  private void find(Member member) {
    if (!member.id().equals(self)) {
      locator.locate(member.context()).ifPresent(address -> transport.locate(member.id(), address));
    }
  }

  @Override
  public void knocked(NodeId stranger, long now) {
    // The next configuration of a group, or whoever runs the node, tells who that is.
  }

  @Override
  public void removed() {
    // No peer says so: a node that has many groups is a member of none as a whole.
  }
}
