package dev.balsa.raft;

/**
 * The settings of one node's core, fixed for its life. Made by {@link #of} and the {@code with}
 * methods.
 *
 * @param self this node
 * @param electionTimeoutMinNanos the least election timeout drawn, positive
 * @param electionTimeoutMaxNanos the greatest, above the least
 * @param heartbeatNanos how often a leader speaks, positive and below the least election timeout
 * @param seed where the random election timeouts and the numbers of requests passed on start from;
 *     differs between nodes and between the processes of a node
 * @param appendBytesMax the bound of one Append message, in {@link Entry#bytes()}; a single larger
 *     entry still travels
 * @param inflightMessagesMax how many unanswered Append messages with entries a follower may have
 * @param inflightBytesMax the same in bytes; one message is always allowed
 * @param uncommittedBytesMax how many bytes of its own term's entries a leader holds uncommitted
 *     before it refuses proposals by {@link Refusal#UNCOMMITTED_BYTES}; one batch is always allowed
 * @param cacheBytesMax how many bytes of recent entries stay in memory beside those not yet durable
 * @param snapshots the log's tail and the pace of snapshots
 * @param election pre-vote and priority
 * @param lease whether reads may rest on clocks
 * @param restAfterNanos after how long without anything to do a group falls silent: no message and
 *     no timer on any node until there is something again; positive, {@link #NEVER} for a group
 *     that keeps its heartbeats, as one with leases does in any case
 */
