package dev.balsa.node.wal;

import static dev.balsa.node.wal.WalFixture.append;
import static dev.balsa.node.wal.WalFixture.formatted;
import static dev.balsa.node.wal.WalFixture.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.StorageException;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.disk.FaultyDirectory.Loss;
import dev.balsa.node.disk.FaultyDirectory.PowerCut;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.InvariantViolation;
import dev.balsa.raft.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The log's prefix goes, the rest stays: across restarts, crashes and rewritten entries. */
class WalCutTest {
  private static final HardState VOTE = new HardState(3, new NodeId(1));

  /** 40 entries of 700 bytes: several segments of 8 KiB, of which the last one is rewritten. */
  private static FaultyDirectory filled() {
    FaultyDirectory disk = formatted();
    try (Wal wal = WalFixture.open(disk)) {
      wal.append(vote(3, 1));
      for (int i = 0; i < 40; i += 4) {
        wal.append(append(i == 0 ? EntryId.ZERO : new EntryId(1, i), 1, 4, 700));
        wal.force();
      }
      wal.append(append(new EntryId(1, 37), 2, 3, 700));
      wal.force();
    }
    return disk;
  }

  @Test
  void aCutLogGoesOnWithTheSameEntriesAfterARestart() {
    for (long at = 1; at <= 40; at++) {
      FaultyDirectory disk = filled();
      List<Entry> before;
      try (Wal wal = WalFixture.openCut(disk)) {
        before = wal.read(at == 40 ? 40 : at + 1, 40, Long.MAX_VALUE);
        releaseAll(wal, new EntryId(at > 37 ? 2 : 1, at));
        assertThat(wal.base().index()).isEqualTo(at);
      }

      try (Wal wal = WalFixture.openCut(disk)) {
        assertThat(wal.base().index()).isLessThanOrEqualTo(at);
        assertThat(wal.last()).isEqualTo(new EntryId(2, 40));
        assertThat(wal.restored().hardState()).isEqualTo(VOTE);
        assertThat(wal.holds(new EntryId(at > 37 ? 2 : 1, at))).isTrue();
        assertThat(wal.read(at == 40 ? 40 : at + 1, 40, Long.MAX_VALUE)).isEqualTo(before);
        wal.append(append(new EntryId(2, 40), 3, 2, 50));
        wal.force();
        assertThat(wal.last()).isEqualTo(new EntryId(3, 42));
      }
    }
  }

  @Test
  void segmentsThatHoldNothingElseAreDeleted() {
    FaultyDirectory disk = filled();
    int before = disk.list().size();

    try (Wal wal = WalFixture.openCut(disk)) {
      wal.release(new EntryId(1, 3));
      assertThat(disk.list()).hasSize(before);
      releaseAll(wal, new EntryId(1, 30));
      assertThat(disk.list().size()).isLessThanOrEqualTo(before - 3);
      assertThatThrownBy(() -> wal.read(30, 31, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void aLogWhoseFirstSegmentIsGoneIsRefusedWhereThereIsNoSnapshot() {
    FaultyDirectory disk = filled();
    try (Wal wal = WalFixture.openCut(disk)) {
      releaseAll(wal, new EntryId(1, 30));
    }

    assertThatThrownBy(() -> WalFixture.open(disk))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("a segment is missing");
  }

  @Test
  void aPlaceThatIsNotInTheLogIsNoCut() {
    FaultyDirectory disk = filled();
    try (Wal wal = WalFixture.openCut(disk)) {
      assertThatThrownBy(() -> wal.release(new EntryId(1, 39)))
          .isInstanceOf(InvariantViolation.class);
      assertThatThrownBy(() -> wal.release(new EntryId(2, 41)))
          .isInstanceOf(InvariantViolation.class);
    }
  }

  @Test
  void aRestartDiscardsEverythingAndTheLogGoesOnBehindTheSnapshot() {
    FaultyDirectory disk = filled();
    EntryId snapshot = new EntryId(3, 90);
    try (Wal wal = WalFixture.openCut(disk)) {
      wal.restart(snapshot);
      wal.force();
      releaseAll(wal, snapshot);
      assertThat(wal.restored().base()).isEqualTo(snapshot);
    }

    try (Wal wal = WalFixture.openCut(disk)) {
      assertThat(wal.base()).isEqualTo(snapshot);
      assertThat(wal.last()).isEqualTo(snapshot);
      assertThat(wal.restored().hardState()).isEqualTo(VOTE);
      wal.append(append(snapshot, 3, 30, 700));
      wal.force();
      wal.release(new EntryId(3, 100));
    }
    try (Wal wal = WalFixture.openCut(disk)) {
      assertThat(wal.last()).isEqualTo(new EntryId(3, 120));
      assertThat(wal.read(101, 120, Long.MAX_VALUE)).hasSize(20);
    }
  }

  @ParameterizedTest
  @EnumSource(Loss.class)
  void aCrashWhileCuttingLosesNoEntryBehindTheCut(Loss loss) {
    FaultyDirectory first = filled();
    EntryId at = new EntryId(1, 30);
    for (int cut = 0; cut < 20; cut++) {
      FaultyDirectory disk = first.copy();
      disk.cutPowerAfter(disk.changes() + cut);
      try (Wal wal = WalFixture.openCut(disk)) {
        releaseAll(wal, at);
      } catch (PowerCut expected) {
        assertThat(expected).hasNoCause();
      }
      disk.crash(loss, cut);

      try (Wal wal = WalFixture.openCut(disk)) {
        assertThat(wal.holds(at)).as("cut %s", cut).isTrue();
        assertThat(wal.read(31, 40, Long.MAX_VALUE)).hasSize(10);
        assertThat(wal.restored().hardState()).isEqualTo(VOTE);
      }
    }
  }

  /** One call deletes a few segments only; the next ones go on. */
  private static void releaseAll(Wal wal, EntryId to) {
    for (long index = Math.max(1, wal.base().index() + 1); index < to.index(); index++) {
      wal.release(new EntryId(index > 37 ? 2 : 1, index));
    }
    wal.release(to);
  }
}
