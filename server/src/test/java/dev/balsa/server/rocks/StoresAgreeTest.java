package dev.balsa.server.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.Command.Range;
import dev.balsa.kv.HistoryQuery;
import dev.balsa.kv.KeyRange;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.MemoryStore;
import dev.balsa.kv.OrderedStore;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine.Committed;
import dev.balsa.server.backend.ServerMachine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A machine on RocksDB does what one in memory does, which kv's own tests compare with the model.
 */
class StoresAgreeTest {
  private static final Range ALL = Range.of(new KeyRange(Bytes.utf8("\0"), Bytes.utf8("\0")));

  @TempDir private Path directory = Path.of("unset");

  @Test
  void machinesOnBothStoresAnswerAlikeAndHoldTheSame() {
    boolean enabled = false;
    boolean alarmed = false;
    SplitMix random = new SplitMix(7);
    Script script = new Script(12);
    ServerMachine twin = new ServerMachine(new KvMachine());
    OrderedStore store = StoreKind.ROCKSDB.open(directory);
    try {
      ServerMachine machine = new ServerMachine(new KvMachine(store));
      for (int batch = 0; batch < 400; batch++) {
        List<Committed> commands = commands(script, (int) random.nextBetween(1, 20));

        assertThat(machine.apply(commands)).isEqualTo(twin.apply(commands));

        assertThat(machine.kv().range(Script.ROOT, ALL))
            .isEqualTo(twin.kv().range(Script.ROOT, ALL));
        long from = random.nextBetween(0, twin.kv().revision() + 2);
        HistoryQuery query = new HistoryQuery(from, 50, 10_000, true);
        assertThat(machine.kv().history(query)).isEqualTo(twin.kv().history(query));
        enabled |= twin.kv().auth().enabled();
        alarmed |= !twin.kv().alarms().isEmpty();
        if (batch % 40 == 0) {
          assertSame(machine, twin);
        }
        if (batch % 100 == 50) {
          store.close();
          store = StoreKind.ROCKSDB.open(directory);
          machine = new ServerMachine(new KvMachine(store));
          assertThat(machine.recovered()).isEqualTo(twin.kv().applied());
        }
      }
      assertSame(machine, twin);
      assertThat(enabled).as("users were asked for at times").isTrue();
      assertThat(alarmed).as("there were alarms at times").isTrue();
    } finally {
      store.close();
    }
  }

  @Test
  void aSnapshotOfOneStoreIsOneOfTheOther() {
    Script script = new Script(5);
    List<Committed> commands = commands(script, 500);
    ServerMachine twin = new ServerMachine(new KvMachine());
    twin.apply(commands);
    OrderedStore store = StoreKind.ROCKSDB.open(directory);
    try {
      ServerMachine machine = new ServerMachine(new KvMachine(store));
      machine.apply(List.of(new Script(6).next()));

      restore(machine, States.of(twin));
      ServerMachine back = new ServerMachine(new KvMachine(new MemoryStore()));
      restore(back, States.of(machine));

      assertSame(machine, twin);
      assertSame(back, twin);
      List<Committed> more = commands(script, 200);
      assertThat(machine.apply(more)).isEqualTo(twin.apply(more));
      assertSame(machine, twin);
    } finally {
      store.close();
    }
  }

  private static List<Committed> commands(Script script, int count) {
    List<Committed> commands = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      commands.add(script.next());
    }
    return commands;
  }

  private static void assertSame(ServerMachine found, ServerMachine wanted) {
    assertThat(found.kv().stateHash()).isEqualTo(wanted.kv().stateHash());
    assertThat(found.kv().leases()).isEqualTo(wanted.kv().leases());
    assertThat(States.of(found)).isEqualTo(States.of(wanted));
  }

  private static void restore(ServerMachine machine, List<Bytes> parts) {
    Iterator<Bytes> next = parts.iterator();
    machine.restore(() -> next.hasNext() ? next.next() : null);
  }
}
