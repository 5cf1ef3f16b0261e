package dev.balsa.raft;

import dev.balsa.raft.Status.RoleName;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One node of one Raft group, as a pure state machine: an {@link Input} and the time go in, a
 * {@link Ready} comes out. Deterministic: the same inputs at the same times with the same seed give
 * the same outputs, on every machine. Not thread-safe; one thread owns it.
 *
 * <p>The term rule is judged here, before anything else looks at a message (paper §5.1); everything
 * else is split by concern: {@link Election}, {@link Replication} for a leader, {@link Following}
 * for the others, {@link Liveness}, {@link Transfer}, {@link Reads}, {@link Reconfiguration}, and
 * {@link Clients} for what this node's own clients ask.
 */
public final class Raft {
  private final NodeState state;
  private final Election election;
  private final Replication replication;
  private final Following following;
  private final Reads reads;
  private final Reconfiguration reconfiguration;
  private final Clients clients;
  private final SnapshotSending sending;
  private final SnapshotReceiving receiving;
  private final Compaction compaction;
  private final Liveness liveness;
  private final Transfer transfer;
  private final Silence silence;
  private final Invariants invariants;
  private final Reasons reasons;

  private Raft(RaftConfig config, Membership membership, Restored restored, StoredLog stored) {
    state = new NodeState(config, membership, restored, stored);
    liveness = new Liveness(state);
    sending = new SnapshotSending(state);
    Heartbeats heartbeats = new Heartbeats(state, sending);
    reads = new Reads(state, heartbeats);
    replication = new Replication(state, reads, liveness, heartbeats, sending);
    election = new Election(state, replication, liveness);
    following = new Following(state);
    reconfiguration = new Reconfiguration(state, replication, liveness);
    clients = new Clients(state, replication, reads, following, reconfiguration);
    transfer = new Transfer(state, liveness);
    silence = new Silence(state, liveness);
    compaction = new Compaction(state);
    receiving = new SnapshotReceiving(state, following);
    invariants = new Invariants(state);
    reasons = new Reasons(state, liveness, replication, reads, clients);
  }

  /**
   * Starts a node as a follower of nobody, with what its host found on disk.
   *
   * @param membership the group to begin with, of no account once the log holds a configuration;
   *     {@link Membership#UNKNOWN} for a node that joins a running group and learns it from the log
   * @param stored the host's log; holds the entries up to {@code restored.last()}
   * @param now the time in nanoseconds from any fixed origin
   */
  public static Raft start(
      RaftConfig config, Membership membership, Restored restored, StoredLog stored, long now) {
    Raft raft = new Raft(config, membership, restored, stored);
    raft.state.start(now);
    return raft;
  }

  /**
   * Takes one input and tells what the host must do.
   *
   * @param now the time in nanoseconds, from the same origin as at the start; a time before the
   *     latest one counts as the latest. Times do not wrap: a host subtracts its first reading of
   *     {@code System.nanoTime} and is safe for 292 years.
   * @throws ArithmeticException if a deadline would pass {@code Long.MAX_VALUE}
   * @throws InvariantViolation if Raft's rules are broken; the node must not be used again
   */
  public Ready step(long now, Input input) {
    long away = now - state.now();
    state.advanceTime(now);
    long term = state.term();
    NodeId leader = state.leader();
    silence.before(input);
    if (state.role() instanceof Role.Leader leading && !leading.isAsleep()) {
      liveness.back(leading, away);
    }
    switch (input) {
      case Input.Wake() -> wake();
      case Input.Receive(Message message) -> receive(message);
      case Input.Greeted(NodeId peer, IncarnationId incarnation) -> greeted(peer, incarnation);
      case Input.Propose(long proposal, List<Bytes> commands) ->
          clients.propose(proposal, commands);
      case Input.Reconfigure(long request, List<Change> changes) ->
          clients.reconfigure(request, changes);
      case Input.Read(long read, ReadMode mode) -> clients.read(read, mode);
      case Input.Transfer(long request, NodeId target) -> transfer.ask(request, target);
      case Input.Persisted(long sequence) -> persisted(sequence);
      case Input.SnapshotTaken(SnapshotMeta snapshot) -> snapshotTaken(snapshot);
      case Input.SnapshotReceived(SnapshotMeta snapshot) -> receiving.received(snapshot);
      case Input.SnapshotRejected(SnapshotMeta snapshot) -> receiving.rejected(snapshot);
      case Input.Unreachable(NodeId peer) -> unreachable(peer);
    }
    if (state.role() instanceof Role.Leader leading) {
      reconfiguration.advance(leading);
    }
    if (term != state.term() || !Objects.equals(leader, state.leader())) {
      leaderChanged(leader);
    }
    compaction.afterStep();
    invariants.afterStep();
    transfer.check();
    return state.takeReady();
  }

