package dev.balsa.server.live;

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
import dev.balsa.server.backend.ApplyObserver;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.backend.ServerMachine;
import dev.balsa.server.metrics.ReadMetrics;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A backend that notes how long its writes and reads take.
 *
 * @param backend does the work
 * @param instruments are told of writes
 * @param reads are told of reads
 */
public record MeasuredBackend(Backend backend, Instruments instruments, ReadMetrics reads)
    implements Backend {
  @Override
  public CompletableFuture<Outcome<KvResult>> submit(Bytes command) {
    long begin = System.nanoTime();
    CompletableFuture<Outcome<KvResult>> outcome = backend.submit(command);
    var unused = outcome.thenAccept(it -> instruments.written(begin, it));
    return outcome;
  }

  @Override
  public <T> CompletableFuture<ReadOutcome<T>> read(
      Consistency consistency, Function<? super ServerMachine, ? extends T> query) {
    return reads.count(consistency, backend.read(consistency, query));
  }

  @Override
  public void observe(ApplyObserver observer) {
    backend.observe(observer);
  }

  @Override
  public CompletableFuture<TransferOutcome> transfer(NodeId target) {
    return backend.transfer(target);
  }

  @Override
  public CompletableFuture<ChangeOutcome> reconfigure(List<Change> changes) {
    return backend.reconfigure(changes);
  }

  @Override
  public Membership members() {
    return backend.members();
  }

  @Override
  public NodeStatus status() {
    return backend.status();
  }
}
