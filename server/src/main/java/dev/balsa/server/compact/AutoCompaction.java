package dev.balsa.server.compact;

import dev.balsa.kv.AuthState;
import dev.balsa.kv.Caller;
import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.KvMachine;
import dev.balsa.node.Consistency;
import dev.balsa.node.ReadOutcome;
import dev.balsa.raft.Status.RoleName;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.config.Retention;
import dev.balsa.server.rpc.Deadlines;
import java.util.function.LongSupplier;

/**
 * Compacts by a {@link Schedule}, through the log. Every member looks what is old, the leader alone
 * asks for it to go, with authentication on in root's name, whose right it is. What does not come
 * about is asked for again at the next look.
 */
public final class AutoCompaction {
  private static final System.Logger LOG = System.getLogger(AutoCompaction.class.getName());

  private final Backend backend;
  private final Schedule schedule;
  private final LongSupplier nanos;

  AutoCompaction(Backend backend, Schedule schedule, LongSupplier nanos) {
    this.backend = backend;
    this.schedule = schedule;
    this.nanos = nanos;
  }

  /** Begins, and goes on until {@code deadlines} is closed. */
  public static void start(Retention retention, Backend backend, Deadlines deadlines) {
    if (retention instanceof Retention.Everything) {
      return;
    }
    Schedule schedule = Schedule.of(retention);
    AutoCompaction compaction = new AutoCompaction(backend, schedule, System::nanoTime);
    compaction.look();
    deadlines.every(schedule.period(), compaction::look);
  }

  private record Found(long newest, long compacted, Caller root) {
    static Found in(KvMachine kv) {
      AuthState auth = kv.auth();
      Caller root = auth.enabled() ? new Caller(AuthState.ROOT, auth.revision()) : Caller.NONE;
      return new Found(kv.revision(), kv.compactRevision(), root);
    }
  }

  void look() {
    var unused =
        backend
            .<Found>read(Consistency.STALE, machine -> Found.in(machine.kv()))
            .thenAccept(
                outcome -> {
                  if (outcome instanceof ReadOutcome.Served<Found> served) {
                    seen(served.value());
                  }
                });
  }

  private synchronized void seen(Found now) {
    long target = schedule.look(nanos.getAsLong(), now.newest());
    if (target <= Math.max(0, now.compacted())
        || backend.status().raft().role() != RoleName.LEADER) {
      return;
    }
    var unused =
        backend
            .submit(CommandCodec.encode(Command.As.of(now.root(), new Command.Compact(target))))
            .thenAccept(
                outcome ->
                    LOG.log(
                        System.Logger.Level.INFO,
                        "history up to revision {0} is asked to go: {1}",
                        Long.toString(target),
                        outcome));
  }
}