  /**
   * When the host should give {@link Input.Wake} if nothing else has come before, in nanoseconds
   * from the same origin as {@code now}. Changes with every step.
   */
  public long deadline() {
    long deadline =
        state.role() instanceof Role.Leader leader
            ? Math.min(
                Math.min(leader.heartbeatDeadline, leader.noticeDeadline),
                Math.min(leader.quorumDeadline, sending.deadline(leader)))
            : Math.min(state.electionDeadline(), clients.deadline());
    return Math.min(deadline, transfer.deadline());
  }

  /**
   * The entries after {@code applied} that are committed and durable here, ready to be applied; an
   * empty list if there are none.
   *
   * @param applied the last index the host has taken, at least that of the latest snapshot it was
   *     told to install
   * @param bytesMax stop before the sum of {@link Entry#bytes()} exceeds this, but give at least
   *     one
   */
  public List<Entry> committed(long applied, long bytesMax) {
    long to = Math.min(state.commit(), state.durable());
    return applied >= to ? List.of() : state.log.read(applied + 1, to, bytesMax);
  }

  /** The current term, from 0. */
  public long term() {
    return state.term();
  }

  /**
   * Where the log ended that this node lost to damage ({@link Restored#lost}), until its durable
   * log gets there again; then null, and the host need not remember it any longer.
   */
  public @Nullable EntryId lost() {
    return state.promises.lost();
  }

  /** The leader of the current term as far as this node knows, or null. */
  public @Nullable NodeId leader() {
    return state.leader();
  }

  /**
   * Whether the group is silent here: no timer runs, and only an input wakes it. A host sees to it
   * that this node is told {@link Input.Unreachable} when the connection to its leader is not there
   * or goes, or, if it leads, that to any of its peers.
   */
  public boolean isAsleep() {
    return state.role().isAsleep();
  }

  /** The membership in force here, which need not be committed yet. */
  public Membership membership() {
    return state.membership();
  }

  /** The membership in force when the entry at {@code index} was the last one of the log. */
  public Configured configuredAt(long index) {
    return state.configurations.at(index);
  }

  /** Adds to {@code print} what decides how this node goes on. Changes nothing. */
  public void describe(Fingerprint print) {
    state.describe(print);
    election.describe(print);
    replication.describe(print);
    reads.describe(print);
    clients.describe(print);
    transfer.describe(print);
    silence.describe(print);
    sending.describe(print);
    receiving.describe(print);
    compaction.describe(print);
  }

  /** What the node is. */
  public RoleName role() {
    return switch (state.role()) {
      case Role.Follower follower -> RoleName.FOLLOWER;
      case Role.PreCandidate preCandidate -> RoleName.PRE_CANDIDATE;
      case Role.Candidate candidate -> RoleName.CANDIDATE;
      case Role.Leader leader -> RoleName.LEADER;
    };
  }

  /** The commit index it knows. */
  public long commit() {
    return state.commit();
  }

  /** Where its own log ends. */
  public long lastIndex() {
    return state.log.last().index();
  }

  /** Up to where its own log is forced. */
  public long durable() {
    return state.durable();
  }

  /** What the node knows of itself and its peers. */
  public Status status() {
    List<Status.Follower> followers =
        state.role() instanceof Role.Leader leader
            ? leader.peers.entrySet().stream()
                .map(peer -> peer.getValue().status(peer.getKey()))
                .toList()
            : List.of();
    SnapshotMeta snapshot = state.snapshot();
    return new Status(
        state.self(),
        role(),
        state.term(),
        state.leader(),
        state.log.base(),
        snapshot == null ? EntryId.ZERO : snapshot.last(),
        state.log.last(),
        state.commit(),
        state.durable(),
        followers,
        reasons.all(),
        state.role() instanceof Role.Leader leader ? reads.leaseUntil(leader) : Status.NO_LEASE);
  }

  private void greeted(NodeId peer, IncarnationId incarnation) {
    boolean another = state.incarnations.greeted(peer, incarnation);
    boolean stranger = state.incarnations.isStranger(peer);
    if ((another || stranger) && state.role() instanceof Role.Leader leader) {
      replication.restart(leader, peer);
    }
    if (stranger) {
      reconfiguration.tellLost(peer, incarnation);
    }
  }

  /** Whether what {@code from} says of its disk is of the disk that the membership names. */
  private boolean isPromise(NodeId from) {
    boolean stranger = state.incarnations.isStranger(from);
    if (stranger) {
      state.outbox.event(new Event.PromiseIgnored(from, state.incarnations.of(from)));
    }
    return !stranger;
  }

