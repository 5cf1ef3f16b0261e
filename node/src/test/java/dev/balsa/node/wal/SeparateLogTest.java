package dev.balsa.node.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.StorageException;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.disk.FaultyDirectory.Loss;
import dev.balsa.node.disk.FaultyDirectory.PowerCut;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Restored;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A data directory and the directory of its log, on two disks. */
class SeparateLogTest {
  private static final ClusterId CLUSTER = new ClusterId(0xc1);
  private static final NodeId NODE = new NodeId(3);
  private static final GroupId GROUP = new GroupId(0);

  private final FaultyDirectory data = new FaultyDirectory();
  private final FaultyDirectory log = new FaultyDirectory();

  private static Wal open(FaultyDirectory data, FaultyDirectory log) {
    Directory both = SeparateLog.over(data, () -> log);
    return DataDirectory.open(both, CLUSTER, NODE, WalFixture.CONFIG)
        .openLog(GROUP, new SliceCodec(), Runnable::run, false);
  }

  private static void vote(FaultyDirectory data, FaultyDirectory log) {
    try (Wal wal = open(data, log)) {
      wal.append(WalFixture.vote(7, 1));
      wal.force();
    }
  }

  @Test
  void theLogIsInItsOwnDirectoryAndFoundThereAgain() {
    vote(data, log);

    assertThat(data.list()).containsExactly("identity");
    assertThat(log.list()).isNotEmpty().allMatch(name -> name.endsWith(".wal"));
    try (Wal wal = open(data, log)) {
      assertThat(wal.restored().hardState().term()).isEqualTo(7);
    }
  }

  @Test
  void anEmptyDirectoryIsNotTakenForTheLogOfADataDirectoryInUse() {
    vote(data, log);
    FaultyDirectory empty = new FaultyDirectory();

    assertThatThrownBy(() -> open(data, empty))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("belongs to node 3, whose log is not in --wal-dir");
    assertThat(empty.list()).isEmpty();
  }

  @Test
  void withoutItsDirectoryTheLogIsMissedByName() {
    vote(data, log);
    DataDirectory alone = DataDirectory.open(data, CLUSTER, NODE, WalFixture.CONFIG);

    assertThatThrownBy(() -> alone.openLog(GROUP, new SliceCodec(), false))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("the log is missing")
        .hasMessageContaining("name it by --wal-dir if it was kept apart");
  }

  /** Two directories of one node, too, as after the loss of a disk. */
  @Test
  void theLogOfAnotherIncarnationIsRefused() {
    vote(data, log);
    FaultyDirectory other = new FaultyDirectory();
    vote(new FaultyDirectory(), other);

    assertThatThrownBy(() -> open(data, other))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("holds the log of node 3 of cluster c1, incarnation ")
        .hasMessageEndingWith("fix --wal-dir or --data-dir");
  }

  @Test
  void aLogIsNotGivenToAnEmptyDataDirectory() {
    vote(data, log);
    FaultyDirectory empty = new FaultyDirectory();

    assertThatThrownBy(() -> open(empty, log))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("is nobody's; name the one that belongs to it");
    assertThat(empty.list()).isEmpty();
  }

  @Test
  void twoLogsAreRefusedUntilTheFilesAreMoved() {
    try (Wal inside =
        DataDirectory.open(data, CLUSTER, NODE, WalFixture.CONFIG)
            .openLog(GROUP, new SliceCodec(), Runnable::run, false)) {
      inside.append(WalFixture.vote(7, 1));
      inside.force();
    }

    assertThatThrownBy(() -> open(data, log))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(
            "holds a log itself, and --wal-dir says it is elsewhere; take --wal-dir out");

    for (String name : data.list().stream().filter(SegmentFile::isSegment).toList()) {
      log.put(name, data.bytes(name));
      data.lose(name);
    }
    try (Wal moved = open(data, log)) {
      assertThat(moved.restored().hardState().term()).isEqualTo(7);
    }
  }

  @ParameterizedTest
  @EnumSource(Loss.class)
  void aCrashAtAnyPointOfTheFirstStartLeavesDirectoriesThatStart(Loss loss) {
    open(data, log).close();
    for (int cut = 0; cut <= data.changes() + log.changes(); cut++) {
      for (int seed = 0; seed < 10; seed++) {
        FaultyDirectory crashedData = new FaultyDirectory();
        FaultyDirectory crashedLog = new FaultyDirectory();
        if (cut <= data.changes()) {
          crashedData.cutPowerAfter(cut);
        } else {
          crashedLog.cutPowerAfter(cut - data.changes() - 1);
        }
        try {
          open(crashedData, crashedLog).close();
        } catch (PowerCut expected) {
          assertThat(expected).hasNoCause();
        }
        crashedData.crash(loss, seed);
        crashedLog.crash(loss, seed + 1);

        try (Wal wal = open(crashedData, crashedLog)) {
          assertThat(wal.restored()).isEqualTo(Restored.NOTHING);
        }
      }
    }
  }
}
