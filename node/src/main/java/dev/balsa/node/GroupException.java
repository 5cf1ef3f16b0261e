package dev.balsa.node;

import dev.balsa.raft.GroupId;

/** What was asked of a {@link RaftHost} cannot be, as its groups stand. */
public final class GroupException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Reason reason;

  /** What is wrong. */
  public enum Reason {
    /** There is no such group on this node. */
    UNKNOWN("is not on this node; create it"),
    /** The group is in the log, but was not given its state machine since the start. */
    NOT_OPEN("is not open; open it with its state machine"),
    /** The group is in the log already, or being made. */
    EXISTS("exists already; open it, or choose another id"),
    /** The group is open already. */
    OPEN("is open already"),
    /** The group was removed from this node: its id is not used again. */
    REMOVED("was removed from this node, for ever; choose another id"),
    /** Damage took entries of the group from this node's log, and no other voter holds them. */
    ENTRIES_LOST(
        "lost entries to damage of this node's log and has no other voter to get them from; restore"
            + " the data directory from a copy, or remove the group"),
    /** Damage took the group's term and vote from this node's log. */
    VOTE_LOST(
        "lost its term and vote to damage of this node's log and could vote twice; restore the data"
            + " directory from a copy, or have the group's other members take this node out and"
            + " remove the group here"),
    /** The disk is full, and there is no space in the log for another group. */
    DISK_FULL("cannot be made, since the node's disk is full; free some space"),
    /** The node has stopped. */
    STOPPED("cannot be reached, since the node has stopped; start it again");

    private final String text;

    Reason(String text) {
      this.text = text;
    }
  }

  /** Why {@code group} cannot be used as asked. */
  public GroupException(GroupId group, Reason reason) {
    super("group %s %s".formatted(group, reason.text));
    this.reason = reason;
  }

  /** What is wrong. */
  public Reason reason() {
    return reason;
  }
}
