package dev.balsa.raft;

import java.util.List;

/** The follower's side of log replication (paper §5.3, figure 2 AppendEntries receiver). */
final class Following {
  private final NodeState state;
  private final Outbox outbox;
  private long refuseAgain = Long.MIN_VALUE; // for want of space not before

  Following(NodeState state) {
    this.state = state;
    this.outbox = state.outbox;
  }

  /** The leader of the current term sends entries, or says that it lives. */
  void onAppend(Message.Append request) {
    state.follow(request.from());
    state.drawElectionTimeout();
    LogSlice slice = beyondBase(request.slice());
    if (!state.log.contains(slice.prev())) {
      reject(request);
      return;
    }

    if (!accept(slice)) {
      refuse(request);
      return;
    }
    long covered = request.slice().last().index();
    agree(covered);
    learnCommit(request.commit());
    // The answer covers what the request covered, not what else this log may hold (paper figure 2).
    outbox.sendDurable(
        request.from(),
        new Message.AppendAck(state.self(), state.term(), covered, request.round()));
  }

  /**
   * What of a slice lies after the log's base: all before is committed, hence the leader's too
   * (Leader Completeness, paper §5.4.3).
   */
  private LogSlice beyondBase(LogSlice slice) {
    EntryId base = state.log.base();
    if (slice.prev().index() >= base.index()) {
      return slice;
    }
    if (slice.last().index() < base.index()) {
      return new LogSlice(base, List.of());
    }
    int spent = Math.toIntExact(base.index() - slice.prev().index());
    EntryId there = slice.entries().get(spent - 1).id();
    Require.invariant(
        there.equals(base), "leader's entry %s conflicts with the snapshot at %s", there, base);
    return new LogSlice(base, slice.entries().subList(spent, slice.entries().size()));
  }

  /**
   * Takes what the log lacks; only a true conflict removes anything, so late messages harm nothing.
   * Returns false if the disk has no space for it: nothing is removed either, then.
   */
  private boolean accept(LogSlice slice) {
    List<Entry> entries = slice.entries();
    int held = 0;
    while (held < entries.size() && state.log.contains(entries.get(held).id())) {
      held++;
    }
    if (held == entries.size()) {
      return true;
    }
    EntryId prev = held == 0 ? slice.prev() : entries.get(held - 1).id();
    LogSlice lacking =
        held == 0 ? slice : new LogSlice(prev, entries.subList(held, entries.size()));
    if (!state.space.fits(lacking)) {
      return false;
    }
    if (prev.index() < state.log.lastIndex()) {
      state.truncateAfter(prev.index());
    }
    state.append(lacking);
    return true;
  }

  /**
   * The disk is full. An answer tells the leader that this node lives, and makes it send again; so
   * there is one in a heartbeat interval, no more.
   */
  private void refuse(Message.Append request) {
    if (state.now() >= refuseAgain) {
      refuseAgain = Math.addExact(state.now(), state.config.heartbeatNanos());
      reject(request);
    }
  }

  private void reject(Message.Append request) {
    EntryId prev = request.slice().prev();
    EntryId hint = state.log.lastNotAbove(prev.index(), prev.term());
    outbox.event(new Event.AppendRejected(request.from(), prev, hint));
    outbox.sendDurable(
        request.from(),
        new Message.AppendReject(
            state.self(),
            state.term(),
            prev.index(),
            hint,
            request.round(),
            state.promises.lost() != null));
  }

  /** This log is known to be the leader's up to {@code index}. */
  void agree(long index) {
    if (state.role() instanceof Role.Follower follower) {
      follower.agreed = Math.max(follower.agreed, index);
    }
  }

  /** The leader's commit index counts up to where this log agrees with the leader's. */
  void learnCommit(long leaderCommit) {
    if (state.role() instanceof Role.Follower follower) {
      state.advanceCommit(Math.min(leaderCommit, follower.agreed));
    }
  }

  /** A leader of an earlier term learns the current one, and steps down. */
  void onStaleAppend(Message.Append request) {
    outbox.sendDurable(
        request.from(),
        new Message.AppendReject(
            state.self(),
            state.term(),
            request.slice().prev().index(),
            EntryId.ZERO,
            0)); // read rounds count anew in each term: an older one's must confirm nothing
  }
}
