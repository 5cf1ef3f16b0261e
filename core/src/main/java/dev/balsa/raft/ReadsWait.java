package dev.balsa.raft;

import java.util.List;

/** Why linearizable reads are not answered (thesis §6.4). */
public sealed interface ReadsWait extends Why {
  @Override
  default Question question() {
    return Question.READS_WAIT;
  }

  /** How many they are. */
  int reads();

  /** How long the oldest of them has waited. */
  long sinceNanos();

  /** No entry of the leader's own term is committed, so it does not know what is (paper §8). */
  record TermNotOpen(int reads, long sinceNanos) implements ReadsWait {
    @Override
    public String text() {
      return "%s reads wait, the oldest for %s, until an entry of this leader's term is committed"
          .formatted(reads, Why.millis(sinceNanos));
    }

    @Override
    public String remedy() {
      return "see why nothing commits";
    }
  }

  /**
   * No quorum has confirmed that this node leads.
   *
   * @param missing the voters that have not
   */
  record Unconfirmed(int reads, long sinceNanos, List<NodeId> missing) implements ReadsWait {
    /** Copies the list. */
    public Unconfirmed {
      missing = List.copyOf(missing);
    }

    @Override
    public String text() {
      return "%s reads wait, the oldest for %s: no majority confirms that this node leads; missing: %s"
          .formatted(reads, Why.millis(sinceNanos), Why.names(missing));
    }

    @Override
    public String remedy() {
      return Hold.SILENT.remedy();
    }
  }

  /** They were passed on to the leader, which has not answered. */
  record PassedOn(int reads, long sinceNanos, NodeId leader) implements ReadsWait {
    @Override
    public String text() {
      return "%s reads were passed on to member %s, the oldest %s ago, without an answer"
          .formatted(reads, leader, Why.millis(sinceNanos));
    }

    @Override
    public String remedy() {
      return "ask that member why reads wait there";
    }
  }

  /**
   * The state machine is busy, or has yet to apply what they must see. Told by a host; {@code
   * sinceNanos} is how long it has answered none.
   *
   * @param applied the last index that it has applied
   * @param commit the commit index
   */
  record NotApplied(int reads, long sinceNanos, long applied, long commit) implements ReadsWait {
    @Override
    public String text() {
      return "%s reads wait for the state machine, which has applied %s of %s and answered none for %s"
          .formatted(reads, applied, commit, Why.millis(sinceNanos));
    }

    @Override
    public String remedy() {
      return "wait; if that lasts, look at what the state machine does";
    }
  }
}
