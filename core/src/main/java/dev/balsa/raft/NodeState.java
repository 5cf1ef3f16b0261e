package dev.balsa.raft;

import dev.balsa.raft.Event.StepDown;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Figure 2's box of the paper: term, vote, log, commit index and role. Its mutators are the only
 * way to change them; each tells the {@link Outbox} what must be written and what happened.
 */
final class NodeState {
  final RaftConfig config;
  final Configurations configurations;
  final Incarnations incarnations;
  final RaftLog log;
  final StoredLog stored;
  final Promises promises;
  final Outbox outbox;
  final Space space;
  final Freshness freshness = new Freshness(this);
  private final SplitMix random;

  private long now;
  private long term;
  private @Nullable NodeId vote;
  private Role role = new Role.Follower();
  private @Nullable SnapshotMeta snapshot; // the latest; log.base ≤ snapshot.last ≤ commit
  private boolean installing;
  private long commit; // ≤ log.lastIndex()
  private long electionDeadline;
  private int failedElections; // since a leader was known
  private long leaderHeard; // when a leader of any term was heard, or may have been
  private @Nullable NodeId termLeader; // whom this node saw lead the term, even if it forgot

  // What is on its way to the disk, in order; the log is durable up to `durable`.
  private final ArrayDeque<Write> writes = new ArrayDeque<>();
  private long durable;
  private long durableSequence;

  private record Write(long sequence, EntryId last) {}

  NodeState(RaftConfig config, Membership membership, Restored restored, StoredLog stored) {
    this.config = config;
    this.configurations = new Configurations(membership, restored);
    this.incarnations = new Incarnations(config.self(), restored.incarnation(), configurations);
    this.outbox = new Outbox();
    this.random = new SplitMix(config.seed());
    this.stored = stored;
    this.space = new Space(stored);
    this.log = new RaftLog(stored, restored, config.cacheBytesMax());
    this.term = restored.hardState().term();
    this.vote = restored.hardState().vote();
    this.durable = restored.last().index();
    this.snapshot = restored.snapshot();
    this.commit = snapshot == null ? 0 : snapshot.index();
    this.promises = new Promises(restored.lost());
    Require.argument(
        log.base().index() <= commit && (snapshot == null || log.contains(snapshot.last())),
        "log holds what follows %s up to %s, the snapshot is %s",
        log.base(),
        log.last(),
        snapshot);
  }

  NodeId self() {
    return config.self();
  }

  long now() {
    return now;
  }

  long term() {
    return term;
  }

  @Nullable NodeId vote() {
    return vote;
  }

  Role role() {
    return role;
  }

  long commit() {
    return commit;
  }

  /** The latest durable snapshot, or null. */
  @Nullable SnapshotMeta snapshot() {
    return snapshot;
  }

  /** Whether a snapshot is complete and its host makes it durable: no time to campaign. */
  boolean installing() {
    return installing;
  }

  void setInstalling(boolean now) {
    installing = now;
  }

  long durable() {
    return durable;
  }

  long durableSequence() {
    return durableSequence;
  }

  /** When to campaign; never for a node that must not or that sleeps, so that it stays passive. */
  long electionDeadline() {
    return mayCampaign() && !role.isAsleep() ? electionDeadline : Long.MAX_VALUE;
  }

  /** Whether this node has a vote to give to itself, and holds all that it promised. */
  boolean mayCampaign() {
    return mayVote() && promises.lost() == null;
  }

  private void regain() {
    if (durable >= log.base().index() && promises.areKeptBy(log.idAt(durable))) {
      outbox.event(new Event.EntriesRegained(promises.kept(), log.last()));
      drawElectionTimeout();
    }
  }

  /** The membership in force: that of the latest configuration in the log (thesis §4.1). */
  Membership membership() {
    return configurations.membership();
  }

  Quorum quorum() {
    return configurations.quorum();
  }

  /** Whether this node's own vote may be needed. It gives it to others in any case. */
  boolean mayVote() {
    return configurations.mayVote(self(), commit) && incarnations.mayCampaign();
  }

  /** When this node heard a leader last, of whatever term; its start counts as that. */
  long leaderHeard() {
    return leaderHeard;
  }

  HardState hardState() {
    return new HardState(term, vote);
  }

