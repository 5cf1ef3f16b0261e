package dev.balsa.node;

import dev.balsa.raft.Event;
import dev.balsa.raft.NodeId;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Writes what an operator wants to know into the log, and passes everything on. */
record LoggingListener(NodeId self, NodeListener next) implements NodeListener {
  private static final Logger LOG = System.getLogger(RaftNode.class.getName());

  @Override
  public void event(Event event) {
    switch (event) {
      case Event.BecameLeader leader ->
          LOG.log(
              Level.INFO,
              "node {0} leads term {1}, log ends at {2}",
              self,
              text(leader.term()),
              leader.last());
      case Event.SteppedDown down ->
          LOG.log(
              Level.INFO,
              "node {0} stepped down in term {1}: {2}",
              self,
              text(down.term()),
              down.reason());
      case Event.LeaderChanged change ->
          LOG.log(
              Level.INFO,
              "node {0} sees leader {1} in term {2}",
              self,
              change.leader(),
              text(change.term()));
      case Event.ElectionStarted election ->
          LOG.log(
              Level.INFO,
              "node {0} asks for votes in term {1}, log ends at {2}",
              self,
              text(election.term()),
              election.last());
      case Event.TransferStarted transfer ->
          LOG.log(
              Level.INFO,
              "node {0} hands term {1} over to {2}",
              self,
              text(transfer.term()),
              transfer.target());
      case Event.TransferFailed transfer ->
          LOG.log(
              Level.INFO,
              "node {0} does not hand over to {1}: {2}",
              self,
              transfer.target(),
              transfer.reason());
      case Event.Truncated truncated ->
          LOG.log(
              Level.INFO,
              "node {0} gives up entries {1} to {2} for the leader's",
              self,
              text(truncated.fromIndex()),
              text(truncated.toIndex()));
      case Event.SnapshotInstalled installed ->
          LOG.log(
              Level.INFO,
              "node {0} goes on from the leader''s snapshot at {1}, its log ended at {2}",
              self,
              installed.last(),
              installed.before());
      case Event.SnapshotOffered offered ->
          LOG.log(
              Level.INFO,
              "node {0} sends its snapshot at {1} to node {2}",
              self,
              offered.last(),
              offered.peer());
      default -> LOG.log(Level.TRACE, "node {0}: {1}", self, event);
    }
    next.event(event);
  }

  @Override
  public void forced(long nanos) {
    next.forced(nanos);
  }

  @Override
  public void failed(Throwable cause) {
    next.failed(cause);
  }

  /** Terms and indexes without the grouping marks that message formats put into numbers. */
  private static String text(long number) {
    return Long.toString(number);
  }
}