  private void wake() {
    transfer.wake();
    if (state.role() instanceof Role.Leader leader) {
      liveness.wake(leader);
    }
    if (state.role() instanceof Role.Leader leader) {
      if (!silence.asksInstead(leader, reads.open() > 0)) {
        replication.wake(leader);
      }
      transfer.giveWay(leader);
    } else {
      clients.wake();
      election.wake();
    }
  }

  private void persisted(long sequence) {
    state.persisted(sequence);
    state.log.forget(state.durable());
    election.persisted();
    if (state.role() instanceof Role.Leader leader) {
      replication.persisted(leader);
    }
  }

  private void unreachable(NodeId peer) {
    if (state.role() instanceof Role.Leader leader) {
      replication.unreachable(leader, peer);
    } else if (peer.equals(state.leader())) {
      clients.leaderLost();
    }
  }

  private void snapshotTaken(SnapshotMeta snapshot) {
    compaction.taken(snapshot);
    if (snapshot.isWritten() && state.role() instanceof Role.Leader leader) {
      replication.snapshotWritten(leader);
    }
  }

  /** A higher term is adopted at once, a lower one changes nothing (paper §5.1). */
  private void receive(Message message) {
    if (election.denies(message)) {
      return;
    }
    if (message.term() > state.term()) {
      state.advanceTerm(message.term());
    }
    if (message.term() < state.term()) {
      receiveStale(message);
    } else {
      receiveCurrent(message);
    }
  }

  private void receiveCurrent(Message message) {
    switch (message) {
      case Message.PreVote preVote -> election.onPreVote(preVote);
      case Message.PreVoteReply reply -> election.onPreVoteReply(reply);
      case Message.Vote vote -> election.onVote(vote);
      case Message.VoteReply reply -> election.onVoteReply(reply);
      case Message.Append append -> following.onAppend(append);
      case Message.AppendAck ack -> {
        if (state.role() instanceof Role.Leader leader && isPromise(ack.from())) {
          replication.onAck(leader, ack);
          transfer.advance(leader);
        }
      }
      case Message.AppendReject reject -> {
        if (state.role() instanceof Role.Leader leader && isPromise(reject.from())) {
          replication.onReject(leader, reject);
        }
      }
      case Message.SnapshotChunk chunk -> receiving.onChunk(chunk);
      case Message.SnapshotAck ack -> {
        if (state.role() instanceof Role.Leader leader && isPromise(ack.from())) {
          replication.onSnapshotAck(leader, ack);
        }
      }
      case Message.TimeoutNow order -> election.onTimeoutNow(order);
      case Message.Quiet quiet ->
          silence.onQuiet(quiet, clients.deadline() != Long.MAX_VALUE || state.installing());
      case Message.Forward forward -> clients.onForward(forward);
      case Message.ForwardChange forward -> clients.onForwardChange(forward);
      case Message.Forwarded forwarded -> clients.onForwarded(forwarded);
      case Message.ForwardRefused refused -> clients.onForwardRefused(refused);
      case Message.ReadIndex request -> clients.onReadIndex(request);
      case Message.ReadIndexReply reply -> clients.onReadIndexReply(reply);
      case Message.ReadIndexRefused refused -> clients.onReadIndexRefused(refused);
    }
  }

  /**
   * Requests of an earlier term are answered, so that the sender learns ours; answers are dropped.
   */
  private void receiveStale(Message message) {
    state.outbox.event(new Event.StaleMessage(message.from(), message.term(), state.term()));
    switch (message) {
      case Message.PreVote preVote -> election.onStalePreVote(preVote);
      case Message.Vote vote -> election.onStaleVote(vote);
      case Message.Append append -> following.onStaleAppend(append);
      case Message.SnapshotChunk chunk -> receiving.onStaleChunk(chunk);
      case Message.Forward forward -> clients.answerRefused(forward, Refusal.LEADER_CHANGED);
      case Message.ForwardChange forward -> clients.answerRefused(forward, Refusal.LEADER_CHANGED);
      case Message.ReadIndex request -> clients.answerRefused(request);
      case Message.PreVoteReply ignored -> {}
      case Message.VoteReply ignored -> {}
      case Message.TimeoutNow ignored -> {}
      case Message.Quiet ignored -> {}
      case Message.AppendAck ignored -> {}
      case Message.AppendReject ignored -> {}
      case Message.SnapshotAck ignored -> {}
      case Message.Forwarded ignored -> {}
      case Message.ForwardRefused ignored -> {}
      case Message.ReadIndexReply ignored -> {}
      case Message.ReadIndexRefused ignored -> {}
    }
  }

  private void leaderChanged(@Nullable NodeId before) {
    silence.leaderChanged();
    if (state.self().equals(before)) {
      reads.stepDown();
    } else if (before != null) {
      clients.leaderLost();
    }
    NodeId known = state.leader();
    if (known != null) {
      transfer.leaderKnown(known);
    }
  }
}
