package dev.balsa.server.compact;

import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.node.Outcome;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Status.RoleName;
import dev.balsa.server.backend.ApplyObserver;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.rpc.Deadlines;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Brings a compaction to its end where nobody writes: it goes on with each command, so while it is
 * under way the leader sends one command after another that does nothing else. Thread-safe.
 */
public final class Sweeper implements ApplyObserver {
  private static final Bytes SWEEP = CommandCodec.encode(new Command.Sweep());
  private static final Duration LOOK = Duration.ofMillis(250);

  private final Backend backend;
  private final AtomicBoolean asked = new AtomicBoolean(); // one command is on its way
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private volatile boolean underWay; // written by the thread that applies

  private Sweeper(Backend backend) {
    this.backend = backend;
  }

  /** Begins, and goes on until {@code deadlines} is closed. */
  public static Sweeper start(Backend backend, Deadlines deadlines) {
    Sweeper sweeper = new Sweeper(backend);
    backend.observe(sweeper);
    deadlines.every(LOOK, sweeper::look);
    return sweeper;
  }

  /** Runs {@code action} when this member has removed all that is compacted by now. */
  public void afterwards(Runnable action) {
    waiting.add(action);
    look();
    runWaiting();
  }

  @Override
  public void attached(KvMachine kv) {
    underWay = kv.isCompacting();
    runWaiting();
  }

  @Override
  public void applied(KvMachine kv, List<KvResult> results) {
    attached(kv);
  }

  private void runWaiting() {
    while (!underWay) {
      Runnable next = waiting.poll();
      if (next == null) {
        return;
      }
      next.run();
    }
  }

  /** Sends the next command, if this member leads; what does not come about is asked for later. */
  private void look() {
    if (underWay
        && backend.status().raft().role() == RoleName.LEADER
        && asked.compareAndSet(false, true)) {
      var unused = backend.submit(SWEEP).thenAccept(this::swept);
    }
  }

  private void swept(Outcome<KvResult> outcome) {
    asked.set(false);
    if (outcome instanceof Outcome.Applied) {
      look();
    }
  }
}
