package dev.balsa.raft;

/**
 * Whether a leader may answer reads by its lease: for as long after it spoke to a majority as that
 * majority elects nobody else (thesis §6.4.1). Off by default, since it rests on clocks: a read by
 * a lease is linearizable only while the bound stated here holds. A clock that stands still while
 * others go on, as in a suspended virtual machine, breaks it.
 *
 * <p>The setting belongs on every node of a group, since it is the others who keep the lease: they
 * give no vote within the least election timeout after they heard a leader, nor after a start.
 *
 * @param enabled whether leases are given and used
 * @param driftPerMille while the clock of one node advances by 1000, that of no other advances by
 *     more than 1000 plus this; from 0. The lease is shorter than the least election timeout by as
 *     much.
 */
public record LeaseRules(boolean enabled, int driftPerMille) {
  /** No leases. */
  public static final LeaseRules OFF = new LeaseRules(false, 0);

  public LeaseRules {
    Require.argument(
        driftPerMille >= 0, "driftPerMille is %s, must not be negative", driftPerMille);
  }

  /** Leases among clocks whose rates differ by no more than {@code driftPerMille}. */
  public static LeaseRules within(int driftPerMille) {
    return new LeaseRules(true, driftPerMille);
  }

  /** How long a lease lasts, by the leader's clock. */
  long nanos(long electionTimeoutMinNanos) {
    return Math.multiplyExact(electionTimeoutMinNanos, 1000) / (1000L + driftPerMille);
  }
}
