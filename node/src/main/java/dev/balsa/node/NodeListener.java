package dev.balsa.node;

import dev.balsa.raft.Event;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.trace.Recorder;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Is told what happens in a node. Called on the node's own threads: return fast, never throw. */
public interface NodeListener {
  /**
   * The node's loop begins a turn. Whoever does not return stops the node as a pause of its process
   * would: it hears nobody and its timers stand still.
   */
  default void turn() {}

  /** Something happened in the core. */
  default void event(Event event) {}

  /**
   * Where to write down what the core is told and what comes of it, or null for nowhere. Asked
   * once, when the node starts; the node gives times by the wall clock.
   */
  default @Nullable Recorder recorder() {
    return null;
  }

  /** A force of the log took {@code nanos} nanoseconds. */
  default void forced(long nanos) {}

  /**
   * A peer answered {@code nanos} nanoseconds after it was asked for a sign of life, which happens
   * about once a second on each connection; what waited to be sent before is part of it.
   */
  default void roundTrip(NodeId peer, long nanos) {}

  /**
   * The disk has no space for more of the log, or has it again. Meanwhile a leader refuses commands
   * by {@code DISK_FULL} and hands over if it can.
   */
  default void diskFull(boolean now) {}

  /**
   * The log that the groups of a {@link RaftHost} share grows, since {@code group} keeps an old
   * part of it. Told once for each group and reason; put into the log here, unless somebody else
   * takes it over.
   */
  default void logKept(GroupId group, LogKept why) {
    System.getLogger(RaftHost.class.getName())
        .log(
            Level.WARNING,
            () ->
                "the log grows, since group %s keeps an old part of it: %s"
                    .formatted(group, why.text()));
  }

  /**
   * The node has stopped for good, because of {@code cause}. Called on one of its threads: leave
   * {@link RaftNode#close} to another. A broken disk is put into the log here, unless somebody else
   * takes it over; any other cause is a defect and stands there with its stack trace anyhow.
   */
  default void failed(Throwable cause) {
    if (cause instanceof StorageException) {
      System.getLogger(RaftNode.class.getName())
          .log(Level.ERROR, () -> "node stops: " + cause.getMessage());
    }
  }
}
