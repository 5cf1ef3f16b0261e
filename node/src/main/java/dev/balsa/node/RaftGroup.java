package dev.balsa.node;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.ReadBasis;
import dev.balsa.raft.ReadMode;
import dev.balsa.raft.Refusal;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.Status;
import dev.balsa.raft.TransferFailure;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One Raft group on one node: replicates commands to a state machine of the user's through the
 * group's log. All methods may be called from any thread.
 *
 * @param <R> the result of a command
 * @param <S> the state machine
 */
public final class RaftGroup<R, S extends StateMachine<R>> {
  /** Reads asked and not yet run; a leader that is cut off can confirm none of them. */
  private static final int OPEN_READS_MAX = 100_000;

  private final Group<R, S> group;
  private final Host host;
  private final long heartbeatNanos;
  private final AtomicInteger openReads = new AtomicInteger();

  RaftGroup(Group<R, S> group, Host host) {
    this.group = group;
    this.host = host;
    this.heartbeatNanos = host.config().raft().heartbeatNanos();
  }

  /** The group's name among those of its node. */
  public GroupId id() {
    return group.id();
  }

  Group<R, S> core() {
    return group;
  }

  private boolean isStopped() {
    return group.isEnded() || host.isStopped();
  }

  /**
   * Asks for {@code command} to be replicated and applied, on whichever node leads. While no leader
   * is known the command waits; bound the wait by {@link CompletableFuture#orTimeout} or by
   * completing the future yourself, which withdraws a command that has not reached the core.
   *
   * @return completes on the node's own threads, never exceptionally by itself; do not block there
   */
  public CompletableFuture<Outcome<R>> submit(Bytes command) {
    CompletableFuture<Outcome<R>> outcome = new CompletableFuture<>();
    if (!group.intake().offer(new Intake.Submission<>(command, outcome))) {
      outcome.complete(new Outcome.Refused<>(Refusal.QUEUE_FULL));
      return outcome;
    }
    group.signal();
    if (isStopped()) {
      outcome.complete(new Outcome.Stopped<>());
    }
    return outcome;
  }

  /**
   * Runs {@code query} on the state machine, on the thread that applies commands: it must be quick
   * and must not change anything. While no leader is known a linearizable read waits, and a bounded
   * one that cannot keep its bound is refused by {@code TOO_STALE}; when too many wait already any
   * is refused by {@code QUEUE_FULL}.
   *
   * @return completes on the node's own threads; exceptionally only with what {@code query} throws
   */
  public <T> CompletableFuture<ReadOutcome<T>> read(
      Consistency consistency, Function<? super S, ? extends T> query) {
    CompletableFuture<ReadOutcome<T>> outcome = new CompletableFuture<>();
    if (openReads.incrementAndGet() > OPEN_READS_MAX) {
      openReads.decrementAndGet();
      outcome.complete(new ReadOutcome.Refused<>(Refusal.QUEUE_FULL));
      return outcome;
    }
    switch (consistency) {
      case Consistency.Agreed(ReadMode mode) ->
          leave(new Read<>(mode, query, outcome, openReads), group::read);
      case Consistency.Stale() ->
          leave(
              new Read<>(ReadMode.LINEARIZABLE, query, outcome, openReads),
              task -> group.applier().query(0, List.of(task), ReadBasis.STALE));
    }
    return outcome;
  }

  private void leave(Applier.Query<S> task, Consumer<Applier.Query<S>> where) {
    where.accept(task);
    if (isStopped()) {
      task.stopped();
    }
  }

  private record Read<S, T>(
      ReadMode mode,
      Function<? super S, ? extends T> query,
      CompletableFuture<ReadOutcome<T>> outcome,
      AtomicInteger open)
      implements Applier.Query<S> {
    @Override
    public boolean isGivenUp() {
      return outcome.isDone();
    }

    @Override
    public void run(S machine, long applied, ReadBasis basis) {
      open.decrementAndGet();
      if (outcome.isDone()) {
        return;
      }
      try {
        T value = query.apply(machine);
        long age = basis.age(System.nanoTime());
        outcome.complete(new ReadOutcome.Served<>(value, applied, basis.path(), age));
      } catch (RuntimeException e) {
        outcome.completeExceptionally(e);
      }
    }

    @Override
    public void refused(Refusal reason) {
      open.decrementAndGet();
      outcome.complete(new ReadOutcome.Refused<>(reason));
    }

    @Override
    public void stopped() {
      outcome.complete(new ReadOutcome.Stopped<>());
    }
  }

  /**
   * Moves the leadership to {@code target}, which must be a voter; only the leader can. Commands
   * that are submitted meanwhile wait, and go to the new leader. If the target has not taken over
   * within the longest election timeout this node leads on.
   *
   * @return completes on the node's own threads, never exceptionally; do not block there
   */
  public CompletableFuture<TransferOutcome> transfer(NodeId target) {
    CompletableFuture<TransferOutcome> outcome = new CompletableFuture<>();
    group.transfer(target, outcome);
    if (isStopped()) {
      outcome.complete(new TransferOutcome.Stopped());
    }
    return outcome;
  }

  /**
   * Moves the leadership to the connected follower whose log is most complete, or to the next if
   * that fails: what a node does before it is closed. Bound the wait by {@link
   * CompletableFuture#get(long, java.util.concurrent.TimeUnit)}.
   *
   * @return as of {@link #transfer}; {@code NOT_LEADER} if there is nothing to hand over, {@code
   *     TARGET_SILENT} if nobody is connected to whom
   */
  public CompletableFuture<TransferOutcome> handOver() {
    Status status = status().raft();
    if (!host.self().equals(status.leader())) {
      return CompletableFuture.completedFuture(
          new TransferOutcome.Failed(TransferFailure.NOT_LEADER));
    }
    CompletableFuture<TransferOutcome> outcome =
        CompletableFuture.completedFuture(
            new TransferOutcome.Failed(TransferFailure.TARGET_SILENT));
    for (NodeId target : Transfers.successors(status, host.transport().peers())) {
      outcome =
          outcome.thenCompose(
              before ->
                  before instanceof TransferOutcome.Failed
                      ? transfer(target)
                      : CompletableFuture.completedFuture(before));
    }
    return outcome;
  }

  /**
   * Changes who takes part, all at once, on whichever node leads: refused by name if it cannot be
   * or would cost the quorum; {@link dev.balsa.raft.Plan#of} tells beforehand what becomes of the
   * quorums, given {@link #members}. A node to be added is started with {@link NodeConfig#joining}
   * and the addresses of some members, before or after.
   *
   * @return completes on the node's own threads, never exceptionally; unlike a command the request
   *     is refused while no leader is known
   */
  public CompletableFuture<ChangeOutcome> reconfigure(List<Change> changes) {
    CompletableFuture<ChangeOutcome> outcome = new CompletableFuture<>();
    group.reconfigure(changes, outcome);
    if (isStopped()) {
      outcome.complete(new ChangeOutcome.Stopped());
    }
    return outcome;
  }

  /**
   * The membership as of the entries handed to the state machine; current after a linearizable
   * read.
   */
  public Membership members() {
    return group.members();
  }

  /**
   * What this node knows of the group, and why something does not go on; as fresh as the latest
   * turn of the node's loop that the group took part in, but for a force that lasts.
   */
  public NodeStatus status() {
    NodeStatus status = host.loop().withForce(group.status(heartbeatNanos), heartbeatNanos);
    return status.withFailed(host.failure() != null);
  }
}
