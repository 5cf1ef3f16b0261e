package dev.balsa.server.backend;

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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The seam between the services and the replicated store. In production a {@code RaftNode} stands
 * behind it; tests put a machine without a cluster there, or a script of refusals. Thread-safe; the
 * futures never complete exceptionally.
 */
public interface Backend {
  /** Replicates a command. */
  CompletableFuture<Outcome<KvResult>> submit(Bytes command);

  /** Runs a query on the thread that applies commands; it must not keep the machine. */
  <T> CompletableFuture<ReadOutcome<T>> read(
      Consistency consistency, Function<? super ServerMachine, ? extends T> query);

  /**
   * From now on tells {@code observer} what is applied, on the thread that applies; first what
   * there is already.
   */
  void observe(ApplyObserver observer);

  /** Moves the leadership, which only the leader can; bounded by an election timeout. */
  CompletableFuture<TransferOutcome> transfer(NodeId target);

  /** Changes the membership, all at once. */
  CompletableFuture<ChangeOutcome> reconfigure(List<Change> changes);

  /** The membership as of what is applied; current after a linearizable read. */
  Membership members();

  /** How the node stands now; cheap enough for every call. */
  NodeStatus status();
}
