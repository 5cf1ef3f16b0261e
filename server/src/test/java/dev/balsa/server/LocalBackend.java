package dev.balsa.server;

import dev.balsa.kv.Alarm;
import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.node.ChangeOutcome;
import dev.balsa.node.Consistency;
import dev.balsa.node.NodeStatus;
import dev.balsa.node.Outcome;
import dev.balsa.node.ReadOutcome;
import dev.balsa.node.TransferOutcome;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Member;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Plan;
import dev.balsa.raft.ReadBasis;
import dev.balsa.raft.Refusal;
import dev.balsa.raft.Seat;
import dev.balsa.raft.StateMachine.Committed;
import dev.balsa.raft.Status;
import dev.balsa.raft.TransferFailure;
import dev.balsa.raft.Why;
import dev.balsa.server.backend.ApplyObserver;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.backend.MemberContext;
import dev.balsa.server.backend.ServerMachine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of one without disk and network: commands are applied where they are submitted. What a
 * real cluster may answer instead can be scripted, one outcome for each attempt to come.
 */
public final class LocalBackend implements Backend {
  public static final NodeId SELF = new NodeId(0xa1);
  public static final long TERM = 7;

  private final ServerMachine machine = new ServerMachine(new KvMachine());
  private final Deque<CompletableFuture<Outcome<KvResult>>> scriptedWrites = new ArrayDeque<>();
  private final Deque<ReadOutcome<?>> scriptedReads = new ArrayDeque<>();
  private final List<Consistency> reads = new ArrayList<>();
  private Membership members =
      new Membership(
          List.of(
              new Member(
                  SELF, Seat.VOTER, MemberContext.encode(List.of("http://127.0.0.1:2380")), null)),
          List.of());
  private @Nullable NodeId leader = SELF;
  private List<Why> why = List.of();
  private TransferOutcome transferOutcome = new TransferOutcome.Failed(TransferFailure.NOT_A_VOTER);
  private long applied;
  private long unapplied;

  /** The next command is not applied but answered so. */
  public synchronized void scriptWrite(Outcome<KvResult> outcome) {
    scriptedWrites.add(CompletableFuture.completedFuture(outcome));
  }

  /** The next command is never answered. */
  public synchronized void scriptSilence() {
    scriptedWrites.add(new CompletableFuture<>());
  }

  /** The next query does not run. */
  public synchronized void scriptReadRefusal(Refusal reason) {
    scriptedReads.add(new ReadOutcome.Refused<>(reason));
  }

  /** The next query finds the node stopped. */
  public synchronized void scriptReadStopped() {
    scriptedReads.add(new ReadOutcome.Stopped<>());
  }

  /** Pretends that these hold the member up. */
  public synchronized void because(List<Why> reasons) {
    why = reasons;
  }

  /** Who leads from now on; null for nobody. */
  public synchronized void leader(@Nullable NodeId now) {
    leader = now;
  }

  /** Pretends that so many entries are committed and not applied. */
  public synchronized void unapplied(long count) {
    unapplied = count;
  }

  /** Raises an alarm, as a member does by the log. */
  public void raise(Alarm alarm) {
    var unused = submit(CommandCodec.encode(new Command.AlarmRaise(alarm)));
  }

  /** How many commands were applied. */
  public synchronized long applied() {
    return applied;
  }

  /** What the queries so far asked for. */
  public synchronized List<Consistency> reads() {
    return List.copyOf(reads);
  }

  @Override
  public synchronized CompletableFuture<Outcome<KvResult>> submit(Bytes command) {
    CompletableFuture<Outcome<KvResult>> scripted = scriptedWrites.poll();
    if (scripted != null) {
      return scripted;
    }
    EntryId id = new EntryId(TERM, ++applied);
    KvResult result = machine.apply(List.of(new Committed(id, command))).getFirst();
    return CompletableFuture.completedFuture(new Outcome.Applied<>(id, result));
  }

  @Override
  @SuppressWarnings("unchecked") // a refusal carries no value
  public synchronized <T> CompletableFuture<ReadOutcome<T>> read(
      Consistency consistency, Function<? super ServerMachine, ? extends T> query) {
    reads.add(consistency);
    ReadOutcome<?> scripted = scriptedReads.poll();
    return CompletableFuture.completedFuture(
        scripted != null
            ? (ReadOutcome<T>) scripted
            : new ReadOutcome.Served<>(
                query.apply(machine), applied, ReadBasis.Path.STALE, Long.MAX_VALUE));
  }

  @Override
  public synchronized void observe(ApplyObserver observer) {
    machine.observe(observer);
  }

  /** What the next requests to move the leadership get. */
  public synchronized void transfers(TransferOutcome outcome) {
    transferOutcome = outcome;
  }

  @Override
  public synchronized CompletableFuture<TransferOutcome> transfer(NodeId target) {
    return CompletableFuture.completedFuture(transferOutcome);
  }

  /** Plans the change as a leader that hears every member would. */
  @Override
  public synchronized CompletableFuture<ChangeOutcome> reconfigure(List<Change> changes) {
    return CompletableFuture.completedFuture(
        switch (Plan.of(members, changes)) {
          case Plan.Refused(Refusal reason, var node) -> new ChangeOutcome.Refused(reason);
          case Plan.Possible possible -> {
            members = possible.after();
            yield new ChangeOutcome.Done(members);
          }
        });
  }

  @Override
  public synchronized Membership members() {
    return members;
  }

  @Override
  public synchronized NodeStatus status() {
    long end = applied + unapplied;
    EntryId last = end == 0 ? EntryId.ZERO : new EntryId(TERM, end);
    Status raft =
        new Status(
            SELF,
            SELF.equals(leader) ? Status.RoleName.LEADER : Status.RoleName.FOLLOWER,
            TERM,
            leader,
            EntryId.ZERO,
            EntryId.ZERO,
            last,
            last.index(),
            last.index(),
            List.of(),
            why,
            Status.NO_LEASE);
    return new NodeStatus(raft, applied, 0, 1, false);
  }
}
