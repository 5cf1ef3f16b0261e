package dev.balsa.node;

import dev.balsa.raft.Event;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.trace.Recorder;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Writes what an operator wants to know into the log, and passes everything on. */
record LoggingListener(NodeId self, NodeListener next) implements NodeListener {
  private static final Logger LOG = System.getLogger(RaftNode.class.getName());

  @Override
  public @Nullable Recorder recorder() {
    return next.recorder();
  }

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
      case Event.DiskLost lost ->
          LOG.log(
              Level.WARNING,
              "node {0}: member {1} came back with data directory {2}, the cluster knows {3}; it lost its disk, and counts again when the leader has taken it back and it has caught up",
              self,
              lost.member(),
              lost.speaking(),
              lost.named());
      case Event.QuorumLost lost ->
          LOG.log(
              Level.ERROR,
              "node {0}: the quorum is lost, since voters {1} of {2} lost their disks; bring back one of those disks, or save this member''s data and found a new cluster from it",
              self,
              lost.lost(),
              lost.membership());
      case Event.Readmitted back ->
          LOG.log(
              Level.INFO,
              "node {0} takes member {1} back as a learner, with data directory {2}",
              self,
              back.member(),
              back.incarnation());
      case Event.LearnerPromoted learner ->
          LOG.log(
              Level.INFO,
              "node {0} makes learner {1} a voter, caught up at {2}",
              self,
              learner.learner(),
              text(learner.match()));
      case Event.EntriesLost lost ->
          LOG.log(
              Level.WARNING,
              "node {0} lost the entries after {1} up to {2} to damage; it waits for a leader to send"
                  + " them, and till then votes only for members that have them",
              self,
              lost.last(),
              lost.end());
      case Event.EntriesRegained regained ->
          LOG.log(
              Level.INFO,
              "node {0} has the entries again that damage took, its log ends at {1}",
              self,
              regained.last());
      case Event.PeerLostEntries peer ->
          LOG.log(
              Level.WARNING,
              "node {0} sends node {1} again what damage took there after index {2}",
              self,
              peer.peer(),
              text(peer.agreed()));
      default -> LOG.log(Level.TRACE, "node {0}: {1}", self, event);
    }
    next.event(event);
  }

  @Override
  public void diskFull(boolean now) {
    if (now) {
      LOG.log(
          Level.WARNING,
          "node {0} has a full disk: it takes no commands until another segment of its log fits",
          self);
    } else {
      LOG.log(Level.INFO, "node {0} has space on its disk again", self);
    }
    next.diskFull(now);
  }

  @Override
  public void turn() {
    next.turn();
  }

  @Override
  public void forced(long nanos) {
    next.forced(nanos);
  }

  @Override
  public void logKept(GroupId group, LogKept why) {
    next.logKept(group, why);
  }

  @Override
  public void roundTrip(NodeId peer, long nanos) {
    next.roundTrip(peer, nanos);
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
