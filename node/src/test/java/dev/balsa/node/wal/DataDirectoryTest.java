package dev.balsa.node.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.Identity;
import dev.balsa.node.StorageException;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.disk.FaultyDirectory.Loss;
import dev.balsa.node.disk.FaultyDirectory.PowerCut;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Restored;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DataDirectoryTest {
  private static final ClusterId CLUSTER = new ClusterId(0xc1);
  private static final NodeId NODE = new NodeId(3);

  private final FaultyDirectory disk = new FaultyDirectory();

  private static DataDirectory open(FaultyDirectory disk) {
    return DataDirectory.open(disk, CLUSTER, NODE, WalFixture.CONFIG);
  }

  @Test
  void keepsItsIncarnation() {
    Identity first = open(disk).identity();
    disk.crash(Loss.ALL, 1);

    assertThat(open(disk).identity()).isEqualTo(first);
    assertThat(open(new FaultyDirectory()).identity()).isNotEqualTo(first);
  }

  @Test
  void refusesAnotherNodesDirectory() {
    open(disk);

    assertThatThrownBy(
            () -> DataDirectory.open(disk, new ClusterId(0xc2), new NodeId(2), WalFixture.CONFIG))
        .isInstanceOf(StorageException.class)
        .hasMessage(
            "data directory /simulated/ holds node 3 of cluster c1, configuration says node 2 of cluster c2; fix --name / --initial-cluster-token or choose another --data-dir");
  }

  @Test
  void everyFlippedByteOfTheIdentityIsRefusedByName() {
    open(disk);
    for (int at = 0; at < 64; at++) {
      FaultyDirectory damaged = disk.copy();
      damaged.flip("identity", at, 0x10);

      assertThatThrownBy(() -> open(damaged))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("/simulated/identity is damaged: checksum");
    }
  }

  @Test
  void refusesAnIdentityOfTheWrongLength() {
    open(disk);
    disk.put("identity", Arrays.copyOf(disk.bytes("identity"), 40));

    assertThatThrownBy(() -> open(disk)).hasMessageContaining("it has 40 bytes, wanted 64");
  }

  @Test
  void refusesANewerFormat() {
    open(disk);
    byte[] bytes = disk.bytes("identity");
    bytes[11] = 9;
    ByteBuffer.wrap(bytes).putInt(60, SliceCodec.crc(bytes, 0, 60));
    disk.put("identity", bytes);

    assertThatThrownBy(() -> open(disk))
        .hasMessageContaining("has format 9, this version reads format 1; start the newer version");
  }

  /** A node whose log is gone must not vote as if it had never run (KIP-853). */
  @Test
  void anIdentityWithoutItsLogIsRefused() {
    DataDirectory data = open(disk);
    disk.lose(WalFixture.FIRST);

    assertThatThrownBy(() -> data.openLog(new GroupId(0), new SliceCodec(), false))
        .hasMessageContaining("the log is missing");
  }

  @Test
  void aLogWithoutItsIdentityIsRefused() {
    DataDirectory data = open(disk);
    try (Wal wal = data.openLog(new GroupId(0), new SliceCodec(), false)) {
      wal.append(WalFixture.vote(1, 1));
      wal.force();
    }
    disk.lose("identity");

    assertThatThrownBy(() -> open(disk))
        .hasMessageContaining("holds the log " + WalFixture.FIRST + " but no file identity");
  }

  @ParameterizedTest
  @EnumSource(Loss.class)
  void aCrashAtAnyPointOfTheFirstStartLeavesADirectoryThatStarts(Loss loss) {
    FaultyDirectory whole = new FaultyDirectory();
    open(whole);
    for (int cut = 0; cut <= whole.changes(); cut++) {
      for (int seed = 0; seed < 10; seed++) {
        FaultyDirectory crashed = new FaultyDirectory();
        crashed.cutPowerAfter(cut);
        try {
          open(crashed);
        } catch (PowerCut expected) {
          assertThat(expected).hasNoCause();
        }
        crashed.crash(loss, seed);

        try (Wal wal = open(crashed).openLog(new GroupId(0), new SliceCodec(), false)) {
          assertThat(wal.restored()).isEqualTo(Restored.NOTHING);
        }
      }
    }
  }

  @Test
  void bytesOfFormatOneNeverChange() {
    IdentityFile.write(disk, WalFixture.IDENTITY);

    assertThat(HexFormat.of().formatHex(disk.bytes("identity"))).isEqualTo(Golden.IDENTITY);
  }
}