public record RaftConfig(
    NodeId self,
    long electionTimeoutMinNanos,
    long electionTimeoutMaxNanos,
    long heartbeatNanos,
    long seed,
    long appendBytesMax,
    int inflightMessagesMax,
    long inflightBytesMax,
    long uncommittedBytesMax,
    long cacheBytesMax,
    ElectionRules election,
    SnapshotRules snapshots,
    LeaseRules lease,
    long restAfterNanos) {

  /** A time that does not come. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final long MILLISECOND = 1_000_000;
  private static final long MIB = 1 << 20;

  /** Validates every bound and their relations. */
  public RaftConfig {
    Require.argument(
        electionTimeoutMinNanos > 0 && electionTimeoutMinNanos < electionTimeoutMaxNanos,
        "election timeout %s..%s ns is no range",
        electionTimeoutMinNanos,
        electionTimeoutMaxNanos);
    Require.argument(
        heartbeatNanos > 0 && heartbeatNanos < electionTimeoutMinNanos,
        "heartbeat %s ns must be positive and below the election timeout %s ns",
        heartbeatNanos,
        electionTimeoutMinNanos);
    positive("appendBytesMax", appendBytesMax);
    positive("inflightMessagesMax", inflightMessagesMax);
    positive("inflightBytesMax", inflightBytesMax);
    positive("uncommittedBytesMax", uncommittedBytesMax);
    positive("cacheBytesMax", cacheBytesMax);
    positive("restAfterNanos", restAfterNanos);
  }

  private static void positive(String name, long value) {
    Require.argument(value > 0, "%s is %s, must be positive", name, value);
  }

  /** The paper's timings (§9.3: election timeout 150–300 ms), heartbeat 50 ms, and our bounds. */
  public static RaftConfig of(NodeId self, long seed) {
    return new RaftConfig(
        self,
        150 * MILLISECOND,
        300 * MILLISECOND,
        50 * MILLISECOND,
        seed,
        MIB,
        256,
        8 * MIB,
        64 * MIB,
        32 * MIB,
        ElectionRules.DEFAULT,
        SnapshotRules.DEFAULT,
        LeaseRules.OFF,
        NEVER);
  }

  /** The same with other timings, all in nanoseconds. */
  public RaftConfig withTimings(long electionMinNanos, long electionMaxNanos, long heartbeat) {
    return new RaftConfig(
        self,
        electionMinNanos,
        electionMaxNanos,
        heartbeat,
        seed,
        appendBytesMax,
        inflightMessagesMax,
        inflightBytesMax,
        uncommittedBytesMax,
        cacheBytesMax,
        election,
        snapshots,
        lease,
        restAfterNanos);
  }

  /** The same with other bounds on replication to one follower. */
  public RaftConfig withWindow(long appendBytes, int inflightMessages, long inflightBytes) {
    return new RaftConfig(
        self,
        electionTimeoutMinNanos,
        electionTimeoutMaxNanos,
        heartbeatNanos,
        seed,
        appendBytes,
        inflightMessages,
        inflightBytes,
        uncommittedBytesMax,
        cacheBytesMax,
        election,
        snapshots,
        lease,
        restAfterNanos);
  }

  /** The same with other bounds on memory, in bytes. */
  public RaftConfig withMemory(long uncommittedBytes, long cacheBytes) {
    return new RaftConfig(
        self,
        electionTimeoutMinNanos,
        electionTimeoutMaxNanos,
        heartbeatNanos,
        seed,
        appendBytesMax,
        inflightMessagesMax,
        inflightBytesMax,
        uncommittedBytes,
        cacheBytes,
        election,
        snapshots,
        lease,
        restAfterNanos);
  }

  /** The same with another start of the random numbers, for another process of the node. */
  public RaftConfig withSeed(long other) {
    return new RaftConfig(
        self,
        electionTimeoutMinNanos,
        electionTimeoutMaxNanos,
        heartbeatNanos,
        other,
        appendBytesMax,
        inflightMessagesMax,
        inflightBytesMax,
        uncommittedBytesMax,
        cacheBytesMax,
        election,
        snapshots,
        lease,
        restAfterNanos);
  }

  /** The same with other rules for elections. */
  public RaftConfig withElection(ElectionRules rules) {
    return new RaftConfig(
        self,
        electionTimeoutMinNanos,
        electionTimeoutMaxNanos,
        heartbeatNanos,
        seed,
        appendBytesMax,
        inflightMessagesMax,
        inflightBytesMax,
        uncommittedBytesMax,
        cacheBytesMax,
        rules,
        snapshots,
        lease,
        restAfterNanos);
  }

  /** The same with pre-vote on or off. */
  public RaftConfig withPreVote(boolean preVote) {
    return withElection(new ElectionRules(preVote, election.checkQuorum(), election.priority()));
  }

  /** The same with check-quorum on or off. */
  public RaftConfig withCheckQuorum(boolean checkQuorum) {
    return withElection(new ElectionRules(election.preVote(), checkQuorum, election.priority()));
  }

  /** The same with another priority, from 0 to {@link ElectionRules#PRIORITY_MAX}. */
  public RaftConfig withPriority(int priority) {
    return withElection(new ElectionRules(election.preVote(), election.checkQuorum(), priority));
  }

  /** Whether the node asks if it could win before it raises its term (thesis §9.6). */
  public boolean preVote() {
    return election.preVote();
  }

  /** The same with other rules for snapshots. */
  public RaftConfig withSnapshots(SnapshotRules rules) {
    return new RaftConfig(
        self,
        electionTimeoutMinNanos,
        electionTimeoutMaxNanos,
        heartbeatNanos,
        seed,
        appendBytesMax,
        inflightMessagesMax,
        inflightBytesMax,
        uncommittedBytesMax,
        cacheBytesMax,
        election,
        rules,
        lease,
        restAfterNanos);
  }

  /** The same with other rules for reads by the leader's lease. */
  public RaftConfig withLease(LeaseRules rules) {
    return new RaftConfig(
        self,
        electionTimeoutMinNanos,
        electionTimeoutMaxNanos,
        heartbeatNanos,
        seed,
        appendBytesMax,
        inflightMessagesMax,
        inflightBytesMax,
        uncommittedBytesMax,
        cacheBytesMax,
        election,
        snapshots,
        rules,
        restAfterNanos);
  }

  /** The same with another time after which an idle group falls silent. */
  public RaftConfig withRestAfter(long nanos) {
    return new RaftConfig(
        self,
        electionTimeoutMinNanos,
        electionTimeoutMaxNanos,
        heartbeatNanos,
        seed,
        appendBytesMax,
        inflightMessagesMax,
        inflightBytesMax,
        uncommittedBytesMax,
        cacheBytesMax,
        election,
        snapshots,
        lease,
        nanos);
  }

  /** Whether an idle group falls silent. */
  boolean mayRest() {
    return restAfterNanos != NEVER && !lease.enabled();
  }
}
