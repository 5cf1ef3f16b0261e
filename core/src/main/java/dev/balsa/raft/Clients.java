package dev.balsa.raft;

import dev.balsa.raft.Ready.ChangeOutcome;
import dev.balsa.raft.Ready.ProposalOutcome;
import dev.balsa.raft.Ready.ReadOutcome;
import dev.balsa.raft.Reconfiguration.Answer;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Requests of this node's clients: served here if this node leads, passed on to the leader if one
 * is known, refused otherwise (paper §8). Also the leader's answers to requests passed on to it.
 */
final class Clients {
  /**
   * An answer that is late by so many of the longest election timeouts is lost. The bound is no
   * latency a client should wait for; it keeps what is remembered here bounded.
   */
  private static final int PATIENCE_TIMEOUTS = 10;

  /**
   * A read is asked again sooner, since asking twice does no harm: no candidate wins whose answers
   * take longer. etcd asks again after half a second.
   */
  private static final int READ_PATIENCE_TIMEOUTS = 1;

  private final NodeState state;
  private final Outbox outbox;
  private final Replication replication;
  private final Reads leading;
  private final Following following;
  private final Reconfiguration reconfiguration;

  // What was passed on to the leader of this term and is not answered, by the number it travels
  // under. Numbers start at random: the answer to a former process of this node must not be taken
  // for one to this process, which its host may number alike.
  private final NavigableMap<Long, Passed> proposals = new TreeMap<>();
  private final NavigableMap<Long, Passed> changes = new TreeMap<>();
  private final NavigableMap<Long, Passed> reads = new TreeMap<>();
  private long latest;

  /** A request of the host, when it was asked, and when it is given up. */
  private record Passed(long request, long asked, long deadline) {
    void describe(Fingerprint print, long now) {
      print.add(request).deadline(deadline, now);
    }
  }

  Clients(
      NodeState state,
      Replication replication,
      Reads reads,
      Following following,
      Reconfiguration reconfiguration) {
    this.state = state;
    this.outbox = state.outbox;
    this.replication = replication;
    this.leading = reads;
    this.following = following;
    this.reconfiguration = reconfiguration;
    this.latest = state.drawNumber();
  }

  void propose(long proposal, List<Bytes> commands) {
    NodeId known = state.leader();
    if (state.space.isShort()) {
      // As a follower, it could not take the entry either, and would never know what became of it.
      refuse(proposal, Refusal.DISK_FULL);
    } else if (state.role() instanceof Role.Leader leader) {
      Refusal refusal = refusal(leader, commands);
      if (refusal == null) {
        EntryId first = replication.propose(leader, commands);
        outbox.proposal(new ProposalOutcome.Accepted(proposal, first));
      } else {
        refuse(proposal, refusal);
      }
    } else if (known == null) {
      refuse(proposal, Refusal.NO_LEADER);
    } else {
      long number = pass(proposals, proposal, PATIENCE_TIMEOUTS);
      outbox.sendNow(known, new Message.Forward(state.self(), state.term(), number, commands));
    }
  }

  /** Why the leader takes no commands, or not these; null if it does. */
  private @Nullable Refusal refusal(Role.Leader leader, List<Bytes> commands) {
    if (state.space.isShort()) {
      return Refusal.DISK_FULL;
    }
    if (leader.transferee != null) {
      return Refusal.TRANSFERRING;
    }
    return replication.hasRoom(commands) ? null : Refusal.UNCOMMITTED_BYTES;
  }

  void reconfigure(long request, List<Change> wanted) {
    NodeId known = state.leader();
    if (state.role() instanceof Role.Leader leader) {
      outbox.change(
          switch (reconfiguration.begin(leader, wanted)) {
            case Answer.Begun(EntryId first) -> new ChangeOutcome.Accepted(request, first);
            case Answer.Refused(Refusal reason) -> new ChangeOutcome.Refused(request, reason);
          });
    } else if (known == null) {
      outbox.change(new ChangeOutcome.Refused(request, Refusal.NO_LEADER));
    } else {
      long number = pass(changes, request, PATIENCE_TIMEOUTS);
      outbox.sendNow(known, new Message.ForwardChange(state.self(), state.term(), number, wanted));
    }
  }

  void read(long read, ReadMode mode) {
    switch (mode) {
      case ReadMode.Linearizable() -> confirm(read);
      case ReadMode.Lease() -> {
        if (state.role() instanceof Role.Leader leader && leading.holdsLease(leader)) {
          state.freshness.learn(state.commit(), state.now());
          ReadBasis basis = new ReadBasis(ReadBasis.Path.LEASE, state.now());
          outbox.read(new ReadOutcome.Confirmed(read, state.commit(), basis));
        } else {
          confirm(read);
        }
      }
      case ReadMode.Bounded(long ageNanosMax, long entriesMax) -> {
        Long fresh = state.freshness.within(ageNanosMax);
        NodeId known = state.leader();
        if (fresh != null && (known != null || entriesMax == Long.MAX_VALUE)) {
          long index = Math.max(fresh, state.commit() - entriesMax);
          outbox.read(new ReadOutcome.Confirmed(read, index, state.freshness.basis()));
        } else if (known == null) {
          outbox.read(new ReadOutcome.Refused(read, Refusal.TOO_STALE));
        } else {
          confirm(read);
        }
      }
    }
  }

  /** Asks for a round of the leader's, which is this node or another. */
  private void confirm(long read) {
    NodeId known = state.leader();
    if (state.role() instanceof Role.Leader leader) {
      leading.ask(leader, state.self(), read);
    } else if (known == null) {
      outbox.read(new ReadOutcome.Refused(read, Refusal.NO_LEADER));
    } else {
      long number = pass(reads, read, READ_PATIENCE_TIMEOUTS);
      outbox.sendNow(known, new Message.ReadIndex(state.self(), state.term(), number));
    }
  }

