package dev.balsa.server.lease;

import dev.balsa.kv.Command;
import dev.balsa.kv.Command.Remaining;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.node.Consistency;
import dev.balsa.node.Outcome;
import dev.balsa.node.ReadOutcome;
import dev.balsa.raft.Status;
import dev.balsa.raft.Status.RoleName;
import dev.balsa.server.backend.ApplyObserver;
import dev.balsa.server.backend.Backend;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends what the {@link LeaseClock} finds over, through the log: many leases in one command, few
 * enough that no write waits long behind it, and one such command at a time. So a hundred thousand
 * leases that end in one second are a few hundred commands among all others.
 */
final class LeaseExpiry implements ApplyObserver {
  /** The most leases that one command ends. */
  static final int LEASES_MAX = 500;

  /** The most keys that one command deletes, unless a single lease has more. */
  static final int KEYS_MAX = 1_000;

  private static final int MARKS_MAX = 1_000;

  /** At one time; the rest follows the next time. */
  private static final int MARK_COMMANDS_MAX = 50;

  private final Backend backend;
  private final LeaseClock clock;
  private final AtomicBoolean busy = new AtomicBoolean();

  LeaseExpiry(Backend backend, LeaseClock clock) {
    this.backend = backend;
    this.clock = clock;
  }

  @Override
  public void attached(KvMachine kv) {
    clock.attached(kv);
  }

  /** A lease runs from the moment it is granted, also if nobody has looked who leads since. */
  @Override
  public void applied(KvMachine kv, List<KvResult> results) {
    if (results.stream().anyMatch(KvResult.LeaseGranted.class::isInstance)) {
      followLeadership();
    }
    clock.applied(kv, results);
  }

  /** Whether this member leads, which the clock then knows, too. Any thread. */
  boolean followLeadership() {
    Status raft = backend.status().raft();
    boolean leads = raft.role() == RoleName.LEADER;
    if (leads) {
      clock.lead(raft.term());
    } else {
      clock.follow();
    }
    return leads;
  }

  /** Ends what is over. Called some times a second. */
  void expire() {
    if (followLeadership() && busy.compareAndSet(false, true)) {
      expireNext();
    }
  }

  /** Writes down what is left of leases that live long. Called now and then. */
  void mark() {
    if (!followLeadership()) {
      return;
    }
    for (int commands = 0; commands < MARK_COMMANDS_MAX; commands++) {
      LeaseClock.Due<Remaining> due = clock.takeUnmarked(MARKS_MAX);
      if (due.leases().isEmpty()) {
        return;
      }
      var unused =
          backend.submit(
              CommandCodec.encode(new Command.LeaseCheckpoint(due.term(), due.leases())));
    }
  }

  private void expireNext() {
    LeaseClock.Due<Long> due = clock.takeOver(LEASES_MAX);
    List<Long> ids = due.leases();
    if (ids.isEmpty()) {
      busy.set(false);
      return;
    }
    var unused =
        backend
            .<Integer>read(Consistency.STALE, machine -> withinKeysMax(machine.kv(), ids))
            .thenAccept(
                outcome -> {
                  switch (outcome) {
                    case ReadOutcome.Served<Integer>(
                            Integer count,
                            var index,
                            var path,
                            var age) -> {
                      clock.again(ids.subList(count, ids.size()));
                      submit(due.term(), ids.subList(0, count));
                    }
                    case ReadOutcome.Refused<Integer> refused -> later(ids);
                    case ReadOutcome.Stopped<Integer> stopped -> later(ids);
                  }
                });
  }

  /** How many of the leases, from the first on, have few enough keys to end together. */
  private static int withinKeysMax(KvMachine kv, List<Long> ids) {
    int keys = 0;
    for (int i = 0; i < ids.size(); i++) {
      keys += kv.leaseKeyCount(ids.get(i), KEYS_MAX + 1);
      if (keys > KEYS_MAX) {
        return Math.max(1, i);
      }
    }
    return ids.size();
  }

  private void submit(long term, List<Long> ids) {
    var unused =
        backend
            .submit(CommandCodec.encode(new Command.LeaseExpire(term, ids)))
            .thenAccept(outcome -> settle(ids, outcome));
  }

  private void settle(List<Long> ids, Outcome<KvResult> outcome) {
    switch (outcome) {
      case Outcome.Applied<KvResult> applied -> {
        clock.again(ids); // those of a leader whose term is over
        expireNext();
      }
      case Outcome.Refused<KvResult> refused -> later(ids);
      case Outcome.Unknown<KvResult> unknown -> later(ids);
      case Outcome.Stopped<KvResult> stopped -> later(ids);
    }
  }

  private void later(List<Long> ids) {
    clock.again(ids);
    busy.set(false);
  }
}
