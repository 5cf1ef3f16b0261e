package dev.balsa.raft;

import dev.balsa.raft.Event.Denial;
import org.jspecify.annotations.Nullable;

/**
 * Why a node did not give its vote, or would not, as it tells the candidate: for people, and
 * nothing is decided by it.
 *
 * @param last where a candidate's log must reach for {@link Denial#LOG_BEHIND} and {@link
 *     Denial#BEHIND_LOST_ENTRIES}; otherwise where the denier's own log ends. An index of {@link
 *     Long#MAX_VALUE} says that only its term is known.
 * @param other who has the vote for {@link Denial#ALREADY_VOTED}, who leads for {@link
 *     Denial#LEADER_ALIVE}, unless that is the candidate itself; otherwise, and where the denier
 *     does not know, null
 */
public record Denied(Denial reason, EntryId last, @Nullable NodeId other) {

  /** The reason as words that follow the denier's name. */
  public String text() {
    return switch (reason) {
      case ALREADY_VOTED -> "voted for " + (other == null ? "another" : other) + " in this term";
      case LOG_BEHIND -> "holds entries up to " + last;
      case BEHIND_LOST_ENTRIES -> "lost entries up to " + end() + " to damage";
      case STALE_TERM -> "is in a later term";
      case LEADER_ALIVE -> other == null ? "heard a leader lately" : "hears the leader " + other;
    };
  }

  /** What to do so that there is a leader, as a sentence without its full stop. */
  String remedy() {
    return switch (reason) {
      case ALREADY_VOTED, STALE_TERM -> "wait for the next election";
      case LOG_BEHIND ->
          "wait for a member that holds " + last + " to win; if none does, see that those run";
      case BEHIND_LOST_ENTRIES ->
          "start the members that hold entries up to " + end() + "; their leader sends them again";
      case LEADER_ALIVE ->
          "see why this node does not hear "
              + (other == null ? "that leader" : "leader " + other)
              + ": its peer port, and the network between the two";
    };
  }

  private String end() {
    return last.index() == Long.MAX_VALUE ? "an unknown place" : last.toString();
  }
}
