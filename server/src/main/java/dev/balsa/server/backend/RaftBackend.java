package dev.balsa.server.backend;

import dev.balsa.kv.KvResult;
import dev.balsa.node.ChangeOutcome;
import dev.balsa.node.Consistency;
import dev.balsa.node.NodeStatus;
import dev.balsa.node.Outcome;
import dev.balsa.node.RaftNode;
import dev.balsa.node.ReadOutcome;
import dev.balsa.node.TransferOutcome;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The backend of a real server: a node of a Raft group. */
public record RaftBackend(RaftNode<KvResult, ServerMachine> node) implements Backend {
  @Override
  public CompletableFuture<Outcome<KvResult>> submit(Bytes command) {
    return node.submit(command);
  }

  @Override
  public <T> CompletableFuture<ReadOutcome<T>> read(
      Consistency consistency, Function<? super ServerMachine, ? extends T> query) {
    return node.read(consistency, query);
  }

  /** Goes the way of a query, to reach the machine on its own thread. */
  @Override
  public void observe(ApplyObserver observer) {
    var unused =
        node.read(
            Consistency.STALE,
            machine -> {
              machine.observe(observer);
              return true;
            });
  }

  @Override
  public CompletableFuture<TransferOutcome> transfer(NodeId target) {
    return node.transfer(target);
  }

  @Override
  public CompletableFuture<ChangeOutcome> reconfigure(List<Change> changes) {
    return node.reconfigure(changes);
  }

  @Override
  public Membership members() {
    return node.members();
  }

  @Override
  public NodeStatus status() {
    return node.status();
  }
}
