package dev.balsa.node.wal;

import static dev.balsa.node.wal.WalFixture.append;
import static dev.balsa.node.wal.WalFixture.formatted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.StorageException;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.disk.FaultyDirectory.Loss;
import dev.balsa.node.disk.FaultyDirectory.Operation;
import dev.balsa.node.disk.FaultyDirectory.PowerCut;
import dev.balsa.node.wal.WalScript.State;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Ready;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class WalCrashTest {
  private static final int SEEDS = 8;

  @ParameterizedTest
  @EnumSource(Loss.class)
  void everyCrashLeavesWhatWasForcedAndNothingInvented(Loss loss) {
    int crashes = 0;
    for (int cut = changesWhenFormatted(); cut <= changesWhenDone(); cut++) {
      for (int seed = 0; seed < SEEDS; seed++) {
        Crashed crashed = crash(cut, loss, seed);

        State restored = restore(crashed.disk());

        assertThat(crashed.possible()).as("cut %s seed %s", cut, seed).contains(restored);
        crashes++;
      }
    }
    assertThat(crashes).isGreaterThan(400);
  }

  @ParameterizedTest
  @EnumSource(Loss.class)
  void whatRecoveryShowedIsDurableAndWhatItCutNeverComesBack(Loss loss) {
    for (int cut = changesWhenFormatted(); cut <= changesWhenDone(); cut++) {
      for (int seed = 0; seed < SEEDS; seed++) {
        FaultyDirectory disk = crash(cut, loss, seed).disk();
        Ready.Persist next = new Ready.Persist(1, new HardState(9, new NodeId(9)), null);

        State before = State.of(WalFixture.open(disk));
        disk.crash(Loss.ALL, seed);
        try (Wal again = WalFixture.open(disk)) {
          assertThat(State.of(again)).isEqualTo(before);
          again.append(next);
          again.force();
        }
        disk.crash(Loss.ALL, seed);

        assertThat(restore(disk)).as("cut %s seed %s", cut, seed).isEqualTo(before.after(next));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Loss.class)
  void aCrashWithinRecoveryLosesNothing(Loss loss) {
    Random random = new Random(3);
    for (int cut = changesWhenFormatted(); cut <= changesWhenDone(); cut++) {
      for (int seed = 0; seed < SEEDS; seed++) {
        Crashed crashed = crash(cut, loss, seed);
        crashed.disk().cutPowerAfter(crashed.disk().changes() + random.nextInt(12));
        try {
          WalFixture.open(crashed.disk());
        } catch (PowerCut expected) {
          assertThat(expected).hasNoCause();
        }
        crashed.disk().crash(loss, seed + 100L);

        assertThat(crashed.possible()).contains(restore(crashed.disk()));
      }
    }
  }

  static Stream<Operation> failing() {
    return Stream.of(
        Operation.CREATE,
        Operation.WRITE,
        Operation.FORCE,
        Operation.RENAME,
        Operation.FORCE_DIRECTORY);
  }

  /** Stops at once, says which file and what to do, and a restart with space goes on. */
  @ParameterizedTest
  @MethodSource("failing")
  void aFailureAtAnyOperationStopsTheLogAndARestartGoesOn(Operation operation) {
    int failures = 0;
    FaultyDirectory whole = formatted();
    int before = whole.count(operation);
    new WalScript(whole).run();
    for (int ordinal = 1; ordinal <= whole.count(operation) - before; ordinal++) {
      FaultyDirectory disk = formatted();
      disk.failAt(operation, ordinal, "No space left on device");
      WalScript script = null;
      try {
        script = new WalScript(disk);
        script.run();
      } catch (StorageException e) {
        failures++;
        assertThat(e)
            .hasMessageContaining("/simulated/")
            .hasMessageContaining("No space left on device; free space on this disk");
      }
      if (script != null) {
        disk.crash(Loss.ALL, ordinal);
        assertThat(script.possible()).contains(restore(disk));
      }
    }
    assertThat(failures).isGreaterThan(operation == Operation.WRITE ? 10 : 0);
  }

  /** An error while reading is never the end of the log. */
  @Test
  void aReadErrorAtAnyPlaceEndsRecoveryByName() {
    FaultyDirectory disk = formatted();
    WalScript script = new WalScript(disk);
    script.run();
    int before = disk.count(Operation.READ);
    assertThat(restore(disk)).isEqualTo(script.last());
    int reads = disk.count(Operation.READ) - before;

    for (int ordinal = 1; ordinal <= reads; ordinal++) {
      disk.failAt(Operation.READ, ordinal, "Input/output error");
      assertThatThrownBy(() -> restore(disk))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("cannot read /simulated/")
          .hasMessageContaining("Input/output error");
    }
    assertThat(restore(disk)).isEqualTo(script.last());
  }

  @Test
  void shortWritesAndCrashesTogetherLoseNothing() {
    for (int cut : IntStream.range(0, 60).map(i -> 9 + 7 * i).toArray()) {
      FaultyDirectory disk = formatted();
      disk.writeShort(cut);
      WalScript script = new WalScript(disk);
      disk.cutPowerAfter(disk.changes() + cut);
      runUntilPowerCut(script);
      disk.crash(Loss.SECTORS, cut);

      assertThat(script.possible()).contains(restore(disk));
    }
  }

  @Test
  void anAppendAfterACutOverwritesTheTornBytes() {
    FaultyDirectory disk = formatted();
    Wal wal = WalFixture.open(disk);
    wal.append(WalFixture.vote(1, 1));
    wal.force();
    wal.append(append(EntryId.ZERO, 1, 1, 10));
    wal.append(append(new EntryId(1, 1), 1, 1, 10));
    disk.failAt(Operation.FORCE, 1, "Input/output error");
    assertThatThrownBy(wal::force).isInstanceOf(StorageException.class);
    for (int i = 0; i < 64; i++) {
      disk.overwrite(WalFixture.FIRST, 4352 + i, disk.bytes(WalFixture.FIRST)[4352 + i]);
    }

    try (Wal again = WalFixture.open(disk)) {
      assertThat(again.recovery().found()).isEqualTo(RecoveryCase.TORN_TAIL_CUT);
      again.append(append(EntryId.ZERO, 1, 1, 10));
      again.force();
      disk.crash(Loss.ALL, 1);
    }

    assertThat(restore(disk).entries()).hasSize(1);
  }

  private record Crashed(FaultyDirectory disk, List<State> possible) {}

  private static Crashed crash(int cut, Loss loss, int seed) {
    FaultyDirectory disk = formatted();
    disk.cutPowerAfter(Integer.MAX_VALUE);
    WalScript script = new WalScript(disk);
    disk.cutPowerAfter(cut);
    runUntilPowerCut(script);
    disk.crash(loss, seed);
    return new Crashed(disk, script.possible());
  }

  private static void runUntilPowerCut(WalScript script) {
    try {
      script.run();
    } catch (PowerCut expected) {
      assertThat(script.possible()).isNotEmpty();
    }
  }

  private static State restore(FaultyDirectory disk) {
    try (Wal wal = WalFixture.open(disk)) {
      return State.of(wal);
    }
  }

  private static int changesWhenFormatted() {
    FaultyDirectory disk = formatted();
    WalFixture.open(disk);
    return disk.changes();
  }

  private static int changesWhenDone() {
    FaultyDirectory disk = formatted();
    new WalScript(disk).run();
    return disk.changes();
  }
}
