package dev.balsa.web;

import dev.balsa.raft.Event;
import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import java.util.TreeSet;

/**
 * What a run has cost so far: messages, what they carried, elections, unanswered requests, time
 * without a leader.
 */
final class Tally {
  private final TreeSet<NodeId> leaders = new TreeSet<>();
  private long sent;
  private long bytes; // of commands, memberships and snapshots in messages
  private long lost;
  private long commit;
  private long elections;
  private long leaderless; // nanoseconds, up to since
  private long since; // when nobody began to lead; unused while somebody does
  private long done;
  private long refused;
  private long unsure;
  private long lastElection; // nanoseconds without a leader before the newest one

  void sent(Message message) {
    sent++;
    if (message instanceof Message.Append append) {
      append.slice().entries().forEach(entry -> bytes += entry.payload().bytes());
    } else if (message instanceof Message.SnapshotChunk chunk) {
      bytes += chunk.data().length();
    } else if (message instanceof Message.Forward forward) {
      forward.commands().forEach(command -> bytes += command.length());
    }
  }

  void lost() {
    lost++;
  }

  /** A client heard something. */
  void answered(String answer) {
    switch (answer) {
      case "UNKNOWN" -> unsure++;
      case "REFUSED", "DOWN", "EXPIRED", "SUPERSEDED" -> refused++;
      default -> done++;
    }
  }

  /** A core said something at {@code time}. */
  void heard(NodeId node, long time, Event event) {
    if (event instanceof Event.BecameLeader) {
      if (leaders.isEmpty()) {
        lastElection = time - since;
        leaderless += lastElection;
      }
      leaders.add(node);
      elections++;
    } else if (event instanceof Event.SteppedDown) {
      ended(node, time);
    } else if (event instanceof Event.CommitAdvanced advanced) {
      commit = Math.max(commit, advanced.to());
    }
  }

  /** A node leads no more, if it did. */
  void ended(NodeId node, long time) {
    if (leaders.remove(node) && leaders.isEmpty()) {
      since = time;
    }
  }

  /** Writes all figures as members of an open object. */
  void write(Json json, long now) {
    json.field("sent", sent).field("bytes", bytes).field("lost", lost).field("commit", commit);
    json.field("elections", elections).field("lastElection", lastElection);
    json.field("done", done).field("refused", refused).field("unsure", unsure);
    json.field("leaderless", leaderless + (leaders.isEmpty() ? now - since : 0));
  }
}
