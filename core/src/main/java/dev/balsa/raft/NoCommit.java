package dev.balsa.raft;

import java.util.List;

/** Why a leader commits nothing. */
public sealed interface NoCommit extends Why {
  @Override
  default Question question() {
    return Question.NOTHING_COMMITS;
  }

  /**
   * Too few voters hold the next entry durably.
   *
   * @param index the entry that is to be committed next, at the least the first of the leader's own
   *     term (paper §5.4.2)
   * @param opensTerm whether it is that first one, for which reads wait, too
   * @param sinceNanos how long commits have stood still
   * @param held how many voters hold it, in a joint phase on the side that lacks most
   * @param needed how many must
   * @param lacking the voters that do not, and why
   */
  record TooFewHold(
      long index, boolean opensTerm, long sinceNanos, int held, int needed, List<Lack> lacking)
      implements NoCommit {
    /** Copies the list. */
    public TooFewHold {
      lacking = List.copyOf(lacking);
    }

    @Override
    public String text() {
      List<String> voters = lacking.stream().map(Lack::text).toList();
      return "entry %s is durable on %s voters, needs %s, and that for %s; not on %s"
          .formatted(index, held, needed, Why.millis(sinceNanos), String.join(", ", voters));
    }

    @Override
    public String remedy() {
      return lacking.isEmpty() ? "wait" : lacking.getFirst().hold().remedy();
    }
  }

  /** A voter that does not hold an entry durably, as far as the leader knows, and why. */
  record Lack(NodeId node, Hold hold) {
    private String text() {
      return node + " (" + hold.text() + ")";
    }
  }

  /**
   * A force of this node's log does not return, and with it nothing on this node does. Told by a
   * host that sees its forces from outside.
   *
   * @param sinceNanos how long it has lasted
   */
  record ForceHangs(long sinceNanos) implements NoCommit {
    @Override
    public String text() {
      return "a force of this node's log has not returned for " + Why.millis(sinceNanos);
    }

    @Override
    public String remedy() {
      return "look at this node's disk; if it leads, the others elect another leader by themselves";
    }
  }
}
