package dev.balsa.raft;

import dev.balsa.raft.Ready.TransferOutcome;
import org.jspecify.annotations.Nullable;

/**
 * Moves the leadership to a chosen node (thesis §3.10): the leader takes no more proposals, waits
 * until the target holds its whole log, and tells it to campaign at once.
 *
 * <p>The leader goes on leading all the while: it speaks to its followers and confirms reads. After
 * the longest election timeout it takes proposals again if it still leads, whether the target is
 * dead, slow or was told in vain; so nothing that keeps followers calm can outlast the transfer.
 * Whom a leader hands over to is kept in {@link Role.Leader} and ends with that leadership; what is
 * kept here is only the answer that the host waits for.
 */
final class Transfer {
  private final NodeState state;
  private final Outbox outbox;
  private final Liveness liveness;

  /** How many of the longest election timeouts lie between attempts to be rid of a leadership. */
  private static final int GIVE_WAY_TIMEOUTS = 10;

  private static final long NOBODY = Long.MIN_VALUE;

  private @Nullable Pending pending;
  private long giveWayAgain = Long.MIN_VALUE;
  private @Nullable NodeId gaveWayTo;

  /** A request of the host, or of nobody, and when it is given up. */
  private static final class Pending {
    final long transfer; // or NOBODY
    final NodeId target;
    final long deadline;
    boolean told;
    long toldAt;

    Pending(long transfer, NodeId target, long deadline) {
      this.transfer = transfer;
      this.target = target;
      this.deadline = deadline;
    }
  }

  Transfer(NodeState state, Liveness liveness) {
    this.state = state;
    this.outbox = state.outbox;
    this.liveness = liveness;
  }

  void ask(long transfer, NodeId target) {
    if (!(state.role() instanceof Role.Leader leader)) {
      fail(transfer, target, TransferFailure.NOT_LEADER);
      return;
    }
    TransferFailure obstacle = obstacle(leader, target);
    if (obstacle != null) {
      fail(transfer, target, obstacle);
      return;
    }
    begin(leader, transfer, target);
  }

  private void begin(Role.Leader leader, long transfer, NodeId target) {
    long deadline = Math.addExact(state.now(), state.config.electionTimeoutMaxNanos());
    pending = new Pending(transfer, target, deadline);
    leader.transferee = target;
    outbox.event(new Event.TransferStarted(target, state.term()));
    advance(leader);
  }

  /**
   * A leader whose disk is full hands over to the voter whose log is most complete and that was not
   * tried last. One whose disk is full, too, does not obey, and this node leads on: so attempts are
   * rare.
   */
  void giveWay(Role.Leader leader) {
    if (!state.space.isShort() || state.now() < giveWayAgain || pending != null) {
      return;
    }
    NodeId target = successor(leader);
    if (target != null) {
      long timeouts = GIVE_WAY_TIMEOUTS * state.config.electionTimeoutMaxNanos();
      giveWayAgain = Math.addExact(state.now(), timeouts);
      gaveWayTo = target;
      begin(leader, NOBODY, target);
    }
  }

  private @Nullable NodeId successor(Role.Leader leader) {
    NodeId best = null;
    long bestMatch = -1;
    for (NodeId voter : state.membership().voters()) {
      Progress progress = leader.peers.get(voter);
      if (progress != null && obstacle(leader, voter) == null) {
        long match = voter.equals(gaveWayTo) ? 0 : progress.match();
        if (match > bestMatch) {
          best = voter;
          bestMatch = match;
        }
      }
    }
    return best;
  }

  private @Nullable TransferFailure obstacle(Role.Leader leader, NodeId target) {
    if (target.equals(state.self())) {
      return TransferFailure.ALREADY_LEADER;
    }
    if (pending != null) {
      return TransferFailure.IN_PROGRESS;
    }
    Progress progress = leader.peers.get(target);
    if (progress == null || !state.membership().votes(target)) {
      return TransferFailure.NOT_A_VOTER;
    }
    return liveness.isRecent(progress.heard) ? null : TransferFailure.TARGET_SILENT;
  }

  /** A follower answered: the target may hold the whole log now, or have missed the order. */
  void advance(Role.Leader leader) {
    NodeId target = leader.transferee;
    Pending current = pending;
    if (target == null || current == null) {
      return;
    }
    Progress progress = leader.peers.get(target);
    boolean complete = progress != null && progress.match() == state.log.lastIndex();
    boolean due = !current.told || state.now() >= current.toldAt + state.config.heartbeatNanos();
    if (complete && due && state.membership().votes(target)) {
      current.told = true;
      leader.ordered = true;
      current.toldAt = state.now();
      outbox.event(new Event.TransferTold(target, state.term()));
      outbox.sendNow(target, new Message.TimeoutNow(state.self(), state.term()));
    }
  }

  /** Somebody leads a later term than the one the transfer began in. */
  void leaderKnown(NodeId leader) {
    Pending current = pending;
    if (current == null || isUnderWay()) {
      return;
    }
    pending = null;
    if (current.transfer == NOBODY) {
      return;
    }
    if (leader.equals(current.target)) {
      outbox.transfer(new TransferOutcome.Done(current.transfer, leader, state.term()));
    } else {
      fail(current.transfer, current.target, TransferFailure.OTHER_LEADER);
    }
  }

  private boolean isUnderWay() {
    return state.role() instanceof Role.Leader leader && leader.transferee != null;
  }

  /** When {@link #wake} has something to give up. */
  long deadline() {
    return pending == null ? Long.MAX_VALUE : pending.deadline;
  }

  void wake() {
    Pending current = pending;
    if (current == null || state.now() < current.deadline) {
      return;
    }
    pending = null;
    if (state.role() instanceof Role.Leader leader) {
      leader.transferee = null;
    }
    fail(
        current.transfer,
        current.target,
        current.told ? TransferFailure.TIMED_OUT : TransferFailure.TARGET_BEHIND);
  }

  private void fail(long transfer, NodeId target, TransferFailure reason) {
    outbox.event(new Event.TransferFailed(target, reason));
    if (transfer == NOBODY) {
      return;
    }
    outbox.transfer(new TransferOutcome.Failed(transfer, reason));
  }

  /** A leader that takes no proposals has a request that ends this. */
  void check() {
    if (state.role() instanceof Role.Leader leader && leader.transferee != null) {
      Require.invariant(
          pending != null && pending.target.equals(leader.transferee),
          "transfer to %s that nobody waits for",
          leader.transferee);
    }
  }

  void describe(Fingerprint print) {
    Pending current = pending;
    print.add(current != null).add(gaveWayTo).deadline(giveWayAgain, state.now());
    if (current != null) {
      long span = state.config.electionTimeoutMaxNanos();
      print.add(current.transfer).add(current.target).add(current.told);
      print.deadline(current.deadline, state.now()).past(current.toldAt, state.now(), span);
    }
  }
}
