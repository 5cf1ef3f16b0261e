package dev.balsa.node.wal;

import static dev.balsa.node.wal.DamagedGroups.loseBody;
import static dev.balsa.node.wal.DamagedGroups.loseHeader;
import static dev.balsa.node.wal.DamagedGroups.open;
import static dev.balsa.node.wal.DamagedGroups.records;
import static dev.balsa.node.wal.DamagedGroups.wal;
import static dev.balsa.node.wal.WalFixture.append;
import static dev.balsa.node.wal.WalFixture.formatted;
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
import org.junit.jupiter.api.Test;

/** One test for each row of {@link SharedSurvey}'s table, and for what makes up for a loss. */
class SharedRepairTest {
  private static final GroupId ONE = new GroupId(1);
  private static final GroupId TWO = new GroupId(2);
  private static final GroupId GONE = new GroupId(3);
  private static final EntryId LAST = new EntryId(1, 4);

  private final FaultyDirectory disk = formatted();

  /** Two groups with four entries each, a record an entry; a third was removed. */
  private SharedLog write() {
    SharedLog log = GroupsScript.open(disk);
    Wal one = log.found(ONE, Bytes.utf8("first"));
    Wal two = log.found(TWO, Bytes.utf8("second"));
    one.append(vote(1, 1));
    two.append(vote(1, 2));
    log.found(GONE, Bytes.EMPTY);
    log.retire(GONE);
    for (int i = 0; i < 4; i++) {
      EntryId prev = i == 0 ? EntryId.ZERO : new EntryId(1, i);
      one.append(append(prev, 1, 1, 100));
      two.append(append(prev, 1, 1, 100));
      log.force();
    }
    return log;
  }

  private Spot entries(GroupId group, int nth) {
    return records(disk, group, Content.Entries.class).get(nth);
  }

  /** Twice, since another start must find the same. */
  private void assertLost(GroupId group, EntryId last, EntryId lost) {
    for (int start = 0; start < 2; start++) {
      try (SharedLog log = open(disk)) {
        assertThat(wal(log, group).last()).isEqualTo(last);
        assertThat(wal(log, group).lost()).isEqualTo(lost);
        assertThat(wal(log, group).restored().lost()).isEqualTo(lost);
        assertThat(wal(log, group).isVoteLost()).isFalse();
        assertThat(wal(log, group).restored().hardState().term()).isEqualTo(1);
      }
    }
  }

  private void assertWhole(GroupId group, EntryId last) {
    try (SharedLog log = open(disk)) {
      Wal wal = wal(log, group);
      assertThat(wal.lost()).isNull();
      assertThat(wal.isVoteLost()).isFalse();
      assertThat(wal.charter()).isEqualTo(Bytes.utf8(group.equals(ONE) ? "first" : "second"));
      assertThat(wal.restored().hardState()).isEqualTo(vote(1, group.value()).hardState());
      assertThat(wal.last()).isEqualTo(last);
      assertThat(WalFixture.entries(wal))
          .isEqualTo(WalFixture.slice(EntryId.ZERO, 1, (int) last.index(), 100).entries());
    }
  }

  @Test
  void aLostBodyHitsItsGroupOnly() {
    write(); // and no more: the node is killed
    Spot damaged = entries(ONE, 1);
    loseBody(disk, damaged);

    try (SharedLog log = open(disk)) {
      assertThat(log.recovery())
          .isEqualTo(
              new RecoveryReport(RecoveryCase.WRITTEN_ANEW, damaged.file(), damaged.offset()));
      assertThat(log.groups()).containsOnlyKeys(ONE, TWO);
      assertThat(log.isRetired(GONE)).isTrue();
    }
    assertLost(ONE, new EntryId(1, 1), LAST);
    assertWhole(TWO, LAST);
  }

  @Test
  void aLostBodyAtTheEndMayHaveHeldAsManyEntriesAsFit() {
    write();
    loseBody(disk, entries(ONE, 3));

    assertLost(ONE, new EntryId(1, 3), new EntryId(1, 3 + (24 + 13 + 100 - 24) / 13));
    assertWhole(TWO, LAST);
  }

  @Test
  void aLostHeaderHitsItsGroupOnlyOnceTheLogSaysHowAllStand() {
    write().close();
    loseHeader(disk, entries(ONE, 1));

    assertLost(ONE, new EntryId(1, 1), LAST);
    assertWhole(TWO, LAST);
  }

