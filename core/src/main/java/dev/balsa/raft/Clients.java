package dev.balsa.raft;

import dev.balsa.raft.Ready.ProposalOutcome;
import dev.balsa.raft.Ready.ReadOutcome;
import java.util.List;
import java.util.TreeSet;

/**
 * Requests of this node's clients: served here if this node leads, passed on to the leader if one
 * is known, refused otherwise (paper §8). Also the leader's answers to requests passed on to it.
 */
final class Clients {
  private final NodeState state;
  private final Outbox outbox;
  private final Replication replication;
  private final Reads reads;
  private final Following following;

  // What was passed on to the leader of this term and is not answered.
  private final TreeSet<Long> forwardedProposals = new TreeSet<>();
  private final TreeSet<Long> forwardedReads = new TreeSet<>();

  Clients(NodeState state, Replication replication, Reads reads, Following following) {
    this.state = state;
    this.outbox = state.outbox;
    this.replication = replication;
    this.reads = reads;
    this.following = following;
  }

  void propose(long proposal, List<Bytes> commands) {
    NodeId known = state.leader();
    if (state.role() instanceof Role.Leader leader) {
      if (replication.hasRoom(commands)) {
        EntryId first = replication.propose(leader, commands);
        outbox.proposal(new ProposalOutcome.Accepted(proposal, first));
      } else {
        refuse(proposal, Refusal.UNCOMMITTED_BYTES);
      }
    } else if (known == null) {
      refuse(proposal, Refusal.NO_LEADER);
    } else {
      forwardedProposals.add(proposal);
      outbox.sendNow(known, new Message.Forward(state.self(), state.term(), proposal, commands));
    }
  }

  void read(long read) {
    NodeId known = state.leader();
    if (state.role() instanceof Role.Leader leader) {
      reads.ask(leader, state.self(), read);
    } else if (known == null) {
      outbox.read(new ReadOutcome.Refused(read, Refusal.NO_LEADER));
    } else {
      forwardedReads.add(read);
      outbox.sendNow(known, new Message.ReadIndex(state.self(), state.term(), read));
    }
  }

  void onForward(Message.Forward request) {
    if (!(state.role() instanceof Role.Leader leader)) {
      answerRefused(request, Refusal.LEADER_CHANGED);
    } else if (!replication.hasRoom(request.commands())) {
      outbox.event(new Event.ProposalRefused(Refusal.UNCOMMITTED_BYTES));
      answerRefused(request, Refusal.UNCOMMITTED_BYTES);
    } else {
      // The place must be told before the entries are sent, so that the origin can wait for it.
      EntryId first = new EntryId(state.term(), state.log.lastIndex() + 1);
      outbox.sendNow(
          request.from(),
          new Message.Forwarded(state.self(), state.term(), request.proposal(), first));
      Progress progress = leader.peers.get(request.from());
      if (progress != null) {
        progress.forwardedLast = state.log.lastIndex() + request.commands().size();
      }
      replication.propose(leader, request.commands());
    }
  }

  void answerRefused(Message.Forward request, Refusal reason) {
    outbox.sendNow(
        request.from(),
        new Message.ForwardRefused(state.self(), state.term(), request.proposal(), reason));
  }

  void onReadIndex(Message.ReadIndex request) {
    if (state.role() instanceof Role.Leader leader) {
      reads.ask(leader, request.from(), request.read());
    } else {
      answerRefused(request);
    }
  }

  void answerRefused(Message.ReadIndex request) {
    outbox.sendNow(
        request.from(),
        new Message.ReadIndexRefused(
            state.self(), state.term(), request.read(), Refusal.LEADER_CHANGED));
  }

  void onForwarded(Message.Forwarded reply) {
    if (forwardedProposals.remove(reply.proposal())) {
      outbox.proposal(new ProposalOutcome.Accepted(reply.proposal(), reply.first()));
    }
  }

  void onForwardRefused(Message.ForwardRefused reply) {
    if (forwardedProposals.remove(reply.proposal())) {
      refuse(reply.proposal(), reply.reason());
    }
  }

  void onReadIndexReply(Message.ReadIndexReply reply) {
    if (forwardedReads.remove(reply.read())) {
      following.learnCommit(reply.index());
      outbox.read(new ReadOutcome.Confirmed(reply.read(), reply.index()));
    }
  }

  void onReadIndexRefused(Message.ReadIndexRefused reply) {
    if (forwardedReads.remove(reply.read())) {
      outbox.read(new ReadOutcome.Refused(reply.read(), reply.reason()));
    }
  }

  /** The leader asked is gone, or what was said between us may be lost. */
  void leaderLost() {
    forwardedProposals.forEach(id -> outbox.proposal(new ProposalOutcome.Unknown(id)));
    forwardedProposals.clear();
    forwardedReads.forEach(id -> outbox.read(new ReadOutcome.Refused(id, Refusal.LEADER_CHANGED)));
    forwardedReads.clear();
  }

  private void refuse(long proposal, Refusal reason) {
    outbox.event(new Event.ProposalRefused(reason));
    outbox.proposal(new ProposalOutcome.Refused(proposal, reason));
  }
}
