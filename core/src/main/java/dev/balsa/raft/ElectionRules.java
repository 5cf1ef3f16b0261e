package dev.balsa.raft;

/**
 * How one node takes part in elections.
 *
 * @param preVote whether the node asks its peers if it could win before it raises its term (thesis
 *     §9.6). Every node answers such a question whatever is set here, so the nodes of a group may
 *     differ, as they do while the setting is rolled out.
 * @param checkQuorum whether the node steps down as leader when no quorum has answered for an
 *     election timeout (thesis §6.2). Without it a leader on the wrong side of a cut keeps its
 *     clients waiting, and one that hears only its followers may keep a group from a better one;
 *     nothing that was promised is lost by it.
 * @param priority from 0 to {@link #PRIORITY_MAX}: how readily the node campaigns. For each step
 *     below the greatest it waits longer by the whole width of the range of election timeouts, so
 *     that a node above it is always first. Each election that gives no leader takes one step off
 *     the wait: no preference keeps a group without a leader.
 */
public record ElectionRules(boolean preVote, boolean checkQuorum, int priority) {
  /** The priority of a node that waits no longer than the paper says. */
  public static final int PRIORITY_MAX = 4;

  /** Pre-vote and check-quorum, and no node preferred to another. */
  public static final ElectionRules DEFAULT = new ElectionRules(true, true, PRIORITY_MAX);

  public ElectionRules {
    Require.argument(
        priority >= 0 && priority <= PRIORITY_MAX,
        "priority is %s, must be from 0 to %s",
        priority,
        PRIORITY_MAX);
  }
}