  @Test
  void aLogThatDoesNotSayWhichGroupsThereAreIsRefusedAndLeftAsItIs() {
    write();
    Spot damaged = entries(ONE, 1);
    loseHeader(disk, damaged);
    FaultyDirectory before = disk.copy();

    assertThatThrownBy(() -> open(disk))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(damaged.file() + " at offset " + damaged.offset())
        .hasMessageContaining(RecoveryCase.DAMAGED_BEFORE_TAIL.text())
        .hasMessageContaining("start this node with an empty data directory");
    assertThat(disk.fingerprint()).isEqualTo(before.fingerprint());
  }

  @Test
  void entriesThatLaterOnesReplaceAreNotMissed() {
    SharedLog log = write();
    wal(log, ONE).append(append(new EntryId(1, 1), 1, 3, 100));
    log.force();
    loseBody(disk, entries(ONE, 2));

    assertWhole(ONE, LAST);
    assertThat(disk.list()).doesNotContain(Losses.NAME).noneMatch(it -> it.endsWith("damaged"));
  }

  /** As {@code RepairTest} has it for one group: a leader of term 4 had replaced what remains. */
  @Test
  void whatWasGivenUpBehindTheDamageDoesNotPassForWhatWasLost() {
    SharedLog log = write();
    Wal one = wal(log, ONE);
    one.append(vote(3, 1));
    one.append(append(new EntryId(1, 1), 3, 2, 100));
    one.append(vote(4, 2));
    one.append(append(new EntryId(1, 1), 2, 1, 100));
    log.force();
    loseBody(disk, entries(ONE, 5));

    try (SharedLog found = open(disk)) {
      assertThat(wal(found, ONE).last()).isEqualTo(new EntryId(1, 1));
      assertThat(wal(found, ONE).lost())
          .isEqualTo(new EntryId(2, 2 + (24 + 13 + 100 - 24) / 13 - 1));
      assertThat(wal(found, ONE).hardState()).isEqualTo(vote(4, 2).hardState());
    }
    assertWhole(TWO, LAST);
  }

  @Test
  void entriesThatASnapshotStandsForAreNotMissed() {
    try (SharedLog log = write()) {
      wal(log, ONE).release(LAST);
      wal(log, TWO).restart(new EntryId(1, 9));
    }
    loseBody(disk, entries(ONE, 1));
    loseBody(disk, entries(TWO, 1));

    try (SharedLog log = open(disk)) {
      assertThat(wal(log, ONE).lost()).isNull();
      assertThat(wal(log, ONE).base()).isEqualTo(LAST);
      assertThat(wal(log, TWO).lost()).isNull();
      assertThat(wal(log, TWO).last()).isEqualTo(new EntryId(1, 9));
    }
  }

  @Test
  void aGroupWhoseTermAndVoteAreLostIsTheOnlyOneThatMustNotVote() {
    write();
    loseBody(disk, records(disk, ONE, Content.Term.class).getFirst());

    for (int start = 0; start < 2; start++) {
      try (SharedLog log = open(disk)) {
        assertThat(wal(log, ONE).isVoteLost()).isTrue();
      }
    }
    assertWhole(TWO, LAST);
  }

  @Test
  void aLaterRecordTellsTermAndVote() {
    write().close();
    loseBody(disk, records(disk, ONE, Content.Term.class).getFirst());
    loseHeader(disk, records(disk, TWO, Content.Term.class).getFirst());

    assertWhole(ONE, LAST);
    assertWhole(TWO, LAST);
  }

  @Test
  void groupsAreNeitherForgottenNorBroughtBackByTheLossOfTheirBeginningOrEnd() {
    write().close();
    loseHeader(disk, records(disk, TWO, Content.Founded.class).getFirst());
    loseHeader(disk, records(disk, GONE, Content.Retired.class).getFirst());

    try (SharedLog log = open(disk)) {
      assertThat(log.groups()).containsOnlyKeys(ONE, TWO);
      assertThat(log.isRetired(GONE)).isTrue();
    }
    assertWhole(ONE, LAST);
    assertWhole(TWO, LAST);
  }

  @Test
  void whoseCharterIsLostWithTheirEndUnknownMustNotVote() {
    write();
    loseBody(disk, records(disk, TWO, Content.Founded.class).getFirst());

    try (SharedLog log = open(disk)) {
      assertThat(wal(log, TWO).isVoteLost()).isTrue();
    }
    assertWhole(ONE, LAST);
  }

  @Test
  void theFirstBlockAndTheFirstRecordOfASegmentCostNobodyAnything() {
    SharedLog log = write();
    for (int i = 4; i < 60; i++) {
      wal(log, ONE).append(append(new EntryId(1, i), 1, 1, 100));
    }
    log.force();
    assertThat(records(disk, Wal.NONE, Content.Groups.class)).hasSizeGreaterThan(1);
    disk.flip(WalFixture.FIRST, 20, 1);
    loseHeader(disk, records(disk, Wal.NONE, Content.Groups.class).getLast());

    assertWhole(ONE, new EntryId(1, 60));
    assertWhole(TWO, LAST);
  }

