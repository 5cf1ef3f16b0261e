package dev.balsa.raft;

/**
 * What a member is for the quorums. While two or more voters change at once the group is in a joint
 * phase and decides by two majorities, that of the outgoing voters and that of the incoming ones
 * (thesis §4.3); a seat says in which of them a member counts, so the two lists can never
 * contradict each other.
 */
public enum Seat {
  /** Receives the log, counts for nothing, stays so until it is promoted (thesis §4.2.1). */
  LEARNER(false, false),
  /** A learner that the leader makes a voter by itself once it has caught up. */
  JOINING(false, false),
  /** Counts, in a joint phase in both majorities. */
  VOTER(true, true),
  /** Joint phase: counts among the incoming voters, and will be a voter. */
  INCOMING(false, true),
  /** Joint phase: counts among the outgoing voters, and will be no member. */
  OUTGOING(true, false),
  /** Joint phase: counts among the outgoing voters, and will be a learner. */
  DEMOTED(true, false);

  private final boolean votesBefore;
  private final boolean votesAfter;

  Seat(boolean votesBefore, boolean votesAfter) {
    this.votesBefore = votesBefore;
    this.votesAfter = votesAfter;
  }

  /** Whether the member counts among the voters before the change under way, if there is one. */
  public boolean votesBefore() {
    return votesBefore;
  }

  /** Whether it counts among the voters after the change under way, if there is one. */
  public boolean votesAfter() {
    return votesAfter;
  }

  /** Whether it counts at all, and may campaign. */
  public boolean votes() {
    return votesBefore || votesAfter;
  }

  /** Whether a membership with this seat is in a joint phase. */
  public boolean isJoint() {
    return votesBefore != votesAfter;
  }
}
