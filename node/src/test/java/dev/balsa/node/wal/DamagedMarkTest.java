package dev.balsa.node.wal;

import static dev.balsa.node.wal.DamagedGroups.records;
import static dev.balsa.node.wal.DamagedGroups.wal;
import static dev.balsa.node.wal.WalFixture.append;
import static dev.balsa.node.wal.WalFixture.entries;
import static dev.balsa.node.wal.WalFixture.slice;
import static dev.balsa.node.wal.WalFixture.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.StorageException;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.wal.LogScan.Content;
import dev.balsa.node.wal.LogScan.Spot;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A damaged mark of a clean stop is known for what it was, and nothing else is taken for it. */
class DamagedMarkTest {
  private static final GroupId ONE = new GroupId(1);
  private static final GroupId TWO = new GroupId(2);
  private static final int CHECKSUM = 52; // of its header, where it stands
  private static final int CHECKSUM_BYTES = 4;

  private final FaultyDirectory disk = WalFixture.formatted();

  static IntStream allButTheChecksum() {
    return IntStream.range(0, DamagedMark.BYTES)
        .filter(at -> at < CHECKSUM || at >= CHECKSUM + CHECKSUM_BYTES);
  }

  /** A group that was closed cleanly. */
  private void writeOne() {
    try (Wal wal = WalFixture.open(disk)) {
      wal.append(vote(1, 1));
      wal.append(append(EntryId.ZERO, 1, 3, 100));
    }
  }

  /** Two groups that were closed cleanly. */
  private void writeTwo() {
    try (SharedLog log = GroupsScript.open(disk)) {
      for (GroupId id : new GroupId[] {ONE, TWO}) {
        Wal wal = log.found(id, Bytes.utf8("charter"));
        wal.append(vote(1, id.value()));
        wal.append(append(EntryId.ZERO, 1, 3, 100));
      }
    }
  }

  private Spot mark() {
    return records(disk, WalFixture.GROUP, Content.Mark.class).getLast();
  }

  private void damage(Spot spot, int at) {
    disk.flip(SegmentFile.name(spot.segment()), (int) spot.offset() + at, 0xff);
  }

  private static void assertWhole(SharedLog log, GroupId id) {
    assertThat(wal(log, id).lost()).isNull();
    assertThat(wal(log, id).isVoteLost()).isFalse();
    assertThat(wal(log, id).hardState()).isEqualTo(vote(1, id.value()).hardState());
    assertThat(entries(wal(log, id))).isEqualTo(slice(EntryId.ZERO, 1, 3, 100).entries());
  }

  @ParameterizedTest
  @MethodSource("allButTheChecksum")
  void theLastOneCostsNothing(int at) {
    writeOne();
    Spot mark = mark();
    damage(mark, at);

    for (RecoveryCase found : new RecoveryCase[] {RecoveryCase.MARK_CUT, RecoveryCase.CLEAN}) {
      try (Wal wal = WalFixture.open(disk)) {
        assertThat(wal.recovery().found()).isEqualTo(found);
        assertThat(wal.hardState()).isEqualTo(vote(1, 1).hardState());
        assertThat(entries(wal)).isEqualTo(slice(EntryId.ZERO, 1, 3, 100).entries());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("allButTheChecksum")
  void theLastOneOfALogOfManyGroupsCostsNothing(int at) {
    writeTwo();
    Spot mark = mark();
    damage(mark, at);

    try (SharedLog log = DamagedGroups.open(disk)) {
      assertThat(log.recovery())
          .isEqualTo(new RecoveryReport(RecoveryCase.MARK_CUT, mark.file(), mark.offset()));
      assertWhole(log, ONE);
      assertWhole(log, TWO);
    }
  }

  @Test
  void oneWhoseChecksumIsHitIsRefused() {
    for (int at = CHECKSUM; at < CHECKSUM + CHECKSUM_BYTES; at++) {
      disk.put(WalFixture.FIRST, WalFixture.formatted().bytes(WalFixture.FIRST));
      writeOne();
      damage(mark(), at);

      assertThatThrownBy(() -> WalFixture.open(disk))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining(RecoveryCase.DAMAGED_AT_TAIL.text());
    }
  }

  @Test
  void oneBeforeTheTailHidesNeitherTermNorVote() {
    writeOne();
    final Spot mark = mark();
    Wal killed = WalFixture.open(disk);
    killed.append(append(new EntryId(1, 3), 1, 2, 100));
    killed.force();
    damage(mark, 20);

    Repair repair =
        new Repair(
            disk,
            WalFixture.IDENTITY,
            WalFixture.GROUP,
            WalFixture.CONFIG,
            () -> WalFixture.open(disk));
    try (Wal wal = repair.open(told -> true)) {
      assertThat(wal.recovery())
          .isEqualTo(new RecoveryReport(RecoveryCase.DAMAGE_CUT, mark.file(), mark.offset()));
      assertThat(wal.hardState()).isEqualTo(vote(1, 1).hardState());
      assertThat(wal.lost()).isEqualTo(new EntryId(1, 5));
    }
  }

  @Test
  void oneBeforeTheTailHidesNoGroup() {
    writeTwo();
    final Spot mark = mark();
    SharedLog killed = GroupsScript.open(disk);
    GroupId late = new GroupId(3);
    killed.found(late, Bytes.utf8("late"));
    killed.force();
    damage(mark, 20);

    try (SharedLog log = DamagedGroups.open(disk)) {
      assertThat(log.recovery().found()).isEqualTo(RecoveryCase.WRITTEN_ANEW);
      assertThat(log.groups()).containsOnlyKeys(ONE, TWO, late);
      assertWhole(log, ONE);
      assertWhole(log, TWO);
    }
  }

  /** As small as a mark, at the place of one that was cut off, and its type made that of a mark. */
  @Test
  void theEndOfAGroupIsTakenForNone() {
    writeTwo();
    Spot mark = mark();
    byte[] bytes = disk.bytes(SegmentFile.name(mark.segment()));
    Arrays.fill(bytes, (int) mark.offset(), bytes.length, (byte) 0);
    disk.put(SegmentFile.name(mark.segment()), bytes);
    SharedLog killed = GroupsScript.open(disk);
    killed.retire(TWO);
    killed.force();
    Spot end = records(disk, TWO, Content.Retired.class).getFirst();
    assertThat(end).isEqualTo(mark);
    disk.flip(
        SegmentFile.name(end.segment()),
        (int) end.offset() + 4,
        RecordHeader.RETIRED ^ RecordHeader.MARK);

    assertThatThrownBy(() -> DamagedGroups.open(disk))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(RecoveryCase.DAMAGED_AT_TAIL.text());
  }
}
