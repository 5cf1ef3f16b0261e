package dev.balsa.node.wal;

import static dev.balsa.node.wal.WalFixture.FIRST;
import static dev.balsa.node.wal.WalFixture.SECOND;
import static dev.balsa.node.wal.WalFixture.append;
import static dev.balsa.node.wal.WalFixture.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.StorageException;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.disk.FaultyDirectory.Loss;
import dev.balsa.node.disk.FaultyDirectory.PowerCut;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Ready;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One test for each row of {@link Survey}'s table, and what a crash leaves of a repair. */
class RepairTest {
  /** Records 1 and 2 are term and vote, 3 to 5 entries of one record each, 6 a later vote. */
  private static final int RECORD_3 = 4096 + 128 + 128;

  private static final int RECORD_4 = RECORD_3 + 512;
  private static final int RECORD_5 = RECORD_4 + 512;
  private static final int RECORD_6 = RECORD_5 + 512;

  private static final HardState VOTE = new HardState(4, new NodeId(3));

  private final FaultyDirectory disk = WalFixture.formatted();

  /** Three entries and a later vote, each forced on its own, of a node that was killed. */
  private void writeThree() {
    Wal wal = WalFixture.open(disk);
    wal.append(vote(1, 1));
    wal.force();
    for (int i = 0; i < 3; i++) {
      wal.append(append(i == 0 ? EntryId.ZERO : new EntryId(1, i), 1, 1, 400));
      wal.force();
    }
    wal.append(new Ready.Persist(1, VOTE, null));
    wal.force();
  }

  private static Wal open(FaultyDirectory disk) {
    return open(disk, told -> true);
  }

  private static Wal open(FaultyDirectory disk, Predicate<Optional<Membership>> hasPeers) {
    return new Repair(
            disk,
            WalFixture.IDENTITY,
            WalFixture.GROUP,
            WalFixture.CONFIG,
            () -> WalFixture.open(disk))
        .open(hasPeers);
  }

  private void assertLost(EntryId last, EntryId lost) {
    for (int start = 0; start < 2; start++) {
      try (Wal wal = open(disk)) {
        assertThat(wal.restored().hardState()).isEqualTo(VOTE);
        assertThat(wal.last()).isEqualTo(last);
        assertThat(wal.lost()).isEqualTo(lost);
        assertThat(wal.restored().lost()).isEqualTo(lost);
      }
    }
  }

  @Test
  void entriesBehindTheDamageTellWhereTheLogEnded() {
    writeThree();
    disk.flip(FIRST, RECORD_4 + 300, 1);

    try (Wal wal = open(disk)) {
      assertThat(wal.recovery())
          .isEqualTo(new RecoveryReport(RecoveryCase.DAMAGE_CUT, "/simulated/" + FIRST, RECORD_4));
    }
    assertLost(new EntryId(1, 1), new EntryId(1, 3));
  }

  @Test
  void damagedEntriesWithAnIntactHeaderTellTheMostTheyCanHaveBeen() {
    writeThree();
    disk.flip(FIRST, RECORD_5 + 300, 1);

    // 437 bytes of body hold 31 entries at most.
    assertLost(new EntryId(1, 2), new EntryId(1, 2 + (437 - 24) / 13));
  }

  @Test
  void aDamagedHeaderHidesTheEndUntilALaterRecordOfEntries() {
    writeThree();
    disk.flip(FIRST, RECORD_4 + 20, 1);
    FaultyDirectory hidden = disk.copy();
    hidden.flip(FIRST, RECORD_5 + 20, 1);

    assertLost(new EntryId(1, 1), new EntryId(1, 3));
    try (Wal wal = open(hidden)) {
      assertThat(wal.last()).isEqualTo(new EntryId(1, 1));
      assertThat(wal.lost()).isEqualTo(new EntryId(4, Long.MAX_VALUE));
      assertThat(wal.restored().hardState()).isEqualTo(VOTE);
    }
  }

  @Test
  void whereTermAndVoteAreUnknownNothingIsRepaired() {
    writeThree();
    FaultyDirectory header = disk.copy();
    header.flip(FIRST, RECORD_6 + 20, 1);
    FaultyDirectory body = disk.copy();
    body.flip(FIRST, RECORD_6 + 66, 1);

    assertThatThrownBy(() -> open(header))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(FIRST + " at offset " + RECORD_6)
        .hasMessageContaining("a fully written record is damaged");
    assertThatThrownBy(() -> open(body)).isInstanceOf(StorageException.class);
    assertThat(header.list()).doesNotContain(RepairFile.NAME);
  }

  @Test
  void aVoteLostBetweenIsMadeUpByALaterOne() {
    writeThree();
    try (Wal wal = WalFixture.open(disk)) {
      wal.append(vote(5, 1));
    }
    disk.flip(FIRST, RECORD_6 + 20, 1);

    try (Wal wal = open(disk)) {
      assertThat(wal.restored().hardState()).isEqualTo(new HardState(5, new NodeId(1)));
      assertThat(wal.last()).isEqualTo(new EntryId(1, 3));
      // The record that is lost may have held entries.
      assertThat(wal.lost()).isEqualTo(new EntryId(5, Long.MAX_VALUE));
    }
  }

