package dev.balsa.raft;

import dev.balsa.raft.Event.Denial;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Leader election (paper §5.2), its restriction to up-to-date logs (§5.4.1), and the question that
 * precedes it (thesis §9.6).
 */
final class Election {
  private final NodeState state;
  private final Outbox outbox;
  private final Replication replication;
  private final Liveness liveness;

  // Of the latest question. Starts at random: an answer to a former process is none to this one.
  private long round;

  Election(NodeState state, Replication replication, Liveness liveness) {
    this.state = state;
    this.outbox = state.outbox;
    this.replication = replication;
    this.liveness = liveness;
    this.round = state.drawNumber();
  }

  void wake() {
    if (state.role() instanceof Role.Leader || state.now() < state.electionDeadline()) {
      return;
    }
    if (state.installing()) {
      // The log of this node is about to be replaced; it must not be the one to lead.
      state.drawElectionTimeout();
      return;
    }
    if (state.role() instanceof Role.Candidate candidate && !ownVoteDurable(candidate)) {
      // Nobody was asked yet: a slow disk must not burn through terms.
      state.drawElectionTimeout();
      return;
    }
    outbox.event(new Event.ElectionTimedOut(state.term()));
    if (state.role() instanceof Role.PreCandidate preCandidate && mayFound(preCandidate)) {
      campaign();
      return;
    }
    state.electionFailed();
    if (state.config.preVote()) {
      preCampaign();
    } else {
      campaign();
    }
  }

  /** Asks who would vote for this node, before it disturbs anyone by a new term (thesis §9.6). */
  private void preCampaign() {
    Role.PreCandidate preCandidate = state.preCampaign(++round);
    state.drawElectionTimeout();
    askVoters(new Message.PreVote(state.self(), state.term(), state.log.last(), round));
    countPreVote(preCandidate, state.self());
  }

  private void campaign() {
    state.campaign();
    state.drawElectionTimeout();
    askVoters(new Message.Vote(state.self(), state.term(), state.log.last()));
  }

  /** The leader hands over to this node: its order stands for the election timeout (§3.10). */
  void onTimeoutNow(Message.TimeoutNow order) {
    boolean obeys = state.role() instanceof Role.Follower && order.from().equals(state.leader());
    if (!obeys || !state.mayCampaign() || state.installing() || state.space.isShort()) {
      return;
    }
    outbox.event(new Event.ToldToCampaign(order.from(), order.term()));
    state.campaign();
    state.drawElectionTimeout();
    askVoters(new Message.Vote(state.self(), state.term(), state.log.last(), true));
  }

  /**
   * A request may not outrun the record of this node's own vote: after a crash it could vote again.
   */
  private void askVoters(Message request) {
    for (NodeId voter : state.membership().electorate()) {
      if (!voter.equals(state.self())) {
        outbox.sendDurable(voter, request);
      }
    }
  }

  /**
   * Denies a request that comes while the leader is alive, unless the leader itself wants it.
   * Looked at before the term rule: even the term of such a request is not adopted (thesis §4.2.3).
   *
   * @return whether the message is done with
   */
  boolean denies(Message message) {
    if (message.term() < state.term() || !liveness.leaderAlive()) {
      return false;
    }
    // An answer to a later term would carry our lower one, which the candidate drops.
    boolean answered = message.term() == state.term();
    if (message instanceof Message.Vote vote && !vote.transfer()) {
      outbox.event(new Event.VoteDenied(vote.from(), vote.term(), Denial.LEADER_ALIVE));
      if (answered) {
        answer(vote, Denial.LEADER_ALIVE);
      }
      return true;
    }
    if (message instanceof Message.PreVote vote) {
      outbox.event(new Event.PreVoteDenied(vote.from(), vote.term(), Denial.LEADER_ALIVE));
      if (answered) {
        answer(vote, Denial.LEADER_ALIVE);
      }
      return true;
    }
    return false;
  }

  /** Someone of this term asks what this node would answer in the next. */
  void onPreVote(Message.PreVote request) {
    // Whom this node voted for in this term says nothing about the next.
    Denial denial = logDenial(request.last());
    outbox.event(
        denial == null
            ? new Event.PreVoteGranted(request.from(), request.term())
            : new Event.PreVoteDenied(request.from(), request.term(), denial));
    answer(request, denial);
  }

  /** A node of an earlier term learns the current one, without which it could not win. */
  void onStalePreVote(Message.PreVote request) {
    outbox.event(new Event.PreVoteDenied(request.from(), request.term(), Denial.STALE_TERM));
    answer(request, Denial.STALE_TERM);
  }

  // The answer tells the term, which may be new: like every answer it waits for the disk.
  private void answer(Message.PreVote request, @Nullable Denial denial) {
    Denied denied = denied(denial, request.from());
    outbox.sendDurable(
        request.from(),
        new Message.PreVoteReply(
            state.self(), state.term(), denied == null, denied, request.round()));
  }

  /** What the candidate is told: the reason, and what it needs to understand it. */
  private @Nullable Denied denied(@Nullable Denial denial, NodeId candidate) {
    if (denial == null) {
      return null;
    }
    EntryId end = state.log.last();
    NodeId leader = state.leader();
    return switch (denial) {
      case ALREADY_VOTED -> new Denied(denial, end, state.vote());
      case LOG_BEHIND, STALE_TERM -> new Denied(denial, end, null);
      case BEHIND_LOST_ENTRIES -> new Denied(denial, state.promises.end(end), null);
      case LEADER_ALIVE -> new Denied(denial, end, candidate.equals(leader) ? null : leader);
    };
  }

