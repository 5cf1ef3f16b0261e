package dev.balsa.server.backend;

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
import dev.balsa.raft.ReadBasis;
import dev.balsa.raft.Seat;
import dev.balsa.raft.StateMachine.Committed;
import dev.balsa.raft.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Some members that apply the same commands, without a cluster: what any of them submits waits in
 * one queue until the test has all of them apply it. The first one leads.
 */
final class SameLog {
  private static final long TERM = 1;

  final List<Replica> replicas = new ArrayList<>();
  private final Deque<Bytes> submitted = new ArrayDeque<>();
  private long applied;

  SameLog(int members) {
    for (int n = 1; n <= members; n++) {
      replicas.add(new Replica(new NodeId(n)));
    }
  }

  void submit(Command command) {
    submitted.add(CommandCodec.encode(command));
  }

  /** All of {@code up} apply all that is submitted, and what is submitted by that. */
  void apply(List<Replica> up) {
    while (!submitted.isEmpty()) {
      Committed next = new Committed(new EntryId(TERM, ++applied), submitted.remove());
      up.forEach(replica -> replica.take(next));
    }
  }

  void apply() {
    apply(replicas);
  }

  /** A member, as its services see it. */
  final class Replica implements Backend {
    final NodeId id;
    final ServerMachine machine = new ServerMachine(new KvMachine());
    final Agreement agreement;
    private @Nullable Bytes mistaken;

    Replica(NodeId id) {
      this.id = id;
      this.agreement = new Agreement(id, this);
      observe(agreement);
    }

    /** Takes the next command for another one. */
    void diverge(Command command) {
      mistaken = CommandCodec.encode(command);
    }

    private void take(Committed next) {
      Bytes read = mistaken == null ? next.command() : mistaken;
      mistaken = null;
      machine.apply(List.of(new Committed(next.id(), read)));
    }

    @Override
    public CompletableFuture<Outcome<KvResult>> submit(Bytes command) {
      submitted.add(command);
      return new CompletableFuture<>();
    }

    @Override
    public <T> CompletableFuture<ReadOutcome<T>> read(
        Consistency consistency, Function<? super ServerMachine, ? extends T> query) {
      return CompletableFuture.completedFuture(
          new ReadOutcome.Served<>(
              query.apply(machine), applied, ReadBasis.Path.STALE, Long.MAX_VALUE));
    }

    @Override
    public void observe(ApplyObserver observer) {
      machine.observe(observer);
    }

    @Override
    public CompletableFuture<TransferOutcome> transfer(NodeId target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<ChangeOutcome> reconfigure(List<Change> changes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Membership members() {
      return new Membership(
          replicas.stream()
              .map(it -> new Member(it.id, Seat.VOTER, MemberContext.encode(List.of()), null))
              .toList(),
          List.of());
    }

    @Override
    public NodeStatus status() {
      NodeId leader = replicas.getFirst().id;
      EntryId last = applied == 0 ? EntryId.ZERO : new EntryId(TERM, applied);
      Status raft =
          new Status(
              id,
              id.equals(leader) ? Status.RoleName.LEADER : Status.RoleName.FOLLOWER,
              TERM,
              leader,
              EntryId.ZERO,
              EntryId.ZERO,
              last,
              applied,
              applied,
              List.of(),
              List.of(),
              Status.NO_LEASE);
      return new NodeStatus(raft, applied, 0, 1, false);
    }
  }
}