  @Test
  void zerosAtTheEndOfASegmentThatIsNotTheLastAreDamageToo() {
    SharedLog log = write();
    int count = 4;
    while (!disk.list().contains(WalFixture.THIRD)) {
      wal(log, ONE).append(append(new EntryId(1, count++), 1, 1, 100));
    }
    log.force();
    Spot last =
        records(disk, ONE, Content.Entries.class).stream()
            .filter(spot -> spot.segment() == 1)
            .reduce((first, second) -> second)
            .orElseThrow();
    byte[] bytes = disk.bytes(WalFixture.FIRST);
    Arrays.fill(bytes, (int) last.offset(), bytes.length, (byte) 0);
    disk.put(WalFixture.FIRST, bytes);

    try (SharedLog found = open(disk)) {
      assertThat(wal(found, ONE).lost()).isEqualTo(new EntryId(1, count));
      assertThat(wal(found, ONE).last().index()).isBetween(5L, count - 1L);
    }
    assertWhole(TWO, LAST);
  }

  @Test
  void theDamagedSegmentsStayUntilEveryGroupHasItsEntriesBack() {
    write();
    loseBody(disk, entries(ONE, 1));
    loseBody(disk, entries(TWO, 2));
    byte[] damaged = disk.bytes(WalFixture.FIRST);

    try (SharedLog log = open(disk)) {
      wal(log, ONE).append(append(new EntryId(1, 1), 1, 3, 100));
      log.force();
      wal(log, ONE).regained();
      assertThat(disk.bytes(WalFixture.FIRST + ".damaged")).isEqualTo(damaged);
    }
    assertWhole(ONE, LAST);
    assertLost(TWO, new EntryId(1, 2), LAST);
    try (SharedLog log = open(disk)) {
      wal(log, TWO).append(append(new EntryId(1, 2), 1, 2, 100));
      log.force();
      wal(log, TWO).regained();
    }

    assertThat(disk.list()).doesNotContain(Losses.NAME).noneMatch(it -> it.endsWith("damaged"));
    assertWhole(ONE, LAST);
    assertWhole(TWO, LAST);
  }

  @Test
  void whatARemovedGroupHadLostIsNotWaitedFor() {
    write();
    loseBody(disk, entries(ONE, 1));

    try (SharedLog log = open(disk)) {
      log.retire(ONE);
      log.force();
      assertThat(disk.list()).doesNotContain(Losses.NAME).noneMatch(it -> it.endsWith("damaged"));
    }
    assertWhole(TWO, LAST);
  }

  @Test
  void damageDuringARepairKeepsTheGreaterPromise() {
    write();
    loseBody(disk, entries(ONE, 1));
    open(disk).close();
    loseBody(disk, entries(ONE, 0));

    assertLost(ONE, EntryId.ZERO, LAST);
    assertWhole(TWO, LAST);
  }

  @Test
  void aLogThatNoSnapshotReachesIsDiscardedButItsPromiseKept() {
    try (SharedLog log = write()) {
      wal(log, ONE).loseAll(EntryId.ZERO);
    }

    assertLost(ONE, EntryId.ZERO, LAST);
    assertWhole(TWO, LAST);
  }

  @Test
  void everyFlippedByteOfTheFileOfPromisesIsRefusedByName() {
    write();
    loseBody(disk, entries(ONE, 1));
    open(disk).close();
    int length = disk.bytes(Losses.NAME).length;
    for (int at = 0; at < length; at++) {
      FaultyDirectory damaged = disk.copy();
      damaged.flip(Losses.NAME, at, 0x10);

      assertThatThrownBy(() -> open(damaged))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("/simulated/repair.groups at offset 0")
          .hasMessageContaining(RecoveryCase.REPAIR_FILE_DAMAGED.text());
    }
    assertThat(length).isEqualTo(24 + 32 + 4);
  }

  @Test
  void withoutSpaceForAnotherLogNothingChanges() {
    write();
    loseBody(disk, entries(ONE, 1));
    FaultyDirectory before = disk.copy();
    disk.full(true);

    assertThatThrownBy(() -> open(disk))
        .isInstanceOfSatisfying(StorageException.class, it -> assertThat(it.isNoSpace()).isTrue());
    assertThat(disk.fingerprint()).isEqualTo(before.fingerprint());
    disk.full(false);
    assertLost(ONE, new EntryId(1, 1), LAST);
  }
}
