package dev.balsa.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Ready;
import dev.balsa.raft.SplitMix;
import dev.balsa.sim.Registers;
import dev.balsa.sim.Storage;
import dev.balsa.sim.Storage.Damage;
import dev.balsa.sim.Storage.Loss;
import dev.balsa.sim.Storage.StorageRefused;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A real log and snapshots whose forced bytes change: never less than was forced, and never more.
 */
class DiskDamageTest {
  private static final NodeId NODE = new NodeId(1);
  private static final int CASES = 400;

  @ParameterizedTest
  @EnumSource(Damage.class)
  void aDamagedDiskIsRefusedByNameOrHoldsAllThatWasForced(Damage damage) {
    int refused = 0;
    for (int i = 0; i < CASES; i++) {
      SplitMix chance = new SplitMix(i);
      WalStorage storage = written(30);
      storage.stop(Loss.PROCESS, chance);
      storage.damage(damage, chance);
      try {
        // What it holds is compared with what was forced in here.
        assertThat(storage.open().last()).isEqualTo(new EntryId(3, 30));
      } catch (StorageRefused named) {
        assertThat(named).hasMessageContaining("/simulated/");
        refused++;
      }
    }

    assertThat(refused).isBetween(CASES / 4, CASES);
  }

  /** Thirty entries, a snapshot after the twentieth; nothing was cut. */
  private static WalStorage written(long entries) {
    WalStorage storage = new WalStorage(NODE, new WalConfig(8192, 4096), false);
    storage.open();
    write(storage, 1, new HardState(3, NODE), new LogSlice(EntryId.ZERO, List.of()));
    List<Entry> batch = new ArrayList<>();
    EntryId prev = EntryId.ZERO;
    for (long index = 1; index <= entries; index++) {
      EntryId id = new EntryId(3, index);
      batch.add(new Entry(id, new Payload.Command(Bytes.utf8("command " + index))));
      if (index % 3 == 0) {
        write(storage, index + 1, null, new LogSlice(prev, batch));
        batch = new ArrayList<>();
        prev = id;
      }
    }
    Membership alone = new Membership(List.of(NODE));
    storage.save(new EntryId(3, 20), alone, new Registers().capture());
    return storage;
  }

  private static void write(
      Storage storage, long sequence, @Nullable HardState hardState, LogSlice slice) {
    storage.write(new Ready.Persist(sequence, hardState, slice.isEmpty() ? null : slice));
    storage.force();
  }
}
