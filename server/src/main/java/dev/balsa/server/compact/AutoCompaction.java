package dev.balsa.server.compact;

import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.node.Consistency;
import dev.balsa.node.ReadOutcome;
import dev.balsa.raft.Status.RoleName;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.config.Retention;
import dev.balsa.server.rpc.Deadlines;
import java.util.function.LongSupplier;

/**
 * Compacts by a {@link Schedule}, through the log. Every member looks what is old, the leader alone
 * asks for it to go. What does not come about is asked for again at the next look.
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

  private record Revisions(long newest, long compacted) {}

  void look() {
    var unused =
        backend
            .<Revisions>read(
                Consistency.STALE,
                machine -> new Revisions(machine.kv().revision(), machine.kv().compactRevision()))
            .thenAccept(
                outcome -> {
                  if (outcome instanceof ReadOutcome.Served<Revisions> served) {
                    seen(served.value());
                  }
                });
  }

  private synchronized void seen(Revisions now) {
    long target = schedule.look(nanos.getAsLong(), now.newest());
    if (target <= Math.max(0, now.compacted())
        || backend.status().raft().role() != RoleName.LEADER) {
      return;
    }
    var unused =
        backend
            .submit(CommandCodec.encode(new Command.Compact(target)))
            .thenAccept(
                outcome ->
                    LOG.log(
                        System.Logger.Level.INFO,
                        "history up to revision {0} is asked to go: {1}",
                        Long.toString(target),
                        outcome));
  }
}
