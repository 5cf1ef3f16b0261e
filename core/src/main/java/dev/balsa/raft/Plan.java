package dev.balsa.raft;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a change of the membership would do, before anyone does it: a pure function of the
 * membership and the wish.
 *
 * <p>Where at most one voter changes, any majority before and any after share a node, so the group
 * goes over in one entry (thesis §4.1). Otherwise a joint phase stands between, in which both
 * majorities must agree (thesis §4.3).
 */
public sealed interface Plan {
  /** The change is refused; {@code node} is the member at fault, or null if no single one is. */
  record Refused(Refusal reason, @Nullable NodeId node) implements Plan {}

  /**
   * The change can be made.
   *
   * @param during what the first entry carries: a joint phase, or {@code after} itself
   */
  record Possible(Membership before, Membership during, Membership after) implements Plan {
    /** Whether two entries are needed, with two majorities between them. */
    public boolean isJoint() {
      return during.isJoint();
    }

    /**
     * Whether the group could no longer decide, during the change or after it, if only {@code
     * alive} take part.
     */
    public boolean losesQuorum(Predicate<NodeId> alive) {
      return !new Quorum(during).agrees(alive) || !new Quorum(after).agrees(alive);
    }

    /** The quorums and what they bear, one phase in a line, for an operator to read. */
    public String describe() {
      return line("before", before)
          + (isJoint() ? line("during", during) : "")
          + line("after", after);
    }

    private static String line(String phase, Membership membership) {
      Quorum quorum = new Quorum(membership);
      return "%-6s %s, %d may fail\n".formatted(phase, quorum, quorum.tolerance());
    }
  }

  /**
   * Plans {@code changes}, all at once, from {@code before}.
   *
   * @throws IllegalArgumentException if a node is named twice
   */
  static Plan of(Membership before, List<Change> changes) {
    if (before.isJoint()) {
      return new Refused(Refusal.CHANGE_IN_PROGRESS, null);
    }
    TreeMap<NodeId, Member> members = new TreeMap<>();
    before.members().forEach(member -> members.put(member.id(), member));
    TreeSet<NodeId> removed = new TreeSet<>(before.removed());
    TreeSet<NodeId> named = new TreeSet<>();
    for (Change change : changes) {
      Require.argument(
          named.add(change.node()), "changes %s name %s twice", changes, change.node());
      Refusal refusal = refusal(change, members.get(change.node()), removed);
      if (refusal != null) {
        return new Refused(refusal, change.node());
      }
      apply(change, members, removed);
    }
    if (members.values().stream().noneMatch(member -> member.seat().votes())) {
      return new Refused(Refusal.LAST_VOTER, null);
    }
    Membership after = new Membership(List.copyOf(members.values()), List.copyOf(removed));
    if (after.equals(before)) {
      return new Refused(Refusal.NOTHING_TO_CHANGE, null);
    }
    return new Possible(before, during(before, after), after);
  }

  private static @Nullable Refusal refusal(
      Change change, @Nullable Member member, Set<NodeId> removed) {
    Refusal unknown = member == null ? Refusal.UNKNOWN_MEMBER : null;
    boolean votes = member != null && member.seat().votes();
    return switch (change) {
      case Change.Add add when removed.contains(add.node()) -> Refusal.ID_REUSED;
      case Change.Add add -> member == null ? null : Refusal.MEMBER_EXISTS;
      case Change.Promote promote -> votes ? Refusal.NOT_A_LEARNER : unknown;
      case Change.Demote demote -> member == null || votes ? unknown : Refusal.NOT_A_VOTER;
      case Change.Remove remove -> unknown;
      case Change.Update update -> unknown;
    };
  }

  private static void apply(Change change, Map<NodeId, Member> members, Set<NodeId> removed) {
    switch (change) {
      case Change.Add(NodeId node, Seat seat, Bytes context) ->
          members.put(node, new Member(node, seat, context, null));
      case Change.Promote(NodeId node) ->
          members.computeIfPresent(node, (id, member) -> member.withSeat(Seat.VOTER));
      case Change.Demote(NodeId node) ->
          members.computeIfPresent(node, (id, member) -> member.withSeat(Seat.LEARNER));
      case Change.Remove(NodeId node) -> {
        members.remove(node);
        removed.add(node);
      }
      case Change.Update(NodeId node, Bytes context) ->
          members.computeIfPresent(node, (id, member) -> member.withContext(context));
    }
  }

  /** The joint phase between two memberships, or {@code after} if at most one voter differs. */
  private static Membership during(Membership before, Membership after) {
    TreeMap<NodeId, Member> seats = new TreeMap<>();
    TreeSet<NodeId> removed = new TreeSet<>(after.removed());
    int changed = 0;
    for (Member member : after.members()) {
      boolean voted = before.votes(member.id());
      changed += voted == member.seat().votes() ? 0 : 1;
      seats.put(member.id(), member.withSeat(joint(voted, member.seat())));
    }
    for (Member member : before.members()) {
      if (member.seat().votes() && after.member(member.id()) == null) {
        changed++;
        removed.remove(member.id());
        seats.put(member.id(), member.withSeat(Seat.OUTGOING));
      }
    }
    return changed <= 1 ? after : new Membership(List.copyOf(seats.values()), List.copyOf(removed));
  }

  private static Seat joint(boolean voted, Seat after) {
    if (voted == after.votes()) {
      return after;
    }
    return voted ? Seat.DEMOTED : Seat.INCOMING;
  }
}
