package dev.balsa.node.wal;

import dev.balsa.node.Identity;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.wal.LogScan.Content;
import dev.balsa.node.wal.LogScan.Found;
import dev.balsa.node.wal.LogScan.Spot;
import dev.balsa.raft.GroupId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Damages chosen records of a log of many groups, and opens it as a node does. */
public final class DamagedGroups {
  private DamagedGroups() {}

  static SharedLog open(Directory disk) {
    return new SharedRepair(
            disk, WalFixture.IDENTITY, WalFixture.CONFIG, new SliceCodec(), Runnable::run)
        .open();
  }

  static Wal wal(SharedLog log, GroupId group) {
    return Objects.requireNonNull(log.groups().get(group), "a group");
  }

  static List<Spot> records(Directory disk, GroupId group, Class<? extends Content> kind) {
    return records(disk, WalFixture.IDENTITY, group, kind);
  }

  /** Where the records of a kind lie, in order; group 0 is that of records of all. */
  public static List<Spot> records(
      Directory disk, Identity owner, GroupId group, Class<? extends Content> kind) {
    List<Spot> spots = new ArrayList<>();
    LogScan.of(
        disk,
        owner,
        found -> {
          if (found instanceof Found.Valid record
              && record.group() == group.value()
              && kind.isInstance(record.content())) {
            spots.add(record.spot());
          }
        });
    return spots;
  }

  /** Changes a bit of the header: nobody knows any more whose record that was. */
  static void loseHeader(FaultyDirectory disk, Spot spot) {
    disk.flip(SegmentFile.name(spot.segment()), (int) spot.offset() + 20, 1);
  }

  /** Changes a bit of the first byte behind the header. */
  static void loseBody(FaultyDirectory disk, Spot spot) {
    disk.flip(SegmentFile.name(spot.segment()), (int) spot.offset() + RecordHeader.BYTES, 1);
  }
}
