package dev.balsa.server.lease;

import dev.balsa.kv.KvResult;
import dev.balsa.node.ChangeOutcome;
import dev.balsa.node.Consistency;
import dev.balsa.node.NodeStatus;
import dev.balsa.node.Outcome;
import dev.balsa.node.ReadOutcome;
import dev.balsa.node.TransferOutcome;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.server.LocalBackend;
import dev.balsa.server.backend.ApplyObserver;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.backend.ServerMachine;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A cluster of one whose commands wait in a log until they are applied, one by one. */
final class QueuedBackend implements Backend {
  private final LocalBackend applied = new LocalBackend();
  private final Deque<Waiting> log = new ArrayDeque<>();

  private record Waiting(Bytes command, CompletableFuture<Outcome<KvResult>> outcome) {}

  /** How many commands wait. */
  int waiting() {
    return log.size();
  }

  /** The size of the command that is next, in bytes. */
  int nextBytes() {
    return log.getFirst().command().length();
  }

  /** Applies the command that is next. */
  void applyNext() {
    Waiting next = log.remove();
    next.outcome().complete(applied.submit(next.command()).join());
  }

  @Override
  public CompletableFuture<Outcome<KvResult>> submit(Bytes command) {
    Waiting last = new Waiting(command, new CompletableFuture<>());
    log.add(last);
    return last.outcome();
  }

  @Override
  public <T> CompletableFuture<ReadOutcome<T>> read(
      Consistency consistency, Function<? super ServerMachine, ? extends T> query) {
    return applied.read(consistency, query);
  }

  @Override
  public void observe(ApplyObserver observer) {
    applied.observe(observer);
  }

  @Override
  public CompletableFuture<TransferOutcome> transfer(NodeId target) {
    return applied.transfer(target);
  }

  @Override
  public CompletableFuture<ChangeOutcome> reconfigure(List<Change> changes) {
    return applied.reconfigure(changes);
  }

  @Override
  public Membership members() {
    return applied.members();
  }

  @Override
  public NodeStatus status() {
    return applied.status();
  }
}
