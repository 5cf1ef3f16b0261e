package dev.balsa.server.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.KvMachine;
import dev.balsa.kv.MemoryStore;
import dev.balsa.kv.OrderedStore;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine.Committed;
import dev.balsa.server.backend.ServerMachine;
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
    ServerMachine twin = new ServerMachine(new KvMachine(new MemoryStore()));
    EntryId applied = EntryId.ZERO;
    long held = 0;
    int sessionsSeen = 0;
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
        ServerMachine machine = new ServerMachine(new KvMachine(store));
        assertThat(machine.recovered().index()).isGreaterThanOrEqualTo(held);
        held = machine.recovered().index();
        while (applied.index() < held) {
          Committed next = log.next();
          twin.apply(List.of(next));
          applied = next.id();
        }
        assertThat(machine.recovered()).isEqualTo(applied);
        assertThat(machine.kv().stateHash()).isEqualTo(twin.kv().stateHash());
        assertThat(machine.sessions()).isEqualTo(twin.sessions());
        assertThat(machine.kv().alarms()).isEqualTo(twin.kv().alarms());
        assertThat(machine.kv().leases()).isEqualTo(twin.kv().leases());
        assertThat(List.copyOf(machine.kv().auth().users()))
            .isEqualTo(List.copyOf(twin.kv().auth().users()));
        assertThat(List.copyOf(machine.kv().auth().roles()))
            .isEqualTo(List.copyOf(twin.kv().auth().roles()));
        assertThat(machine.kv().auth().enabled()).isEqualTo(twin.kv().auth().enabled());
        assertThat(States.of(machine)).as("after %s entries", held).isEqualTo(States.of(twin));
        sessionsSeen = Math.max(sessionsSeen, machine.sessions());
      } finally {
        store.close();
      }
      assertThat(reached).isPositive();
    }
    assertThat(held).as("entries that outlived the kills").isPositive();
    assertThat(sessionsSeen).as("sessions that outlived a kill").isPositive();
    assertThat(parent.resolve(ApplyingProcess.TEMPORARY)).isEmptyDirectory();
    assertThat(parent.resolve("store").resolve("native")).isDirectoryNotContaining("glob:**.new");
  }
}
