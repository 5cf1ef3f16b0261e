package dev.balsa.raft;

import org.jspecify.annotations.Nullable;

/**
 * What must hold after every step, checked always: a node that would break Raft's promises stops
 * instead (paper figure 2 and figure 3, as far as one node can see them).
 */
final class Invariants {
  private final NodeState state;

  // As of the previous step.
  private long term;
  private @Nullable NodeId vote;
  private long commit;
  private boolean leading;
  private long lastIndex;

  Invariants(NodeState state) {
    this.state = state;
    remember();
  }

  void afterStep() {
    Require.invariant(state.term() >= term, "term went from %s to %s", term, state.term());
    Require.invariant(
        state.term() > term || vote == null || vote.equals(state.vote()),
        "vote of term %s went from %s to %s",
        term,
        vote,
        state.vote());
    Require.invariant(
        commit <= state.commit() && state.commit() <= state.log.lastIndex(),
        "commit went from %s to %s, last is %s",
        commit,
        state.commit(),
        state.log.last());
    Require.invariant(
        state.durable() <= state.log.lastIndex() && state.log.last().term() <= state.term(),
        "durable %s, last %s, term %s",
        state.durable(),
        state.log.last(),
        state.term());
    state.log.check();
    SnapshotMeta snapshot = state.snapshot();
    Require.invariant(
        state.log.base().index() <= (snapshot == null ? 0 : snapshot.index())
            && (snapshot == null || snapshot.index() <= state.commit()),
        "log begins after %s, snapshot %s, committed %s",
        state.log.base(),
        snapshot,
        state.commit());
    boolean elected = state.role() instanceof Role.Candidate || state.role() instanceof Role.Leader;
    Require.invariant(
        !elected || state.self().equals(state.vote()),
        "campaigns or leads in term %s, but voted for %s",
        state.term(),
        state.vote());
    Require.invariant(
        !state.role().isAsleep()
            || (state.commit() == state.log.lastIndex() && state.leader() != null),
        "sleeps with the log at %s, committed %s, leader %s",
        state.log.last(),
        state.commit(),
        state.leader());
    if (state.role() instanceof Role.Leader leader) {
      oneChangeInFlight();
      // Leader Append-Only, paper figure 3.
      Require.invariant(
          !leading || state.term() > term || state.log.lastIndex() >= lastIndex,
          "a leader's log shrank from %s to %s",
          lastIndex,
          state.log.lastIndex());
      leader.peers.values().forEach(progress -> progress.check(state.log.lastIndex()));
    }
    remember();
  }

  /** A leader begins a configuration only when the one before it is committed (thesis §4.1). */
  private void oneChangeInFlight() {
    Configured latest = state.configurations.latest();
    if (latest.at().term() == state.term()) {
      EntryId before = state.configurations.at(latest.at().index() - 1).at();
      Require.invariant(
          before.index() <= state.commit(),
          "configuration %s begun before %s was committed, commit is %s",
          latest.at(),
          before,
          state.commit());
    }
  }

  private void remember() {
    term = state.term();
    vote = state.vote();
    commit = state.commit();
    leading = state.role() instanceof Role.Leader;
    lastIndex = state.log.lastIndex();
  }
}
