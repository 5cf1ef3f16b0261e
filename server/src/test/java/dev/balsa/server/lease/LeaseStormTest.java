package dev.balsa.server.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.node.Consistency;
import dev.balsa.node.Outcome;
import dev.balsa.node.ReadOutcome;
import dev.balsa.raft.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A hundred thousand leases end in one second, beside writes; counted in entries of the log. */
class LeaseStormTest {
  private static final int LEASES = 100_000;
  private static final int LEASES_PER_KEY = 100;
  private static final int BATCH_BYTES_MAX = 16 << 10;

  private final QueuedBackend backend = new QueuedBackend();
  private long now;
  private final LeaseClock clock = new LeaseClock(() -> now, 0, 300_000);
  private final LeaseExpiry expiry = new LeaseExpiry(backend, clock);

  @Test
  void noWriteWaitsForMoreThanOneBatchOfLeases() {
    backend.observe(clock);
    grantAll();
    expiry.expire();
    assertThat(backend.waiting()).isZero();
    now = 10_000;
    expiry.expire();

    List<Integer> aheadOfWrite = new ArrayList<>();
    int batches = 0;
    while (backend.waiting() > 0) {
      assertThat(backend.nextBytes()).isLessThan(BATCH_BYTES_MAX);
      expiry.expire(); // the timer goes on meanwhile
      aheadOfWrite.add(backend.waiting());
      var written = backend.submit(CommandCodec.encode(put("w" + batches, 0)));
      backend.applyNext(); // the batch, behind whose end the next one queues
      backend.applyNext();
      assertThat(written).isCompletedWithValueMatching(Outcome.Applied.class::isInstance);
      batches++;
    }

    assertThat(aheadOfWrite).containsOnly(1);
    assertThat(batches).isEqualTo(LEASES / LeaseExpiry.LEASES_MAX);
    assertThat(this.<Integer>ask(kv -> kv.leases().size())).isZero();
    assertThat(this.<Long>ask(KvMachine::keys)).isEqualTo(batches); // only those of the writes
    // One for each key that was put, one for each lease that took its key along, one for each
    // write.
    assertThat(this.<Long>ask(KvMachine::revision))
        .isEqualTo(1 + 2 * LEASES / LEASES_PER_KEY + batches);
  }

  private void grantAll() {
    for (int id = 1; id <= LEASES; id++) {
      apply(new Command.LeaseGrant(id, 10));
      if (id % LEASES_PER_KEY == 0) {
        apply(put("k" + id, id));
      }
    }
  }

  private void apply(Command command) {
    CompletableFuture<Outcome<KvResult>> outcome = backend.submit(CommandCodec.encode(command));
    backend.applyNext();
    assertThat(outcome.join()).isInstanceOf(Outcome.Applied.class);
  }

  private <T> T ask(Function<KvMachine, T> query) {
    ReadOutcome<T> outcome =
        backend.<T>read(Consistency.STALE, machine -> query.apply(machine.kv())).join();
    return ((ReadOutcome.Served<T>) outcome).value();
  }

  private static Command put(String key, long lease) {
    return new Command.Put(Bytes.utf8(key), Bytes.EMPTY, lease, false, false, false);
  }
}
