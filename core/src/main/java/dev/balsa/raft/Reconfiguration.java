package dev.balsa.raft;

import dev.balsa.raft.Event.StepDown;
import dev.balsa.raft.Role.Round;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The leader's side of membership changes: joint consensus (paper §6, thesis §4.3), the joint phase
 * skipped where at most one voter changes (thesis §4.1), learners that catch up first (§4.2.1), and
 * the leader's own removal (§4.2.2).
 *
 * <p>Two rules make it safe. A configuration is begun only when the one before it is committed, so
 * that of all configurations any two that may both be in force somewhere share a node in every pair
 * of majorities. And a leader begins none before an entry of its own term is committed: the one it
 * found in its log may else be one that a majority has never seen and another leader has built
 * beside (Ongaro, raft-dev, July 2015).
 *
 * <p>What comes after a commit (leaving a joint phase, letting go of removed peers, stepping down)
 * is derived in {@link #advance} from the log and the commit index alone. It therefore happens once
 * in each term however often it is looked at, and a new leader takes it up where the last one left
 * it.
 */
final class Reconfiguration {
  /** A learner whose log is shorter than this part of the leader's is not promoted, as in etcd. */
  private static final double PROMOTABLE_PART = 0.9;

  private final NodeState state;
  private final Outbox outbox;
  private final Replication replication;
  private final Liveness liveness;

  Reconfiguration(NodeState state, Replication replication, Liveness liveness) {
    this.state = state;
    this.outbox = state.outbox;
    this.replication = replication;
    this.liveness = liveness;
  }

  /** What became of a wish: where its first entry stands, or why it was not taken. */
  sealed interface Answer {
    record Begun(EntryId first) implements Answer {}

    record Refused(Refusal reason) implements Answer {}
  }

  /** Begins the changes, all at once, or tells why not. */
  Answer begin(Role.Leader leader, List<Change> wanted) {
    List<Change> changes = wanted.stream().map(this::named).toList();
    Answer answer = judge(leader, changes);
    if (answer instanceof Answer.Refused(Refusal reason)) {
      outbox.event(new Event.ChangeRefused(changes, reason));
    }
    return answer;
  }

  /** Who counts must be known by its data directory: a newcomer that shall vote joins first. */
  private Change named(Change change) {
    return change instanceof Change.Add(NodeId node, Seat seat, Bytes context)
            && seat == Seat.VOTER
            && state.incarnations.areTracked()
        ? new Change.Add(node, Seat.JOINING, context)
        : change;
  }

  private Answer judge(Role.Leader leader, List<Change> changes) {
    Refusal refusal = premature(leader);
    if (refusal != null) {
      return new Answer.Refused(refusal);
    }
    return switch (Plan.of(state.membership(), changes)) {
      case Plan.Refused(Refusal reason, var node) -> new Answer.Refused(reason);
      case Plan.Possible plan when changes.stream().anyMatch(change -> isBehind(leader, change)) ->
          new Answer.Refused(Refusal.NOT_CAUGHT_UP);
      case Plan.Possible plan when plan.losesQuorum(node -> isAlive(leader, node)) ->
          new Answer.Refused(Refusal.QUORUM_LOST);
      case Plan.Possible plan -> {
        outbox.event(new Event.ChangeBegun(changes, plan.isJoint()));
        yield new Answer.Begun(replication.configure(leader, plan.during()));
      }
    };
  }

  private @Nullable Refusal premature(Role.Leader leader) {
    if (leader.transferee != null) {
      return Refusal.TRANSFERRING;
    }
    if (state.commit() < leader.termStart) {
      return Refusal.LEADER_NOT_READY;
    }
    Configured latest = state.configurations.latest();
    boolean open = latest.at().index() > state.commit() || latest.membership().isJoint();
    return open ? Refusal.CHANGE_IN_PROGRESS : null;
  }

  private boolean isBehind(Role.Leader leader, Change change) {
    if (!(change instanceof Change.Promote(NodeId learner))) {
      return false;
    }
    Progress progress = leader.peers.get(learner);
    return progress == null
        || !state.incarnations.isNamed(learner)
        || progress.match() < state.durable() * PROMOTABLE_PART;
  }

  private boolean isAlive(Role.Leader leader, NodeId node) {
    Progress progress = leader.peers.get(node);
    return node.equals(state.self())
        || (progress != null
            && liveness.isRecent(progress.heard)
            && !state.incarnations.isStranger(node));
  }

  /** Called after every step of a leader: what the log and the commit index now ask for. */
  void advance(Role.Leader leader) {
    Configured latest = state.configurations.latest();
    boolean committed = latest.at().index() <= state.commit() && state.commit() >= leader.termStart;
    if (!committed || outbox.hasAppend()) {
      return;
    }
    if (latest.membership().isJoint()) {
      outbox.event(new Event.JointLeft(latest.at()));
      replication.configure(leader, latest.membership().leave());
    } else if (!leader.settled.equals(latest.at())) {
      settle(leader, latest);
    } else if (state.incarnations.hasNews() && leader.transferee == null && takeIn(leader)) {
      return;
    } else if (!state.configurations.joining().isEmpty()) {
      promote(leader);
    }
  }

  /**
   * Names data directories that have become known, and takes a member that lost its disk back as a
   * learner: one voter in one entry, so that the majorities before and after share a node, and the
   * lost one is in none of them. Returns whether it did.
   */
  private boolean takeIn(Role.Leader leader) {
    Membership before = state.membership();
    Membership after = state.incarnations.name(before);
    NodeId stranger = state.incarnations.stranger();
    if (after.equals(before) && stranger != null) {
      after = readmitted(leader, before, stranger);
    }
    if (after.equals(before)) {
      return false;
    }
    replication.configure(leader, after);
    return true;
  }

  private Membership readmitted(Role.Leader leader, Membership before, NodeId stranger) {
    IncarnationId speaking = state.incarnations.of(stranger);
    if (speaking == null || before.electorate().equals(List.of(stranger))) {
      return before;
    }
    Membership after = state.incarnations.readmit(before, stranger);
    if (!new Quorum(after).agrees(node -> isAlive(leader, node))) {
      return before;
    }
    outbox.event(new Event.Readmitted(stranger, speaking));
    return after;
  }

  /** A member came back with another directory: says so, and whether that costs the quorum. */
  void tellLost(NodeId node, IncarnationId speaking) {
    Member member = state.membership().member(node);
    IncarnationId known = member == null ? null : member.incarnation();
    if (known != null) {
      outbox.event(new Event.DiskLost(node, known, speaking));
    }
    List<NodeId> lost = state.incarnations.lostVoters();
    if (!state.quorum().agrees(voter -> !lost.contains(voter))) {
      outbox.event(new Event.QuorumLost(lost, state.membership()));
    }
  }

  /** A configuration that no change is meant to follow is committed. */
  private void settle(Role.Leader leader, Configured latest) {
    leader.settled = latest.at();
    leader.rounds.keySet().retainAll(state.configurations.joining());
    replication.dropStrangers(leader);
    if (!latest.membership().votes(state.self())) {
      replication.heartbeat(leader);
      handOver(leader);
      state.stepDown(StepDown.REMOVED);
    }
  }

  /** A voter whose log is complete need not wait for its timeout (thesis §3.10, §4.2.2). */
  private void handOver(Role.Leader leader) {
    for (NodeId voter : state.membership().voters()) {
      Progress progress = leader.peers.get(voter);
      if (progress != null && progress.match() == state.log.lastIndex()) {
        outbox.sendNow(voter, new Message.TimeoutNow(state.self(), state.term()));
        return;
      }
    }
  }

  /** Makes one learner a voter if it has caught up: one change at a time. */
  private void promote(Role.Leader leader) {
    for (NodeId learner : state.configurations.joining()) {
      Progress progress = leader.peers.get(learner);
      if (progress != null
          && state.incarnations.isNamed(learner)
          && hasCaughtUp(leader, learner, progress)
          && makeVoter(leader, learner)) {
        outbox.event(new Event.LearnerPromoted(learner, progress.match()));
        return;
      }
    }
  }

  private boolean hasCaughtUp(Role.Leader leader, NodeId learner, Progress progress) {
    Round round = leader.rounds.get(learner);
    if (round == null) {
      leader.rounds.put(learner, new Round(state.log.lastIndex(), state.now()));
      return false;
    }
    if (progress.match() < round.target()) {
      return false;
    }
    leader.rounds.remove(learner);
    return state.now() - round.begunNanos() <= state.config.electionTimeoutMinNanos();
  }

  private boolean makeVoter(Role.Leader leader, NodeId learner) {
    if (Plan.of(state.membership(), List.of(new Change.Promote(learner)))
            instanceof Plan.Possible plan
        && !plan.losesQuorum(node -> isAlive(leader, node))) {
      replication.configure(leader, plan.during());
      return true;
    }
    return false;
  }
}
