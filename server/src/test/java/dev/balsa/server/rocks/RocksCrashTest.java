package dev.balsa.server.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.KvMachine;
import dev.balsa.kv.MemoryStore;
import dev.balsa.kv.OrderedStore;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine.Committed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process with a store on disk is killed at any moment. */
class RocksCrashTest {
  private static final long SEED = 20;
  private static final int KILLS = 5;

  @TempDir private Path parent = Path.of("unset");

  /**
   * When the kill comes is not in the test's hands; that the store then says which entries it
   * holds, and holds what exactly these make, must be so for any moment.
   */
  @Test
  void whateverMomentAProcessIsKilledItsStoreHoldsAPrefixOfTheLog() throws IOException {
    SplitMix random = new SplitMix(SEED);
    Script log = new Script(SEED);
    KvMachine twin = new KvMachine(new MemoryStore());
    long held = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      long reached = 0;
      try (ApplyingProcess process = ApplyingProcess.start(parent, SEED)) {
        for (long lines = random.nextBetween(1, 200); lines > 0; lines--) {
          reached = process.next();
        }
        reached = Math.max(reached, process.kill());
      }

      OrderedStore store = StoreKind.ROCKSDB.open(parent);
      try {
        KvMachine machine = new KvMachine(store);
        assertThat(machine.recovered().index()).isGreaterThanOrEqualTo(held);
        held = machine.recovered().index();
        while (twin.applied().index() < held) {
          Committed next = log.next();
          twin.apply(List.of(next));
        }
        assertThat(machine.applied()).isEqualTo(twin.applied());
        assertThat(machine.stateHash()).isEqualTo(twin.stateHash());
        assertThat(States.of(machine)).as("after %s entries", held).isEqualTo(States.of(twin));
      } finally {
        store.close();
      }
      assertThat(reached).isPositive();
    }
    assertThat(held).as("entries that outlived the kills").isPositive();
  }
}
