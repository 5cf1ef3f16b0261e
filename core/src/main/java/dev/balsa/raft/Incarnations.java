package dev.balsa.raft;

import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * With which data directories the members speak, and whose promises therefore count.
 *
 * <p>Raft is safe because a vote and an acknowledgement outlive a crash. One that was made with a
 * disk that is lost does not, and nobody but the others can know: the node itself comes back empty.
 * So the membership names each member's directory, and three rules follow:
 *
 * <ol>
 *   <li>A candidate counts a vote only of a member whose directory its own log names. One that no
 *       log names yet may have promised something to a leader of whom this candidate knows nothing.
 *   <li>A leader counts no acknowledgement of a member that speaks with another directory than the
 *       one named. One that is not named yet counts: whoever lacks that entry lacks the name, too,
 *       and does not get its vote (rule 1).
 *   <li>A node that its log names with another directory than its own does not campaign.
 * </ol>
 *
 * <p>While no member's directory is named at all, the group is being founded and everyone counts;
 * the first entry of the log then names those who elected its leader. Two nodes with empty
 * directories can found a group again if no other answers: nothing tells them apart from two that
 * never ran.
 *
 * <p>A host that does not tell directories apart (a null {@link Restored#incarnation()}) switches
 * all this off.
 */
final class Incarnations {
  private final NodeId self;
  private final @Nullable IncarnationId own;
  private final Configurations configurations;
  private final TreeMap<NodeId, IncarnationId> speaking = new TreeMap<>();

  // Derived from the membership in force and from who speaks, and from nothing else.
  private Membership judged = Membership.UNKNOWN;
  private boolean founding = true;
  private final TreeSet<NodeId> named = new TreeSet<>(); // and speaking with that directory
  private final TreeSet<NodeId> strangers = new TreeSet<>(); // named with another one
  private final TreeSet<NodeId> nameless = new TreeSet<>(); // speaking, but named with none

  Incarnations(NodeId self, @Nullable IncarnationId own, Configurations configurations) {
    this.self = self;
    this.own = own;
    this.configurations = configurations;
    if (own != null) {
      speaking.put(self, own);
    }
    judge(configurations.membership());
  }

  boolean areTracked() {
    return own != null;
  }

  /** From now on {@code peer} speaks so. Returns whether it did otherwise before. */
  boolean greeted(NodeId peer, IncarnationId incarnation) {
    IncarnationId before = speaking.put(peer, incarnation);
    judge(configurations.membership());
    return before != null && !before.equals(incarnation);
  }

  /** Whether a vote of {@code voter} for this node counts (rule 1). */
  boolean mayElect(NodeId voter) {
    refresh();
    return own == null || founding || named.contains(voter);
  }

  /** Whether {@code node} speaks, or is this node, with another directory than the one named. */
  boolean isStranger(NodeId node) {
    refresh();
    return strangers.contains(node);
  }

  /** Whether this node itself may campaign (rule 3). */
  boolean mayCampaign() {
    refresh();
    return own == null
        || founding
        || named.contains(self)
        || configurations.membership().member(self) == null;
  }

  /** Whether the member's directory is named and it speaks with that one. */
  boolean isNamed(NodeId node) {
    refresh();
    return own == null || named.contains(node);
  }

  /** Whether the membership ought to name somebody anew. */
  boolean hasNews() {
    refresh();
    return own != null && !(nameless.isEmpty() && strangers.isEmpty());
  }

  /** The voters that came back with another directory. */
  List<NodeId> lostVoters() {
    refresh();
    if (strangers.isEmpty()) { // nearly always, and this is asked with every status
      return List.of();
    }
    Membership membership = configurations.membership();
    return strangers.stream().filter(membership::votes).toList();
  }

  /** {@code membership} with the directories of those whose directory it does not name yet. */
  Membership name(Membership membership) {
    List<Member> members =
        membership.members().stream()
            .map(
                member ->
                    member.incarnation() == null
                        ? member.withIncarnation(speaking.get(member.id()))
                        : member)
            .toList();
    return new Membership(members, membership.removed());
  }

  /** {@code membership} in which {@code stranger} begins again as a learner, to be promoted. */
  Membership readmit(Membership membership, NodeId stranger) {
    List<Member> members =
        membership.members().stream()
            .map(
                member ->
                    member.id().equals(stranger)
                        ? member
                            .withIncarnation(speaking.get(stranger))
                            .withSeat(member.seat() == Seat.LEARNER ? Seat.LEARNER : Seat.JOINING)
                        : member)
            .toList();
    return new Membership(members, membership.removed());
  }

  /** One member that came back with another directory, or null. */
  @Nullable NodeId stranger() {
    refresh();
    return strangers.isEmpty() ? null : strangers.first();
  }

  /** The directory with which {@code node} speaks, or null if it never did. */
  @Nullable IncarnationId of(NodeId node) {
    return speaking.get(node);
  }

  @SuppressWarnings("ReferenceEquality") // the same object means nothing changed
  private void refresh() {
    if (judged != configurations.membership()) {
      judge(configurations.membership());
    }
  }

  private void judge(Membership membership) {
    judged = membership;
    founding = true;
    named.clear();
    strangers.clear();
    nameless.clear();
    if (own == null) {
      return;
    }
    for (Member member : membership.members()) {
      IncarnationId known = member.incarnation();
      IncarnationId heard = speaking.get(member.id());
      founding &= known == null;
      if (heard == null) {
        continue;
      }
      if (known == null) {
        nameless.add(member.id());
      } else if (known.equals(heard)) {
        named.add(member.id());
      } else {
        strangers.add(member.id());
      }
    }
  }

  void describe(Fingerprint print) {
    print.add(speaking.size());
    speaking.forEach((node, directory) -> print.add(node).add(directory.value()));
  }
}
