package dev.balsa.raft;

import dev.balsa.raft.NoCommit.Lack;
import dev.balsa.raft.NoLeader.Bar;
import dev.balsa.raft.NoLeader.Denier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Answers why something does not go on, from the state as it is; changes nothing. */
final class Reasons {
  private final NodeState state;
  private final Liveness liveness;
  private final Replication replication;
  private final Reads reads;
  private final Clients clients;

  Reasons(
      NodeState state, Liveness liveness, Replication replication, Reads reads, Clients clients) {
    this.state = state;
    this.liveness = liveness;
    this.replication = replication;
    this.reads = reads;
    this.clients = clients;
  }

  /** All reasons there are, in the order of {@link Why.Question}. */
  List<Why> all() {
    List<Why> reasons = new ArrayList<>();
    votersLost(reasons);
    switch (state.role()) {
      case Role.Follower follower -> follower(follower, reasons);
      case Role.PreCandidate asking -> reasons.add(votes(true, asking.votes, asking.deniers));
      case Role.Candidate candidate ->
          reasons.add(
              candidate.votes.contains(state.self())
                  ? votes(false, candidate.votes, candidate.deniers)
                  : new NoLeader.OwnVoteNotDurable(state.term()));
      case Role.Leader leader -> {
        commits(leader, reasons);
        commands(leader, reasons);
        leader.peers.forEach((peer, progress) -> pause(peer, progress, reasons));
        reads(leader, reasons);
      }
    }
    return reasons;
  }

  private void votersLost(List<Why> reasons) {
    List<NodeId> lost = state.incarnations.lostVoters();
    if (lost.isEmpty()) {
      return;
    }
    Quorum.Tally left = state.quorum().tally(node -> !lost.contains(node));
    if (!left.isEnough()) {
      reasons.add(new NoLeader.VotersLost(lost, left.held(), left.needed()));
    }
  }

  private void follower(Role.Follower follower, List<Why> reasons) {
    NodeId leader = follower.leader;
    if (leader == null) {
      Bar bar = bar();
      long due = Math.max(0, state.electionDeadline() - state.now());
      reasons.add(bar == null ? new NoLeader.ElectionDue(due) : new NoLeader.MayNotCampaign(bar));
      space(reasons);
      return;
    }
    if (!liveness.isRecent(follower.heard)) {
      reasons.add(new NoLeader.LeaderSilent(leader, state.now() - follower.heard));
    }
    space(reasons);
    long asked = clients.oldestRead();
    if (isLong(asked)) {
      reasons.add(new ReadsWait.PassedOn(clients.openReads(), state.now() - asked, leader));
    }
  }

  private @Nullable Bar bar() {
    Membership membership = state.membership();
    if (membership.members().isEmpty()) {
      return Bar.UNKNOWN_GROUP;
    }
    if (!state.incarnations.mayCampaign()) {
      return Bar.DISK_LOST;
    }
    if (!state.mayVote()) {
      return membership.member(state.self()) == null ? Bar.NO_MEMBER : Bar.LEARNER;
    }
    if (state.promises.lost() != null) {
      return Bar.ENTRIES_LOST;
    }
    return state.installing() ? Bar.INSTALLING : null;
  }

  private Why votes(boolean preVote, Set<NodeId> granted, Map<NodeId, Denier> denied) {
    Quorum.Tally tally = state.quorum().tally(granted::contains);
    List<NodeId> silent = voters(it -> !granted.contains(it) && !denied.containsKey(it));
    List<Denier> deniers = List.copyOf(denied.values());
    return new NoLeader.VotesMissing(
        preVote, state.log.last(), tally.held(), tally.needed(), deniers, silent);
  }

  private List<NodeId> voters(Predicate<NodeId> wanted) {
    return state.membership().electorate().stream().filter(wanted).toList();
  }

  private void commits(Role.Leader leader, List<Why> reasons) {
    if (state.commit() == state.log.lastIndex() || !isLong(replication.standsSince())) {
      return;
    }
    long index = Math.max(state.commit() + 1, leader.termStart);
    Quorum.Tally tally = state.quorum().tally(node -> held(leader, node) >= index);
    List<Lack> lacking =
        voters(node -> held(leader, node) < index).stream()
            .map(node -> new Lack(node, lack(node, leader.peers.get(node))))
            .toList();
    reasons.add(
        new NoCommit.TooFewHold(
            index,
            index == leader.termStart,
            state.now() - replication.standsSince(),
            tally.held(),
            tally.needed(),
            lacking));
  }

  private long held(Role.Leader leader, NodeId node) {
    Progress progress = leader.peers.get(node);
    return progress == null ? state.durable() : progress.match();
  }

  private Hold lack(NodeId node, @Nullable Progress progress) {
    if (progress == null) {
      return Hold.OWN_DISK;
    }
    Hold hold = hold(node, progress);
    return hold == null ? Hold.BEHIND : hold;
  }

  /** What keeps entries from a follower that lacks some, or null. */
  private @Nullable Hold hold(NodeId peer, Progress progress) {
    if (state.incarnations.isStranger(peer)) {
      return Hold.DISK_LOST;
    }
    if (!liveness.isRecent(progress.heard)) {
      return Hold.SILENT;
    }
    if (progress.shipment() != null) {
      return Hold.SNAPSHOT;
    }
    if (!progress.isPaused() || progress.match() == state.log.lastIndex()) {
      return null;
    }
    return progress.isPipelined() ? Hold.WINDOW_FULL : Hold.PROBED;
  }

  private void space(List<Why> reasons) {
    if (state.space.isShort()) {
      reasons.add(new NoCommands.DiskFull(state.space.room()));
    }
  }

  private void commands(Role.Leader leader, List<Why> reasons) {
    space(reasons);
    if (leader.transferee != null) {
      reasons.add(new NoCommands.HandingOver(leader.transferee));
    }
    long bytes = replication.uncommittedBytes();
    if (bytes >= state.config.uncommittedBytesMax()) {
      reasons.add(new NoCommands.UncommittedFull(bytes, state.config.uncommittedBytesMax()));
    }
  }

  private void pause(NodeId peer, Progress progress, List<Why> reasons) {
    Hold hold = hold(peer, progress);
    Shipment shipment = progress.shipment();
    if (hold == Hold.SNAPSHOT && shipment != null) {
      SnapshotMeta snapshot = shipment.snapshot;
      reasons.add(
          new FollowerPaused.TakesSnapshot(
              peer, snapshot.last(), shipment.acked(), snapshot.bytes()));
    } else if (hold != null) {
      boolean never = progress.heard == Long.MIN_VALUE;
      long silent = never ? Why.UNKNOWN : state.now() - progress.heard;
      reasons.add(
          new FollowerPaused.Held(peer, hold, progress.match(), state.log.lastIndex(), silent));
    }
  }

  private void reads(Role.Leader leader, List<Why> reasons) {
    int open = reads.open();
    if (open == 0 || !isLong(reads.oldest())) {
      return;
    }
    long since = state.now() - reads.oldest();
    reasons.add(
        state.commit() < leader.termStart
            ? new ReadsWait.TermNotOpen(open, since)
            : new ReadsWait.Unconfirmed(open, since, voters(node -> !confirms(leader, node))));
  }

  private boolean confirms(Role.Leader leader, NodeId node) {
    Progress progress = leader.peers.get(node);
    return progress == null || progress.ackedRound >= reads.round();
  }

  /** Whether it is longer ago than an answer of a peer that does well takes. */
  private boolean isLong(long since) {
    return state.now() - since >= state.config.heartbeatNanos();
  }
}