  @Nullable NodeId leader() {
    return switch (role) {
      case Role.Follower follower -> follower.leader;
      case Role.PreCandidate preCandidate -> null;
      case Role.Candidate candidate -> null;
      case Role.Leader leader -> self();
    };
  }

  /** Time never runs backwards in here, whatever the host's clock does. */
  void advanceTime(long to) {
    now = Math.max(now, to);
  }

  /** Starts the clock. The only voter of a group need not wait for anyone before it campaigns. */
  void start(long at) {
    now = at;
    leaderHeard = at;
    if (promises.lost() != null) {
      outbox.event(new Event.EntriesLost(log.last(), promises.lost()));
      regain();
    }
    // With leases nobody hurries: it may be another's vote that the membership here has forgotten.
    if (membership().electorate().equals(List.of(self())) && !config.lease().enabled()) {
      electionDeadline = at;
    } else {
      drawElectionTimeout();
    }
  }

  /**
   * Draws a new election timeout from now on (paper §5.2), longer at low priority or a full disk.
   */
  void drawElectionTimeout() {
    long min = config.electionTimeoutMinNanos();
    long max = config.electionTimeoutMaxNanos();
    int below = ElectionRules.PRIORITY_MAX - (space.isShort() ? 0 : config.election().priority());
    long steps = Math.max(0, below - failedElections);
    long timeout = Math.addExact(random.nextBetween(min, max), steps * (max - min));
    electionDeadline = Math.addExact(now, timeout);
    outbox.event(new Event.ElectionTimeoutDrawn(timeout));
  }

  /** An election timeout ended without a leader: the next wait is shorter for a low priority. */
  void electionFailed() {
    failedElections = Math.min(failedElections + 1, ElectionRules.PRIORITY_MAX);
  }

  /** A random number with room to count on from it. */
  long drawNumber() {
    return random.nextLong() >>> 2;
  }

  /** Adopts a higher term: no vote in it yet, no leader known (paper §5.1). */
  void advanceTerm(long to) {
    Require.invariant(to > term, "term would go from %s to %s", term, to);
    outbox.event(new Event.TermAdvanced(term, to));
    stepDown(StepDown.HIGHER_TERM);
    term = to;
    vote = null;
    termLeader = null;
    outbox.hardStateChanged();
  }

  void voteFor(NodeId candidate) {
    Require.invariant(
        vote == null || vote.equals(candidate), "second vote in term %s: %s", term, candidate);
    if (vote == null) {
      vote = candidate;
      outbox.hardStateChanged();
    }
  }

  /**
   * A leader or candidate becomes a follower that knows no leader; a follower forgets its leader.
   */
  void stepDown(StepDown reason) {
    forgetLeader();
    switch (role) {
      case Role.Follower follower -> {}
      case Role.PreCandidate preCandidate -> outbox.event(new Event.SteppedDown(term, reason));
      case Role.Candidate candidate -> outbox.event(new Event.SteppedDown(term, reason));
      case Role.Leader leader -> {
        outbox.event(new Event.SteppedDown(term, reason));
        drawElectionTimeout();
      }
    }
    role = new Role.Follower();
  }

  private void forgetLeader() {
    if (leader() != null) {
      outbox.event(new Event.LeaderChanged(term, null));
    }
  }

  /** The leader of this term was heard. */
  void follow(NodeId leader) {
    Require.invariant(
        termLeader == null || termLeader.equals(leader),
        "two leaders in term %s: %s, %s",
        term,
        termLeader,
        leader);
    if (role instanceof Role.Candidate || role instanceof Role.PreCandidate) {
      stepDown(StepDown.LEADER_FOUND);
    }
    if (!(role instanceof Role.Follower follower)) {
      throw new InvariantViolation("two leaders in term %s: %s, %s", term, self(), leader);
    }
    if (follower.leader == null) {
      follower.leader = leader;
      outbox.event(new Event.LeaderChanged(term, leader));
    }
    termLeader = leader;
    follower.heard = now;
    leaderHeard = now;
    failedElections = 0;
  }

  /** Asks in {@code round} whether it would win the next term; its own stays (thesis §9.6). */
  Role.PreCandidate preCampaign(long round) {
    forgetLeader();
    Role.PreCandidate preCandidate = new Role.PreCandidate(round);
    role = preCandidate;
    outbox.event(new Event.PreVoteStarted(term, log.last()));
    return preCandidate;
  }