  /** Counts for the question asked last, and only while it is open. */
  void onPreVoteReply(Message.PreVoteReply reply) {
    if (state.role() instanceof Role.PreCandidate preCandidate
        && preCandidate.round == reply.round()
        && counts(reply.from())) {
      if (reply.granted()) {
        countPreVote(preCandidate, reply.from());
      } else {
        denied(preCandidate.deniers, reply.from(), reply.denied());
      }
    }
  }

  private void denied(Map<NodeId, NoLeader.Denier> deniers, NodeId voter, @Nullable Denied denied) {
    boolean isNew = deniers.put(voter, new NoLeader.Denier(voter, denied)) == null;
    if (isNew && denied != null) {
      outbox.event(new Event.DenialReceived(voter, state.term(), denied));
    }
  }

  /** Whether the voter is the one that the membership names, and not its empty successor. */
  private boolean counts(NodeId voter) {
    boolean counts = state.incarnations.mayElect(voter);
    if (!counts) {
      outbox.event(new Event.PromiseIgnored(voter, state.incarnations.of(voter)));
    }
    return counts;
  }

  private void countPreVote(Role.PreCandidate preCandidate, NodeId voter) {
    if (!preCandidate.votes.add(voter)) {
      return;
    }
    Quorum.Tally tally = state.quorum().tally(preCandidate.votes::contains);
    outbox.event(new Event.PreVoteReceived(voter, tally.held(), tally.needed()));
    if (tally.isEnough() && !waitsForAll(preCandidate)) {
      campaign();
    }
  }

  /**
   * A node with an empty log would found the group, or found it again after a majority lost their
   * disks. So it hears all voters first, or waits a whole timeout for those that do not answer; one
   * that holds entries denies it.
   */
  private boolean waitsForAll(Role.PreCandidate preCandidate) {
    return isEmpty() && !preCandidate.votes.containsAll(state.membership().electorate());
  }

  private boolean mayFound(Role.PreCandidate preCandidate) {
    return isEmpty()
        && preCandidate.deniers.isEmpty()
        && state.quorum().agrees(preCandidate.votes::contains);
  }

  private boolean isEmpty() {
    return state.incarnations.areTracked() && state.log.last().equals(EntryId.ZERO);
  }

  /** Someone asks for this node's vote in the current term. */
  void onVote(Message.Vote request) {
    Denial denial = denial(request);
    if (denial == null) {
      state.voteFor(request.from());
      state.drawElectionTimeout();
      outbox.event(new Event.VoteGranted(request.from(), state.term()));
    } else {
      outbox.event(new Event.VoteDenied(request.from(), request.term(), denial));
    }
    answer(request, denial);
  }

  // Waits for the disk even if denied: the term it tells may be new.
  private void answer(Message.Vote request, @Nullable Denial denial) {
    Denied denied = denied(denial, request.from());
    outbox.sendDurable(
        request.from(), new Message.VoteReply(state.self(), state.term(), denied == null, denied));
  }

  private @Nullable Denial denial(Message.Vote request) {
    NodeId vote = state.vote();
    if (vote != null && !vote.equals(request.from())) {
      return Denial.ALREADY_VOTED;
    }
    return logDenial(request.last());
  }

  /** The restriction to logs that are no older than this node's, lost entries included. */
  private @Nullable Denial logDenial(EntryId last) {
    if (last.compareTo(state.promises.end(state.log.last())) >= 0) {
      return null;
    }
    return last.compareTo(state.log.last()) < 0 ? Denial.LOG_BEHIND : Denial.BEHIND_LOST_ENTRIES;
  }

  /** A candidate of an earlier term learns the current one. */
  void onStaleVote(Message.Vote request) {
    outbox.event(new Event.VoteDenied(request.from(), request.term(), Denial.STALE_TERM));
    answer(request, Denial.STALE_TERM);
  }

  void onVoteReply(Message.VoteReply reply) {
    if (!(state.role() instanceof Role.Candidate candidate)) {
      return;
    }
    if (!reply.granted()) {
      denied(candidate.deniers, reply.from(), reply.denied());
    } else if (counts(reply.from())) {
      count(candidate, reply.from());
    }
  }

  /**
   * This node's vote for itself counts once it is durable, like any other. Only then do the
   * requests leave, so only then does the wait for answers begin.
   */
  void persisted() {
    if (state.role() instanceof Role.Candidate candidate
        && ownVoteDurable(candidate)
        && !candidate.votes.contains(state.self())) {
      state.drawElectionTimeout();
      count(candidate, state.self());
    }
  }

  private boolean ownVoteDurable(Role.Candidate candidate) {
    return state.durableSequence() >= candidate.voteSequence;
  }

  private void count(Role.Candidate candidate, NodeId voter) {
    if (!candidate.votes.add(voter)) {
      return;
    }
    Quorum.Tally tally = state.quorum().tally(candidate.votes::contains);
    outbox.event(new Event.VoteReceived(voter, tally.held(), tally.needed()));
    if (tally.isEnough()) {
      replication.lead();
    }
  }

  void describe(Fingerprint print) {
    print.add(round);
  }
}
