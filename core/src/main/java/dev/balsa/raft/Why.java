package dev.balsa.raft;

import java.util.List;

/**
 * Why something does not go on, as plain data, with what a person can do about it. Part of {@link
 * Status}; a node on which all goes on has none. Each kind answers one {@link Question}.
 *
 * <p>Every case is derived from the state alone and decides nothing. Nodes stand in the order of
 * their ids, durations are in nanoseconds, counts are from 0. What is expected to pass within a
 * heartbeat interval is no reason before that, but for {@link NoLeader}, {@link NoCommands} and
 * {@link FollowerPaused}, which are told at once.
 */
public sealed interface Why permits NoLeader, NoCommit, NoCommands, FollowerPaused, ReadsWait {
  /** A duration that is not known. */
  long UNKNOWN = -1;

  /** What was asked. */
  Question question();

  /** The reason, as a sentence without its full stop. */
  String text();

  /** What to do about it, or that nothing need be done, as a sentence without its full stop. */
  String remedy();

  /** What can be asked. */
  enum Question {
    /** Why is there no leader, as far as this node knows? */
    NO_LEADER,
    /** Why does nothing commit? */
    NOTHING_COMMITS,
    /** Why does this leader take no commands? */
    COMMANDS_REFUSED,
    /** Why does this follower get no entries? */
    FOLLOWER_PAUSED,
    /** Why do these reads wait? */
    READS_WAIT
  }

  /** A duration for people; whole milliseconds. */
  static String millis(long nanos) {
    return nanos == UNKNOWN ? "an unknown time" : nanos / 1_000_000 + " ms";
  }

  /** Nodes for people, such as {@code 1, 3}. */
  static String names(List<NodeId> nodes) {
    return nodes.isEmpty()
        ? "none"
        : String.join(", ", nodes.stream().map(NodeId::toString).toList());
  }
}
