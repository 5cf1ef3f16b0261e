package dev.balsa.raft;

import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who takes part in the group. A value: it changes only by an entry in the log that carries the
 * next one ({@link Payload.Configuration}).
 *
 * @param members in ascending order of their ids, without repetition; empty only for {@link
 *     #UNKNOWN}, else with at least one voter on either side of a joint phase
 * @param removed the ids of former members in ascending order; none of them is given out again,
 *     since a node that deleted its log may not take part as its former self
 */
public record Membership(List<Member> members, List<NodeId> removed) {
  /** What a node knows that has yet to be told by the log it joins. */
  public static final Membership UNKNOWN = new Membership(List.of(), List.of());

  private static final int FIXED_BYTES = 8;

  /** Sorts both lists and refuses what is ambiguous or could decide nothing. */
  public Membership {
    members = members.stream().sorted((one, other) -> one.id().compareTo(other.id())).toList();
    removed = removed.stream().sorted().toList();
    List<NodeId> ids = members.stream().map(Member::id).toList();
    Require.argument(new TreeSet<>(ids).size() == ids.size(), "members %s name a node twice", ids);
    Require.argument(
        new TreeSet<>(removed).size() == removed.size()
            && removed.stream().noneMatch(ids::contains),
        "removed members %s name a node twice or a member of %s",
        removed,
        ids);
    Require.argument(
        members.isEmpty()
            ? removed.isEmpty()
            : members.stream().anyMatch(member -> member.seat().votesBefore())
                && members.stream().anyMatch(member -> member.seat().votesAfter()),
        "a group needs at least one voter, has %s",
        members);
  }

  /**
   * A group of voters and nobody else.
   *
   * @throws IllegalArgumentException if there is none, or one twice
   */
  public Membership(List<NodeId> voters) {
    this(seats(voters), List.of());
  }

  private static List<Member> seats(List<NodeId> voters) {
    Require.argument(!voters.isEmpty(), "a group needs at least one voter");
    return voters.stream().map(voter -> new Member(voter, Seat.VOTER)).toList();
  }

  /** The voters, in a joint phase the incoming ones; in ascending order, like all lists here. */
  public List<NodeId> voters() {
    return ids(Seat::votesAfter);
  }

  /** The outgoing voters of a joint phase; empty outside of one. */
  public List<NodeId> outgoing() {
    return isJoint() ? ids(Seat::votesBefore) : List.of();
  }

  /** Everyone whose vote counts, in a joint phase in either majority. */
  public List<NodeId> electorate() {
    return ids(Seat::votes);
  }

  /** Who receives the log without counting. */
  public List<NodeId> learners() {
    return ids(seat -> !seat.votes());
  }

  private List<NodeId> ids(Predicate<Seat> wanted) {
    return members.stream().filter(member -> wanted.test(member.seat())).map(Member::id).toList();
  }

  /** Whether decisions need two majorities (thesis §4.3). */
  public boolean isJoint() {
    return members.stream().anyMatch(member -> member.seat().isJoint());
  }

  /** Whether the node's vote counts. */
  public boolean votes(NodeId node) {
    Member member = member(node);
    return member != null && member.seat().votes();
  }

  /**
   * How many more voters may fail, whichever they are, if only those take part now that hold {@code
   * alive}; negative if so many are missing already. In a joint phase both majorities count.
   */
  public int spare(Predicate<NodeId> alive) {
    return new Quorum(this).spare(alive);
  }

  /** The node's seat, or null if it has none. */
  public @Nullable Member member(NodeId node) {
    for (Member member : members) {
      if (member.id().equals(node)) {
        return member;
      }
    }
    return null;
  }

  /** The membership that ends a joint phase; itself outside of one. */
  Membership leave() {
    List<NodeId> gone =
        members.stream().filter(m -> m.seat() == Seat.OUTGOING).map(Member::id).toList();
    List<Member> left =
        members.stream()
            .filter(member -> member.seat() != Seat.OUTGOING)
            .map(member -> member.withSeat(settled(member.seat())))
            .toList();
    return new Membership(left, Stream.concat(removed.stream(), gone.stream()).toList());
  }

  private static Seat settled(Seat seat) {
    return switch (seat) {
      case INCOMING, VOTER -> Seat.VOTER;
      case DEMOTED, LEARNER -> Seat.LEARNER;
      case JOINING -> Seat.JOINING;
      case OUTGOING -> throw new InvariantViolation("an outgoing voter settles nowhere");
    };
  }

  /** The length of its byte form: 8, and 22 and its context for each member, 8 for each removed. */
  public int bytes() {
    int bytes = FIXED_BYTES + Long.BYTES * removed.size();
    for (Member member : members) {
      bytes += member.bytes();
    }
    return bytes;
  }

  /** The members in braces, each that is no plain voter with its seat: {@code {1 2 3:LEARNER}}. */
  @Override
  public String toString() {
    return "{" + String.join(" ", members.stream().map(Member::toString).toList()) + "}";
  }

  void describe(Fingerprint print) {
    print.add(members.size()).add(removed.size());
    // No two seats begin alike.
    members.forEach(member -> print.add(member.id()).add(member.seat().name().charAt(0)));
    removed.forEach(print::add);
  }
}
