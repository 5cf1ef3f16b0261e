package dev.balsa.server.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.Alarm;
import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.node.Consistency;
import dev.balsa.node.Outcome;
import dev.balsa.node.ReadOutcome;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Refusal;
import dev.balsa.server.LocalBackend;
import dev.balsa.server.backend.ApplyObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases that are over, on a cluster of one that applies at once. */
class LeaseExpiryTest {
  private final LocalBackend backend = new LocalBackend();
  private final Commands commands = new Commands();
  private long now;
  private final LeaseClock clock = new LeaseClock(() -> now, 0, 300_000);
  private final LeaseExpiry expiry = new LeaseExpiry(backend, clock);

  /** What each applied command was about. */
  private static final class Commands implements ApplyObserver {
    final List<Integer> ended = new ArrayList<>();

    @Override
    public void attached(KvMachine kv) {
      ended.clear();
    }

    @Override
    public void applied(KvMachine kv, List<KvResult> results) {
      for (KvResult result : results) {
        if (result instanceof KvResult.LeasesEnded it) {
          ended.add(it.ids().size());
        }
      }
    }
  }

  @BeforeEach
  void observe() {
    backend.observe(clock);
    backend.observe(commands);
  }

  @Test
  void hundredThousandLeasesEndInBoundedCommandsAmongOthers() {
    for (int id = 1; id <= 100_000; id++) {
      submit(new Command.LeaseGrant(id, 10));
    }
    expiry.expire();
    now = 10_000;
    assertThat(commands.ended).isEmpty();

    expiry.expire();

    assertThat(commands.ended).hasSize(200).containsOnly(LeaseExpiry.LEASES_MAX);
    assertThat(leases()).isZero();
  }

  @Test
  void leasesWaitWhileMembersDisagreeAndEndAfterThat() {
    submit(new Command.LeaseGrant(1, 10));
    Alarm alarm = new Alarm(9, Alarm.Type.CORRUPT);
    backend.raise(alarm);
    expiry.expire();
    now = 10_000;

    expiry.expire();
    expiry.expire();
    assertThat(leases()).isEqualTo(1);
    submit(new Command.AlarmClear(alarm));
    expiry.expire();

    assertThat(leases()).isZero();
  }

  @Test
  void leasesWithManyKeysEndInFewerAtOnce() {
    for (int id = 1; id <= 4; id++) {
      submit(new Command.LeaseGrant(id, 10));
      for (int key = 0; key < LeaseExpiry.KEYS_MAX * 2 / 5; key++) {
        submit(put(id + "/" + key, id));
      }
    }
    expiry.expire();
    now = 10_000;

    expiry.expire();

    assertThat(commands.ended).containsExactly(2, 2);
    assertThat(keys()).isZero();
  }

  @Test
  void oneLeaseWithMoreKeysThanThatEndsAlone() {
    submit(new Command.LeaseGrant(1, 10));
    submit(new Command.LeaseGrant(2, 10));
    for (int key = 0; key <= LeaseExpiry.KEYS_MAX; key++) {
      submit(put("k" + key, 1));
    }
    expiry.expire();
    now = 10_000;

    expiry.expire();

    assertThat(commands.ended).containsExactly(1, 1);
    assertThat(keys()).isZero();
  }

  @Test
  void refusedExpiryIsTriedAgain() {
    submit(new Command.LeaseGrant(1, 10));
    expiry.expire();
    now = 10_000;
    backend.scriptWrite(new Outcome.Refused<>(Refusal.QUEUE_FULL));
    expiry.expire();
    assertThat(leases()).isEqualTo(1);

    expiry.expire();

    assertThat(leases()).isZero();
  }

  @Test
  void followerEndsNothing() {
    submit(new Command.LeaseGrant(1, 10));
    expiry.expire();
    now = 10_000;
    backend.leader(null);

    expiry.expire();

    assertThat(leases()).isEqualTo(1);
  }

  @Test
  void whatIsLeftOfALongLeaseIsWrittenDown() {
    submit(new Command.LeaseGrant(1, 3_600));
    expiry.mark();
    now = 600_000;

    expiry.mark();

    assertThat(this.<Long>ask(kv -> kv.leases().getFirst().remainingSeconds())).isEqualTo(3_000);
  }

  private long leases() {
    return this.<Integer>ask(kv -> kv.leases().size());
  }

  private long keys() {
    return this.<Long>ask(KvMachine::keys);
  }

  private <T> T ask(Function<KvMachine, T> query) {
    ReadOutcome<T> outcome =
        backend.<T>read(Consistency.STALE, machine -> query.apply(machine.kv())).join();
    return ((ReadOutcome.Served<T>) outcome).value();
  }

  private void submit(Command command) {
    assertThat(backend.submit(CommandCodec.encode(command)).join())
        .isInstanceOf(Outcome.Applied.class);
  }

  private static Command put(String key, long lease) {
    return new Command.Put(Bytes.utf8(key), Bytes.EMPTY, lease, false, false, false);
  }
}
