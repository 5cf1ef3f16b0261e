package dev.balsa.raft;

import dev.balsa.raft.Event.Denial;
import org.jspecify.annotations.Nullable;

/** Leader election (paper §5.2) and its restriction to up-to-date logs (§5.4.1). */
final class Election {
  private final NodeState state;
  private final Outbox outbox;
  private final Replication replication;

  Election(NodeState state, Replication replication) {
    this.state = state;
    this.outbox = state.outbox;
    this.replication = replication;
  }

  void wake() {
    if (state.role() instanceof Role.Leader || state.now() < state.electionDeadline()) {
      return;
    }
    if (state.role() instanceof Role.Candidate candidate && !ownVoteDurable(candidate)) {
      // Nobody was asked yet: a slow disk must not burn through terms.
      state.drawElectionTimeout();
      return;
    }
    outbox.event(new Event.ElectionTimedOut(state.term()));
    state.campaign();
    state.drawElectionTimeout();
    // A request may not outrun the record of this node's own vote: after a crash it could vote
    // again.
    for (NodeId voter : state.membership.voters()) {
      if (!voter.equals(state.self())) {
        outbox.sendDurable(voter, new Message.Vote(state.self(), state.term(), state.log.last()));
      }
    }
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
    // Waits for the disk even if denied: the term it tells may be new.
    outbox.sendDurable(
        request.from(), new Message.VoteReply(state.self(), state.term(), denial == null));
  }

  private @Nullable Denial denial(Message.Vote request) {
    NodeId vote = state.vote();
    if (vote != null && !vote.equals(request.from())) {
      return Denial.ALREADY_VOTED;
    }
    return request.last().compareTo(state.log.last()) < 0 ? Denial.LOG_BEHIND : null;
  }

  /** A candidate of an earlier term learns the current one. */
  void onStaleVote(Message.Vote request) {
    outbox.event(new Event.VoteDenied(request.from(), request.term(), Denial.STALE_TERM));
    outbox.sendDurable(request.from(), new Message.VoteReply(state.self(), state.term(), false));
  }

  void onVoteReply(Message.VoteReply reply) {
    if (reply.granted() && state.role() instanceof Role.Candidate candidate) {
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
    int needed = Quorum.size(state.membership);
    outbox.event(new Event.VoteReceived(voter, candidate.votes.size(), needed));
    if (Quorum.agrees(state.membership, candidate.votes::contains)) {
      replication.lead();
    }
  }
}