  void onForward(Message.Forward request) {
    if (!(state.role() instanceof Role.Leader leader)) {
      answerRefused(request, Refusal.LEADER_CHANGED);
      return;
    }
    Refusal refusal = refusal(leader, request.commands());
    if (refusal != null) {
      outbox.event(new Event.ProposalRefused(refusal));
      answerRefused(request, refusal);
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
    answerRefused(request.from(), request.proposal(), reason);
  }

  void onForwardChange(Message.ForwardChange request) {
    if (!(state.role() instanceof Role.Leader leader)) {
      answerRefused(request, Refusal.LEADER_CHANGED);
      return;
    }
    switch (reconfiguration.begin(leader, request.changes())) {
      case Answer.Begun(EntryId first) ->
          outbox.sendNow(
              request.from(),
              new Message.Forwarded(state.self(), state.term(), request.proposal(), first));
      case Answer.Refused(Refusal reason) -> answerRefused(request, reason);
    }
  }

  void answerRefused(Message.ForwardChange request, Refusal reason) {
    answerRefused(request.from(), request.proposal(), reason);
  }

  /** How many reads were passed on and have no answer. */
  int openReads() {
    return reads.size();
  }

  /** When the oldest of them was asked; any time if there is none. */
  long oldestRead() {
    return reads.isEmpty() ? state.now() : reads.firstEntry().getValue().asked();
  }

  private void answerRefused(NodeId origin, long proposal, Refusal reason) {
    outbox.sendNow(
        origin, new Message.ForwardRefused(state.self(), state.term(), proposal, reason));
  }

  void onReadIndex(Message.ReadIndex request) {
    if (state.role() instanceof Role.Leader leader) {
      leading.ask(leader, request.from(), request.read());
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

  private long pass(NavigableMap<Long, Passed> passed, long request, int timeouts) {
    long patience = Math.multiplyExact(timeouts, state.config.electionTimeoutMaxNanos());
    long deadline = Math.addExact(state.now(), patience);
    passed.put(++latest, new Passed(request, state.now(), deadline));
    return latest;
  }

  void onForwarded(Message.Forwarded reply) {
    Passed passed = proposals.remove(reply.proposal());
    if (passed != null) {
      outbox.proposal(new ProposalOutcome.Accepted(passed.request(), reply.first()));
      return;
    }
    Passed change = changes.remove(reply.proposal());
    if (change != null) {
      outbox.change(new ChangeOutcome.Accepted(change.request(), reply.first()));
    }
  }

  void onForwardRefused(Message.ForwardRefused reply) {
    Passed passed = proposals.remove(reply.proposal());
    if (passed != null) {
      refuse(passed.request(), reply.reason());
      return;
    }
    Passed change = changes.remove(reply.proposal());
    if (change != null) {
      outbox.change(new ChangeOutcome.Refused(change.request(), reply.reason()));
    }
  }

  void onReadIndexReply(Message.ReadIndexReply reply) {
    Passed passed = reads.remove(reply.read());
    if (passed != null) {
      following.learnCommit(reply.index());
      state.freshness.learn(reply.index(), passed.asked());
      ReadBasis basis = new ReadBasis(ReadBasis.Path.READ_INDEX, passed.asked());
      outbox.read(new ReadOutcome.Confirmed(passed.request(), reply.index(), basis));
    }
  }

  void onReadIndexRefused(Message.ReadIndexRefused reply) {
    Passed passed = reads.remove(reply.read());
    if (passed != null) {
      outbox.read(new ReadOutcome.Refused(passed.request(), reply.reason()));
    }
  }

  /** When {@link #wake} has something to give up. */
  long deadline() {
    return Math.min(deadline(proposals), Math.min(deadline(changes), deadline(reads)));
  }

  private static long deadline(NavigableMap<Long, Passed> passed) {
    return passed.isEmpty() ? Long.MAX_VALUE : passed.firstEntry().getValue().deadline();
  }

  /** Gives up what was never answered: the question or the answer was lost. */
  void wake() {
    while (deadline(proposals) <= state.now()) {
      giveUpProposal();
    }
    while (deadline(changes) <= state.now()) {
      giveUpChange();
    }
    while (deadline(reads) <= state.now()) {
      giveUpRead();
    }
  }

  /** The leader asked is gone, or what was said between us may be lost. */
  void leaderLost() {
    while (!proposals.isEmpty()) {
      giveUpProposal();
    }
    while (!changes.isEmpty()) {
      giveUpChange();
    }
    while (!reads.isEmpty()) {
      giveUpRead();
    }
  }

  private void giveUpProposal() {
    outbox.proposal(new ProposalOutcome.Unknown(proposals.pollFirstEntry().getValue().request()));
  }

  private void giveUpChange() {
    outbox.change(new ChangeOutcome.Unknown(changes.pollFirstEntry().getValue().request()));
  }

  private void giveUpRead() {
    outbox.read(
        new ReadOutcome.Refused(
            reads.pollFirstEntry().getValue().request(), Refusal.LEADER_CHANGED));
  }

  private void refuse(long proposal, Refusal reason) {
    outbox.event(new Event.ProposalRefused(reason));
    outbox.proposal(new ProposalOutcome.Refused(proposal, reason));
  }

  void describe(Fingerprint print) {
    print.add(latest).add(proposals.size()).add(changes.size()).add(reads.size());
    proposals.forEach((number, passed) -> passed.describe(print.add(number), state.now()));
    changes.forEach((number, passed) -> passed.describe(print.add(number), state.now()));
    reads.forEach((number, passed) -> passed.describe(print.add(number), state.now()));
  }
}
