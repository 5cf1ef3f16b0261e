package dev.balsa.raft;

/**
 * Whether this term's leader is alive, as its quorum and it itself see it.
 *
 * <p>Three rules that are safe from each other's gaps only together (thesis §4.2.3, §6.2, §9.6): a
 * leader that no quorum answers steps down, so that it neither holds clients nor silences those who
 * could elect another; who follows or is a live leader denies its vote, so that a node which is cut
 * off from the leader alone cannot depose it; and pre-vote keeps such a node's term from growing.
 * Where one node with an up-to-date log has links both ways to a quorum, they give a leader that
 * stays. A node that never heard a leader, as after a cold start, is bound by none of them.
 */
final class Liveness {
  private final NodeState state;

  Liveness(NodeState state) {
    this.state = state;
  }

  /** A quorum has just voted, which counts as an answer. */
  void lead(Role.Leader leader) {
    leader.peers.values().forEach(progress -> progress.heard = state.now());
    leader.quorumDeadline = checksQuorum() ? deadlineAfter(state.now()) : RaftConfig.NEVER;
  }

  /**
   * Steps down if no quorum answered for the longest election timeout (thesis §6.2), unless that
   * rule is off.
   */
  void wake(Role.Leader leader) {
    if (state.now() < leader.quorumDeadline) {
      return;
    }
    leader.quorumDeadline = deadlineAfter(quorumHeard(leader));
    if (state.now() >= leader.quorumDeadline) {
      state.stepDown(Event.StepDown.QUORUM_SILENT);
    }
  }

  /**
   * A leader that stood still for the longest election timeout, as in a pause of its process or a
   * force that hung, steps down before it looks at anything: all others have had the time to elect
   * another, and the answers that gathered meanwhile tell only that they lived before. One that
   * needs no other's word goes on.
   */
  void back(Role.Leader leader, long awayNanos) {
    boolean tooLong = checksQuorum() && awayNanos >= state.config.electionTimeoutMaxNanos();
    if (tooLong && state.now() >= deadlineAfter(quorumHeard(leader))) {
      state.stepDown(Event.StepDown.STOOD_STILL);
    }
  }

  private boolean checksQuorum() {
    return state.config.election().checkQuorum();
  }

  private long deadlineAfter(long heard) {
    return Math.addExact(heard, state.config.electionTimeoutMaxNanos());
  }

  /** Whether a request for votes comes while nobody needs a new leader (thesis §4.2.3). */
  boolean leaderAlive() {
    return hasPromised()
        || switch (state.role()) {
          case Role.Follower follower -> follower.leader != null && isRecent(follower.heard);
          case Role.PreCandidate preCandidate -> false;
          case Role.Candidate candidate -> false;
          case Role.Leader leader -> isRecent(quorumHeard(leader));
        };
  }

  /**
   * Whether a leader may count on this node to elect nobody else: it heard one a short while ago,
   * in whatever term and before whatever it has learned since, or may have, before it was started
   * (thesis §6.4.1).
   */
  private boolean hasPromised() {
    return state.config.lease().enabled() && isRecent(state.leaderHeard());
  }

  /** Whether so little time has passed that no election timeout can have ended since. */
  boolean isRecent(long heard) {
    return state.now() < heard + state.config.electionTimeoutMinNanos();
  }

  /** Since when each of some quorum has answered, this node among them. */
  private long quorumHeard(Role.Leader leader) {
    return state
        .quorum()
        .reached(
            node -> {
              Progress progress = leader.peers.get(node);
              return progress == null ? state.now() : progress.heard;
            });
  }
}
