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
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SharedLogTest {
  private static final GroupId ONE = new GroupId(1);
  private static final GroupId TWO = new GroupId(2);
  private static final int SEEDS = 150;

  private final FaultyDirectory disk = formatted();

  @Test
  void oneForceMakesDurableWhatAllGroupsWrote() {
    SharedLog log = GroupsScript.open(disk);
    Wal one = log.found(ONE, Bytes.utf8("first"));
    Wal two = log.found(TWO, Bytes.utf8("second"));
    one.append(vote(1, 1));
    one.append(append(EntryId.ZERO, 1, 3, 100));
    two.append(vote(7, 2));
    two.append(append(EntryId.ZERO, 7, 2, 50));

    log.force();

    assertThat(log.forces()).isEqualTo(1);
    disk.crash(Loss.ALL, 1);
    SharedLog again = GroupsScript.open(disk);
    assertThat(again.groups()).containsOnlyKeys(ONE, TWO);
    Wal found = again.groups().get(TWO);
    assertThat(found.charter()).isEqualTo(Bytes.utf8("second"));
    assertThat(found.restored().hardState()).isEqualTo(vote(7, 2).hardState());
    assertThat(WalFixture.entries(found))
        .isEqualTo(append(EntryId.ZERO, 7, 2, 50).append().entries());
    assertThat(again.groups().get(ONE).last()).isEqualTo(new EntryId(1, 3));
  }

  @Test
  void aRetiredGroupIsGoneForEver() {
    SharedLog log = GroupsScript.open(disk);
    log.found(ONE, Bytes.EMPTY).append(vote(1, 1));
    log.retire(ONE);
    log.force();
    disk.crash(Loss.ALL, 1);

    SharedLog again = GroupsScript.open(disk);

    assertThat(again.groups()).isEmpty();
    assertThat(again.isRetired(ONE)).isTrue();
    assertThatThrownBy(() -> again.found(ONE, Bytes.EMPTY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("group 1");
  }

  @Test
  void idleGroupsKeepNoOldSegments() {
    SharedLog log = GroupsScript.open(disk);
    Wal idle = log.found(ONE, Bytes.EMPTY);
    idle.append(vote(1, 1));
    idle.append(append(EntryId.ZERO, 1, 3, 40));
    idle.append(append(new EntryId(1, 2), 1, 2, 40));
    Wal busy = log.found(TWO, Bytes.EMPTY);
    busy.append(vote(1, 1));
    for (int i = 0; i < 200; i++) {
      busy.append(append(i == 0 ? EntryId.ZERO : new EntryId(1, i), 1, 1, 500));
      log.force();
      busy.release(busy.last());
    }

    assertThat(disk.list().stream().filter(SegmentFile::isSegment)).hasSizeLessThan(6);
    disk.crash(Loss.ALL, 1);
    Wal found = GroupsScript.open(disk).groups().get(ONE);
    assertThat(found.last()).isEqualTo(new EntryId(1, 4));
    assertThat(WalFixture.entries(found)).hasSize(4);
    assertThat(found.base()).isEqualTo(EntryId.ZERO);
  }

  @Test
  void aGroupTooLargeToBeCopiedIsAskedToLetGoOfItsLog() {
    SharedLog log = GroupsScript.open(disk);
    Wal large = log.found(ONE, Bytes.EMPTY);
    large.append(vote(1, 1));
    large.append(append(EntryId.ZERO, 1, 6, 500));
    Wal busy = log.found(TWO, Bytes.EMPTY);
    busy.append(vote(1, 1));

    Set<GroupId> asked = new TreeSet<>();
    for (int i = 0; i < 200; i++) {
      busy.append(append(i == 0 ? EntryId.ZERO : new EntryId(1, i), 1, 1, 500));
      log.force();
      busy.release(busy.last());
      for (GroupId group : log.takePressed()) {
        asked.add(group);
        log.groups().get(group).release(log.groups().get(group).last());
      }
    }

    assertThat(asked).containsExactly(ONE);
    assertThat(segmentCount()).isLessThan(7);
  }

  @Test
  void aLogInWhichLittleIsSuperfluousIsLeftAsItIs() {
    SharedLog log = GroupsScript.open(disk);
    for (long id = 1; id <= 10; id++) {
      Wal group = log.found(new GroupId(id), Bytes.EMPTY);
      group.append(vote(1, 1));
      group.append(append(EntryId.ZERO, 1, 6, 500));
    }
    log.force();

    assertThat(segmentCount()).isGreaterThan(6);
    assertThat(log.takePressed()).isEmpty();
    assertThat(log.groups().get(ONE).oldestSegment()).isEqualTo(1);
  }

  @Test
  void theSegmentsOfARemovedGroupGoWithIt() {
    SharedLog log = GroupsScript.open(disk);
    Wal gone = log.found(ONE, Bytes.EMPTY);
    gone.append(vote(1, 1));
    for (int i = 0; i < 60; i++) {
      gone.append(append(i == 0 ? EntryId.ZERO : new EntryId(1, i), 1, 1, 500));
    }
    Wal stays = log.found(TWO, Bytes.EMPTY);
    stays.append(vote(2, 1));
    log.force();
    assertThat(disk.list()).contains(WalFixture.FIRST);

    log.retire(ONE);
    log.force();

    assertThat(disk.list()).doesNotContain(WalFixture.FIRST, WalFixture.SECOND);
    disk.crash(Loss.ALL, 1);
    SharedLog again = GroupsScript.open(disk);
    assertThat(again.groups()).containsOnlyKeys(TWO);
    assertThat(again.isRetired(ONE)).isTrue();
    assertThat(again.groups().get(TWO).restored().hardState()).isEqualTo(vote(2, 1).hardState());
  }

  /** A record that says so need not be durable yet, and the segment must not go before it is. */
  @Test
  void whatAGroupNoLongerNeedsGoesOnlyOnceTheDiskKnows() {
    SharedLog log = GroupsScript.open(disk);
    Wal restarting = log.found(ONE, Bytes.EMPTY);
    restarting.append(vote(1, 1));
    restarting.append(append(EntryId.ZERO, 1, 3, 40));
    Wal busy = log.found(TWO, Bytes.EMPTY);
    busy.append(vote(1, 1));
    for (int i = 0; i < 20; i++) {
      busy.append(append(i == 0 ? EntryId.ZERO : new EntryId(1, i), 1, 1, 500));
    }
    log.force();

    restarting.restart(new EntryId(1, 9));
    busy.release(busy.last());
    disk.crash(Loss.ALL, 1);

    assertThat(disk.list()).doesNotContain(WalFixture.FIRST);
    Wal found = GroupsScript.open(disk).groups().get(ONE);
    assertThat(found.last()).isEqualTo(new EntryId(1, 9));
  }

  @Test
  void onAFullDiskGroupsAreRefusedBeforeTheLogHasNoPlaceForTermsAndVotes() {
    SharedLog log = GroupsScript.open(disk);
    Bytes charter = Bytes.utf8("charter");
    Wal one = log.found(ONE, charter);
    disk.full(true);

    long id = 2;
    while (log.hasRoom(charter)) {
      log.found(new GroupId(id++), charter);
    }
    one.append(vote(1, 1));
    log.retire(TWO);
    log.force();

    assertThat(id).isGreaterThan(20);
    disk.crash(Loss.ALL, 1);
    disk.full(false);
    SharedLog again = GroupsScript.open(disk);
    assertThat(again.groups()).hasSize((int) id - 2).doesNotContainKey(TWO);
    assertThat(again.groups().get(ONE).restored().hardState()).isEqualTo(vote(1, 1).hardState());
  }

  private long segmentCount() {
    return disk.list().stream().filter(SegmentFile::isSegment).count();
  }

  @ParameterizedTest
  @EnumSource(Loss.class)
  void everyCrashLeavesWhatWasForcedOfEveryGroup(Loss loss) {
    int segmentsMax = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      FaultyDirectory tried = formatted();
      GroupsScript script = new GroupsScript(tried, seed);
      tried.cutPowerAfter(tried.changes() + new Random(seed).nextInt(400));
      try {
        script.run(600);
      } catch (PowerCut expected) {
        assertThat(script.possible()).isNotEmpty();
      }
      tried.crash(loss, seed);

      SharedLog found = GroupsScript.open(tried);

      assertThat(script.possible())
          .as("seed %s", seed)
          .anyMatch(state -> GroupsScript.agree(found, state));
      segmentsMax = Math.max(segmentsMax, script.segmentsMax());
    }
    assertThat(segmentsMax).isBetween(4, 20);
  }

  /** Also when every start is cut off by another crash. */
  @Test
  void aLongLifeIsFoundAgainWhole() {
    for (int seed = 0; seed < 20; seed++) {
      FaultyDirectory tried = formatted();
      GroupsScript script = new GroupsScript(tried, seed);
      script.run(1500);
      for (int cut = 0; cut < 6; cut++) {
        tried.cutPowerAfter(tried.changes() + cut);
        try {
          GroupsScript.open(tried);
        } catch (PowerCut expected) {
          assertThat(expected).hasNoCause();
        }
        tried.crash(Loss.PREFIX, seed);
      }

      SharedLog found = GroupsScript.open(tried);

      assertThat(GroupsScript.agree(found, script.last())).as("seed %s", seed).isTrue();
    }
  }

  @Test
  void aLogOfOneGroupIsNotOneOfManyNorTheReverse() {
    try (Wal wal = WalFixture.open(disk)) {
      wal.append(vote(1, 1));
    }
    assertThatThrownBy(() -> GroupsScript.open(disk))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("the log of one group found, of many wanted; open it by RaftNode");

    FaultyDirectory many = formatted();
    try (SharedLog log = GroupsScript.open(many)) {
      log.found(ONE, Bytes.EMPTY);
    }
    assertThatThrownBy(() -> WalFixture.open(many))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("a log of many groups found, of group 0 wanted");
  }

  @Test
  void damageInALogOfManyGroupsIsRefusedByName() {
    try (SharedLog log = GroupsScript.open(disk)) {
      Wal one = log.found(ONE, Bytes.EMPTY);
      one.append(vote(1, 1));
      log.force();
      one.append(append(EntryId.ZERO, 1, 1, 100));
    }
    disk.flip(WalFixture.FIRST, SegmentFile.BLOCK_BYTES + 64, 4);

    assertThatThrownBy(() -> GroupsScript.open(disk))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(RecoveryCase.DAMAGED_BEFORE_TAIL.text());
  }
}