  @Test
  void aDamagedSegmentHeaderCostsTheSegmentsEntries() {
    try (Wal wal = WalFixture.open(disk)) {
      wal.append(vote(1, 1));
      for (int i = 0; i < 9; i++) {
        wal.append(append(i == 0 ? EntryId.ZERO : new EntryId(1, i), 1, 1, 1000));
        wal.force();
      }
      wal.append(new Ready.Persist(1, VOTE, null));
    }
    disk.flip(SECOND, 20, 1);

    assertLost(new EntryId(1, 3), new EntryId(1, 9));
  }

  /**
   * A leader of term 4 has replaced two entries of term 3 by one of term 2 (as in paper figure 8),
   * and damage hit that one: the two must not come back, as if they were later than what was lost.
   */
  @Test
  void whatWasGivenUpBehindTheDamageDoesNotPassForWhatWasLost() {
    Wal wal = WalFixture.open(disk);
    wal.append(vote(1, 1));
    wal.append(append(EntryId.ZERO, 1, 1, 400));
    wal.append(vote(3, 1));
    wal.append(append(new EntryId(1, 1), 3, 2, 400));
    wal.append(new Ready.Persist(1, VOTE, null));
    wal.append(append(new EntryId(1, 1), 2, 1, 400));
    wal.force();
    byte[] bytes = disk.bytes(FIRST);
    int end = bytes.length;
    while (bytes[end - 1] == 0) {
      end--;
    }
    disk.flip(FIRST, end - 100, 1);

    EntryId atMost = new EntryId(2, 2 + 400 / 13);
    assertLost(new EntryId(1, 1), atMost);
  }

  @Test
  void theLogGoesOnBehindTheCutAndForgetsTheLossWhenItIsMadeUp() {
    writeThree();
    disk.flip(FIRST, RECORD_4 + 300, 1);
    try (Wal wal = open(disk)) {
      wal.append(append(new EntryId(1, 1), 1, 2, 400));
      wal.force();
      wal.regained();
      assertThat(wal.lost()).isNull();
    }

    try (Wal wal = open(disk)) {
      assertThat(wal.lost()).isNull();
      assertThat(WalFixture.entries(wal))
          .isEqualTo(WalFixture.slice(EntryId.ZERO, 1, 3, 400).entries());
      assertThat(wal.restored().hardState()).isEqualTo(VOTE);
    }
    assertThat(disk.list()).doesNotContain(RepairFile.NAME);
  }

  @Test
  void damageDuringARepairKeepsTheGreaterPromise() {
    writeThree();
    disk.flip(FIRST, RECORD_4 + 300, 1);
    open(disk).close();
    disk.flip(FIRST, RECORD_3 + 300, 1);

    // The first record may have held 31 entries, the second promise is the greater one.
    assertLost(EntryId.ZERO, new EntryId(1, 31));
  }

  @Test
  void withoutPeersTheDamageIsRefusedAndNothingIsChanged() {
    writeThree();
    disk.flip(FIRST, RECORD_4 + 300, 1);
    FaultyDirectory before = disk.copy();

    assertThatThrownBy(() -> open(disk, told -> false))
        .hasMessageContaining(RecoveryCase.DAMAGED_BEFORE_TAIL.text());
    assertThat(disk.fingerprint()).isEqualTo(before.fingerprint());
  }

  @Test
  void everyFlippedByteOfTheRepairFileIsRefusedByName() {
    writeThree();
    disk.flip(FIRST, RECORD_4 + 300, 1);
    open(disk).close();
    for (int at = 0; at < disk.bytes(RepairFile.NAME).length; at++) {
      FaultyDirectory damaged = disk.copy();
      damaged.flip(RepairFile.NAME, at, 0x10);

      assertThatThrownBy(() -> open(damaged))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("/simulated/repair at offset 0")
          .hasMessageContaining(RecoveryCase.REPAIR_FILE_DAMAGED.text());
    }
  }

  @Test
  void aLogThatNoSnapshotReachesIsDiscardedButItsPromiseKept() {
    writeThree();
    try (Wal wal = WalFixture.open(disk)) {
      wal.loseAll(EntryId.ZERO);
      wal.append(append(EntryId.ZERO, 1, 1, 10));
    }

    assertLost(new EntryId(1, 1), new EntryId(1, 3));
  }

  @ParameterizedTest
  @EnumSource(
      value = Loss.class,
      names = {"ALL", "NONE", "SECTORS"})
  void aCrashAtAnyMomentOfARepairLosesNeitherVoteNorPromise(Loss loss) {
    writeThree();
    try (Wal wal = WalFixture.open(disk)) {
      for (int i = 3; i < 12; i++) {
        wal.append(append(new EntryId(i == 3 ? 1 : 4, i), 4, 1, 1000));
        wal.force();
      }
    }
    disk.flip(FIRST, RECORD_4 + 300, 1);
    FaultyDirectory whole = disk.copy();
    open(whole).close();
    int cuts = 0;
    for (int cut = 0; cut < whole.changes() - disk.copy().changes(); cut++) {
      for (int seed = 0; seed < 4; seed++) {
        FaultyDirectory crashed = disk.copy();
        crashed.cutPowerAfter(crashed.changes() + cut);
        try {
          open(crashed).close();
        } catch (PowerCut expected) {
          cuts++;
        }
        crashed.crash(loss, seed);

        try (Wal wal = open(crashed)) {
          assertThat(wal.restored().hardState()).as("cut %s seed %s", cut, seed).isEqualTo(VOTE);
          assertThat(wal.last()).isEqualTo(new EntryId(1, 1));
          assertThat(wal.lost()).isEqualTo(new EntryId(4, 12));
        }
      }
    }
    assertThat(cuts).isGreaterThan(40);
  }
}
