package dev.balsa.raft;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why there is no leader, as far as a node knows. */
public sealed interface NoLeader extends Why {
  @Override
  default Question question() {
    return Question.NO_LEADER;
  }

  /**
   * None was heard, and this node asks for votes when its election timeout ends (paper §5.2).
   *
   * @param inNanos how long that is, 0 if it is over
   */
  record ElectionDue(long inNanos) implements NoLeader {
    @Override
    public String text() {
      return "no leader was heard; this node asks for votes in " + Why.millis(inNanos);
    }

    @Override
    public String remedy() {
      return "wait for the election";
    }
  }

  /**
   * The one that this node follows has said nothing for the least election timeout, at least.
   *
   * @param silentNanos for how long
   */
  record LeaderSilent(NodeId leader, long silentNanos) implements NoLeader {
    @Override
    public String text() {
      return "the leader, member %s, has said nothing for %s"
          .formatted(leader, Why.millis(silentNanos));
    }

    @Override
    public String remedy() {
      return "wait for the election; if none comes, see which members run and reach each other";
    }
  }

  /** None was heard, and this node cannot become one. */
  record MayNotCampaign(Bar bar) implements NoLeader {
    @Override
    public String text() {
      return "no leader was heard, and this node cannot lead: " + bar.text;
    }

    @Override
    public String remedy() {
      return bar.remedy;
    }
  }

  /** What keeps a node from leading. */
  enum Bar {
    /** It joins, and no leader has told it who takes part. */
    UNKNOWN_GROUP(
        "it was not told yet who takes part",
        "add it to the group on a member that runs, or see why those are not reached"),
    /** The membership does not name it. */
    NO_MEMBER("it is no member of the group", "stop it, or add a new node with an empty disk"),
    /** It receives the log and counts for nothing (thesis §4.2.1). */
    LEARNER("it is a learner", "see that a majority of the voters runs"),
    /** The membership names another data directory than its own. */
    DISK_LOST(
        "the group knows it by another data directory, so what it promised is lost",
        "see that a majority of the voters runs; their leader takes this node back by itself"),
    /** Damage took entries that it had acknowledged ({@link Restored#lost}). */
    ENTRIES_LOST(
        "damage took entries that it had acknowledged",
        "start the members that hold them; their leader sends them again"),
    /** A snapshot that it received is being made durable. */
    INSTALLING("it makes a snapshot durable", "wait for its disk");

    private final String text;
    private final String remedy;

    Bar(String text, String remedy) {
      this.text = text;
      this.remedy = remedy;
    }
  }

  /**
   * This node asks for votes and has too few.
   *
   * @param preVote whether it only asks who would vote for it (thesis §9.6)
   * @param last where this node's log ends
   * @param held how many votes are there, in a joint phase on the side that lacks most
   * @param needed how many there must be
   * @param denied who said no, and why
   * @param silent who said nothing that counts
   */
  record VotesMissing(
      boolean preVote, EntryId last, int held, int needed, List<Denier> denied, List<NodeId> silent)
      implements NoLeader {
    // Whom one waits for in vain stands before what another election heals; then the longest log.
    private static final Comparator<Denied> MOST_TELLING =
        Comparator.comparingInt(VotesMissing::rank)
            .thenComparing(Comparator.comparing(Denied::last).reversed());

    /** Copies the lists. */
    public VotesMissing {
      denied = List.copyOf(denied);
      silent = List.copyOf(silent);
    }

    @Override
    public String text() {
      return "this node, with entries up to %s, has %s of %s %s; denied by: %s; silent: %s"
          .formatted(
              last,
              held,
              needed,
              preVote ? "pre-votes" : "votes",
              denied.isEmpty()
                  ? "none"
                  : String.join(", ", denied.stream().map(Denier::text).toList()),
              Why.names(silent));
    }

    @Override
    public String remedy() {
      if (held + silent.size() >= needed && !silent.isEmpty()) {
        return "start the silent members, or see why they are not reached on their peer ports";
      }
      Denied telling = null;
      for (Denier denier : denied) {
        Denied why = denier.why();
        if (why != null && (telling == null || MOST_TELLING.compare(why, telling) < 0)) {
          telling = why;
        }
      }
      return telling == null
          ? "ask the members that denied: one of them hears a leader or holds a newer log"
          : telling.remedy();
    }

    private static int rank(Denied denied) {
      return switch (denied.reason()) {
        case LEADER_ALIVE -> 0;
        case BEHIND_LOST_ENTRIES -> 1;
        case LOG_BEHIND -> 2;
        case ALREADY_VOTED, STALE_TERM -> 3;
      };
    }
  }

  /**
   * A voter that said no.
   *
   * @param why its reason, or null if it gave none
   */
  record Denier(NodeId voter, @Nullable Denied why) {
    String text() {
      return voter + (why == null ? "" : " (" + why.text() + ")");
    }
  }

  /** This node campaigns, and its vote for itself is not durable, so it has asked nobody yet. */
  record OwnVoteNotDurable(long term) implements NoLeader {
    @Override
    public String text() {
      return "this node campaigns in term " + term + ", but its own vote is not durable yet";
    }

    @Override
    public String remedy() {
      return Hold.OWN_DISK.remedy();
    }
  }

  /**
   * So many voters lost their disks that those left decide nothing.
   *
   * @param lost the voters that came back with another data directory
   * @param held how many voters are left, in a joint phase on the side that lacks most
   * @param needed how many there must be
   */
  record VotersLost(List<NodeId> lost, int held, int needed) implements NoLeader {
    /** Copies the list. */
    public VotersLost {
      lost = List.copyOf(lost);
    }

    @Override
    public String text() {
      return "members %s lost their disks; of %s voters needed %s are left"
          .formatted(Why.names(lost), needed, held);
    }

    @Override
    public String remedy() {
      return "start those members with their former data directories, or restore from a backup";
    }
  }
}
