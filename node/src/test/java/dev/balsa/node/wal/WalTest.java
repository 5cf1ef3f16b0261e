package dev.balsa.node.wal;

import static dev.balsa.node.wal.WalFixture.append;
import static dev.balsa.node.wal.WalFixture.entries;
import static dev.balsa.node.wal.WalFixture.formatted;
import static dev.balsa.node.wal.WalFixture.open;
import static dev.balsa.node.wal.WalFixture.slice;
import static dev.balsa.node.wal.WalFixture.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.StorageException;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.disk.FaultyDirectory.Loss;
import dev.balsa.node.disk.FaultyDirectory.Operation;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.InvariantViolation;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Restored;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WalTest {
  private static final EntryId ONE_TEN = new EntryId(1, 10);

  private final FaultyDirectory disk = formatted();

  @Test
  void restoresTermVoteAndLog() {
    try (Wal wal = open(disk)) {
      wal.append(
          new Ready.Persist(1, new HardState(3, new NodeId(9)), slice(EntryId.ZERO, 2, 4, 5)));
      wal.append(append(new EntryId(2, 4), 3, 2, 5));
      wal.force();
    }

    try (Wal wal = open(disk)) {
      assertThat(wal.restored())
          .isEqualTo(
              new Restored(
                  new HardState(3, new NodeId(9)),
                  List.of(new EntryId(2, 1), new EntryId(3, 5)),
                  new EntryId(3, 6)));
      assertThat(entries(wal))
          .isEqualTo(join(slice(EntryId.ZERO, 2, 4, 5), slice(new EntryId(2, 4), 3, 2, 5)));
    }
  }

  @Test
  void oneForceCarriesAllThatWaits() {
    try (Wal wal = open(disk)) {
      int before = disk.count(Operation.FORCE);
      List<Long> durations = new ArrayList<>();
      wal.shared().observeForces(durations::add);
      wal.append(vote(1, 1));
      wal.append(append(EntryId.ZERO, 1, 5, 9));
      wal.append(append(new EntryId(1, 5), 1, 5, 9));
      wal.force();
      wal.force();

      assertThat(disk.count(Operation.FORCE) - before).isEqualTo(1);
      assertThat(wal.shared().forces()).isEqualTo(1);
      assertThat(durations).hasSize(1);
      assertThat(wal.shared().bytesWritten())
          .isPositive()
          .isEqualTo(wal.shared().bytesWritten() / 64 * 64);
    }
  }

  @Test
  void readsWhatIsNotYetForced() {
    try (Wal wal = open(disk)) {
      wal.append(vote(1, 1));
      wal.append(append(EntryId.ZERO, 1, 3, 9));

      assertThat(wal.read(2, 3, Long.MAX_VALUE))
          .isEqualTo(slice(EntryId.ZERO, 1, 3, 9).entries().subList(1, 3));
    }
  }

  @Test
  void aReadStopsAtTheByteBoundButGivesAtLeastOne() {
    try (Wal wal = open(disk)) {
      wal.append(vote(1, 1));
      wal.append(append(EntryId.ZERO, 1, 10, 76));

      assertThat(wal.read(3, 10, 1)).hasSize(1);
      assertThat(wal.read(3, 10, 299)).hasSize(2);
      assertThat(wal.read(3, 10, 300)).hasSize(3);
    }
  }

  @Test
  void anAppendReplacesWhatFollowsItsPrev() {
    try (Wal wal = open(disk)) {
      wal.append(vote(1, 1));
      wal.append(append(EntryId.ZERO, 1, 10, 9));
      wal.append(append(ONE_TEN, 1, 10, 9));
      wal.append(vote(2, 1));
      wal.append(append(new EntryId(1, 7), 2, 2, 9));
      wal.force();
      assertThat(wal.last()).isEqualTo(new EntryId(2, 9));
    }

    try (Wal wal = open(disk)) {
      assertThat(wal.last()).isEqualTo(new EntryId(2, 9));
      assertThat(wal.read(6, 9, Long.MAX_VALUE).stream().map(Entry::term))
          .containsExactly(1L, 1L, 2L, 2L);
      assertThat(wal.restored().termStarts()).containsExactly(new EntryId(1, 1), new EntryId(2, 8));
    }
  }

  @Test
  void anEmptySliceCutsTheLog() {
    try (Wal wal = open(disk)) {
      wal.append(vote(1, 1));
      wal.append(append(EntryId.ZERO, 1, 10, 9));
      wal.append(new Ready.Persist(3, null, new LogSlice(new EntryId(1, 4), List.of())));
      wal.force();
    }

    try (Wal wal = open(disk)) {
      assertThat(entries(wal)).isEqualTo(slice(EntryId.ZERO, 1, 4, 9).entries());
      wal.append(append(new EntryId(1, 4), 1, 3, 9));
      assertThat(entries(wal)).isEqualTo(slice(EntryId.ZERO, 1, 7, 9).entries());
    }
  }

  @Test
  void goesOnInNewSegmentsAndReadsAcrossThem() {
    try (Wal wal = open(disk)) {
      wal.append(vote(1, 1));
      for (long i = 0; i < 100; i += 10) {
        wal.append(append(new EntryId(i == 0 ? 0 : 1, i), 1, 10, 90));
        wal.force();
      }
      assertThat(entries(wal)).isEqualTo(slice(EntryId.ZERO, 1, 100, 90).entries());
    }

    assertThat(disk.list()).hasSizeGreaterThan(3);
    try (Wal wal = open(disk)) {
      assertThat(entries(wal)).isEqualTo(slice(EntryId.ZERO, 1, 100, 90).entries());
      assertThat(wal.restored().hardState()).isEqualTo(new HardState(1, new NodeId(1)));
    }
  }

  @Test
  void aRecordLargerThanASegmentGetsItsOwn() {
    try (Wal wal = open(disk)) {
      wal.append(vote(1, 1));
      wal.append(append(EntryId.ZERO, 1, 3, 10_000));
      wal.append(append(new EntryId(1, 3), 1, 3, 10));
      wal.force();
    }

    try (Wal wal = open(disk)) {
      assertThat(wal.read(1, 3, Long.MAX_VALUE))
          .isEqualTo(slice(EntryId.ZERO, 1, 3, 10_000).entries());
      assertThat(wal.last()).isEqualTo(new EntryId(1, 6));
    }
  }

  @Test
  void aRecordThatFitsAnEmptySegmentOnlyWithoutTermAndVoteStillWorks() {
    for (int bytes = 3800; bytes < 4100; bytes += 10) {
      FaultyDirectory fresh = formatted();
      try (Wal wal = open(fresh)) {
        wal.append(vote(1, 1));
        wal.append(append(EntryId.ZERO, 1, 1, bytes));
        wal.force();
      }
      try (Wal wal = open(fresh)) {
        assertThat(entries(wal)).isEqualTo(slice(EntryId.ZERO, 1, 1, bytes).entries());
      }
    }
  }

  @Test
  void refusesAWriteThatLeavesAGapOrContradictsTheLog() {
    try (Wal wal = open(disk)) {
      wal.append(vote(2, 1));
      wal.append(append(EntryId.ZERO, 1, 3, 9));

      assertThatThrownBy(() -> wal.append(append(new EntryId(1, 5), 1, 1, 9)))
          .isInstanceOf(InvariantViolation.class);
      assertThatThrownBy(() -> wal.append(append(new EntryId(2, 3), 2, 1, 9)))
          .isInstanceOf(InvariantViolation.class);
      assertThatThrownBy(() -> wal.append(append(new EntryId(1, 3), 3, 1, 9)))
          .isInstanceOf(InvariantViolation.class);
      assertThatThrownBy(() -> wal.append(vote(2, 3))).isInstanceOf(InvariantViolation.class);
      assertThatThrownBy(() -> wal.append(vote(1, 1))).isInstanceOf(InvariantViolation.class);
    }
  }

  @Test
  void aReadVerifiesTheChecksum() {
    Wal wal = open(disk);
    wal.append(vote(1, 1));
    wal.append(append(EntryId.ZERO, 1, 3, 100));
    wal.close();
    Wal reopened = open(disk);
    int offset = 4096 + 128 + 128 + 64 + 50;
    disk.overwrite(WalFixture.FIRST, offset, 0x40);

    assertThatThrownBy(() -> entries(reopened))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(WalFixture.FIRST + " at offset 4352")
        .hasMessageContaining("checksum");
  }

  @Test
  void nothingGoesOnAfterAFailedForce() {
    Wal wal = open(disk);
    wal.append(vote(1, 1));
    disk.failAt(Operation.FORCE, 1, "Input/output error");

    assertThatThrownBy(wal::force)
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("cannot force /simulated/0000000000000001.wal: Input/output error")
        .hasMessageContaining("check the disk");
    assertThatThrownBy(wal::force).hasMessageContaining("stopped after an earlier failure");
    assertThatThrownBy(() -> wal.append(vote(2, 1)))
        .hasMessageContaining("stopped after an earlier failure");
    wal.close();
  }

  /** After the failure the kernel serves bytes that the disk never got, and force says yes. */
  @Test
  void aRestartAfterAFailedForceBuildsOnlyOnWhatIsDurable() {
    Wal failed = open(disk);
    failed.append(vote(1, 1));
    disk.failAt(Operation.FORCE, 1, "Input/output error");
    assertThatThrownBy(failed::force).isInstanceOf(StorageException.class);
    failed.close();

    Restored seen = open(disk).restored();
    disk.crash(Loss.ALL, 1);

    assertThat(open(disk).restored()).isEqualTo(seen);
  }

  @Test
  void shortWritesLoseNothing() {
    disk.writeShort(5);
    try (Wal wal = open(disk)) {
      wal.append(vote(1, 1));
      wal.append(append(EntryId.ZERO, 1, 100, 90));
      wal.force();
    }
    disk.crash(Loss.ALL, 1);

    assertThat(entries(open(disk))).isEqualTo(slice(EntryId.ZERO, 1, 100, 90).entries());
  }

  @Test
  void bytesOfFormatOneNeverChange() {
    Wal wal = open(disk);
    wal.append(vote(1, 3));
    wal.append(append(EntryId.ZERO, 1, 1, 3));
    wal.close();

    byte[] bytes = disk.bytes(WalFixture.FIRST);
    assertThat(hex(bytes, 0, 56)).isEqualTo(Golden.SEGMENT);
    assertThat(hex(bytes, 4092, 4)).isEqualTo(Golden.SEGMENT_CRC);
    assertThat(hex(bytes, 4096, 128)).isEqualTo(Golden.FIRST_HARD_STATE);
    assertThat(hex(bytes, 4224, 128)).isEqualTo(Golden.HARD_STATE);
    assertThat(hex(bytes, 4352, 128)).isEqualTo(Golden.ENTRIES);
    assertThat(hex(bytes, 4480, 128)).isEqualTo(Golden.MARK);
  }

  private static String hex(byte[] bytes, int offset, int length) {
    return HexFormat.of().formatHex(bytes, offset, offset + length);
  }

  private static List<Entry> join(LogSlice... slices) {
    return Stream.of(slices).flatMap(s -> s.entries().stream()).toList();
  }
}