  /** The next term, in which this node asks for votes, its own first (paper §5.2). */
  void campaign() {
    forgetLeader();
    outbox.event(new Event.TermAdvanced(term, term + 1));
    term = Math.addExact(term, 1);
    vote = self();
    termLeader = null;
    outbox.hardStateChanged();
    role = new Role.Candidate(outbox.nextSequence());
    outbox.event(new Event.ElectionStarted(term, log.last()));
  }

  Role.Leader becomeLeader() {
    Role.Leader leader = new Role.Leader(log.lastIndex() + 1);
    role = leader;
    termLeader = self();
    failedElections = 0;
    outbox.event(new Event.BecameLeader(term, log.last()));
    outbox.event(new Event.LeaderChanged(term, self()));
    return leader;
  }

  void append(LogSlice slice) {
    log.append(slice);
    outbox.append(slice);
    outbox.event(new Event.Appended(slice.prev(), slice.last()));
    if (configurations.append(slice)) {
      Configured latest = configurations.latest();
      outbox.event(new Event.ConfigurationTaken(latest.at(), latest.membership()));
    }
  }

  /** Makes way for the leader's entries; committed ones never do (paper §5.3). */
  void truncateAfter(long index) {
    Require.invariant(index >= commit, "truncating after %s, committed %s", index, commit);
    outbox.event(new Event.Truncated(index + 1, log.lastIndex()));
    log.truncateAfter(index);
    durable = Math.min(durable, index);
    if (configurations.truncateAfter(index)) {
      Configured latest = configurations.latest();
      outbox.event(new Event.ConfigurationRolledBack(latest.at(), latest.membership()));
    }
  }

  void snapshotTaken(SnapshotMeta taken) {
    outbox.event(new Event.SnapshotTaken(taken.last()));
    snapshot = taken;
  }

  void compact(long to) {
    EntryId from = log.base();
    log.compact(to);
    configurations.forgetBefore(to);
    outbox.event(new Event.LogCompacted(from, log.base()));
  }

  /**
   * A durable snapshot replaces log and state, neither of which holds its last entry (paper §7).
   */
  void install(SnapshotMeta received) {
    outbox.event(new Event.SnapshotInstalled(log.last(), received.last()));
    log.restart(received.last());
    configurations.install(received);
    outbox.event(new Event.ConfigurationTaken(received.last(), received.membership()));
    outbox.restart(received.last());
    outbox.snapshot(new Ready.SnapshotWork.Install(received));
    snapshot = received;
    durable = received.index();
    advanceCommit(received.index());
  }

  void advanceCommit(long to) {
    if (to > commit) {
      outbox.event(new Event.CommitAdvanced(commit, to));
      commit = to;
    }
  }

  /** The step's write is on its way; {@link #persisted} will tell that it arrived. */
  Ready takeReady() {
    regain();
    if (outbox.writes()) {
      writes.add(new Write(outbox.nextSequence(), log.last()));
    }
    return outbox.take(hardState());
  }

  /**
   * All writes up to {@code sequence} are durable. An entry written and since replaced counts for
   * nothing: the log must still hold the very entry (no ABA, since ids carry the term).
   */
  void persisted(long sequence) {
    Require.invariant(sequence < outbox.nextSequence(), "write %s was never handed out", sequence);
    while (!writes.isEmpty() && writes.getFirst().sequence() <= sequence) {
      EntryId last = writes.removeFirst().last();
      if (log.contains(last)) {
        durable = Math.max(durable, last.index());
      }
    }
    durableSequence = Math.max(durableSequence, sequence);
  }

  void describe(Fingerprint print) {
    print.add(term).add(vote).add(commit).add(durable).add(termLeader).add(failedElections);
    print.deadline(electionDeadline, now);
    print.add(outbox.nextSequence() - durableSequence).add(writes.size());
    writes.forEach(write -> print.add(outbox.nextSequence() - write.sequence()).add(write.last()));
    log.describe(print);
    configurations.describe(print);
    print.add(installing).add(snapshot != null);
    if (snapshot != null) {
      snapshot.describe(print);
    }
    print.add(promises.end(EntryId.ZERO));
    long heard = config.lease().enabled() ? leaderHeard : now;
    print.past(heard, now, config.electionTimeoutMaxNanos());
    incarnations.describe(print);
    role.describe(print, this);
  }
}
