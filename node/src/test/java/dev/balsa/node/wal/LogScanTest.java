package dev.balsa.node.wal;

import static dev.balsa.node.wal.WalFixture.append;
import static dev.balsa.node.wal.WalFixture.formatted;
import static dev.balsa.node.wal.WalFixture.vote;
import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.wal.LogScan.Content;
import dev.balsa.node.wal.LogScan.Found;
import dev.balsa.node.wal.LogScan.Standing;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every record of a log of many groups is read as what it is, with the group it belongs to. */
class LogScanTest {
  private static final GroupId ONE = new GroupId(1);
  private static final GroupId TWO = new GroupId(2);

  private final FaultyDirectory disk = formatted();
  private final List<Found.Valid> records = new ArrayList<>();
  private final List<Found.Damaged> damage = new ArrayList<>();

  private void scan() {
    LogScan.of(
        disk,
        WalFixture.IDENTITY,
        found -> {
          switch (found) {
            case Found.Valid record -> records.add(record);
            case Found.Damaged damaged -> damage.add(damaged);
            case Found.Free free -> {}
          }
        });
  }

  private List<Content> of(GroupId group) {
    return records.stream()
        .filter(record -> record.group() == group.value())
        .map(Found.Valid::content)
        .toList();
  }

  @Test
  void beginEndTermEntriesAndStandingAreTold() {
    SharedLog log = GroupsScript.open(disk);
    Wal one = log.found(ONE, Bytes.utf8("charter"));
    one.append(vote(3, 2));
    one.append(append(EntryId.ZERO, 3, 2, 10));
    log.found(TWO, Bytes.EMPTY);
    log.retire(TWO);
    log.close();

    scan();

    assertThat(records.getFirst().content()).isEqualTo(new Content.Groups(List.of(), List.of()));
    assertThat(of(ONE))
        .containsExactly(
            new Content.Founded(Bytes.utf8("charter")),
            new Content.Term(new HardState(3, new NodeId(2))),
            new Content.Entries(WalFixture.slice(EntryId.ZERO, 3, 2, 10)));
    assertThat(of(TWO)).containsExactly(new Content.Founded(Bytes.EMPTY), new Content.Retired());
    assertThat(records.getLast().content()).isEqualTo(new Content.Mark());
    assertThat(records.getLast().group()).isZero();
    assertThat(damage).isEmpty();
    assertThat(LogScan.isOfMany(disk, WalFixture.IDENTITY)).isTrue();
  }

  @Test
  void laterSegmentsBeginWithHowAllStandAndHoldTheCopiesOfIdleGroups() {
    SharedLog log = GroupsScript.open(disk);
    Wal idle = log.found(ONE, Bytes.EMPTY);
    idle.append(vote(1, 1));
    idle.append(append(EntryId.ZERO, 1, 3, 40));
    log.found(new GroupId(9), Bytes.EMPTY);
    log.retire(new GroupId(9));
    Wal busy = log.found(TWO, Bytes.EMPTY);
    busy.append(vote(1, 1));
    for (int i = 0; i < 100; i++) {
      busy.append(append(i == 0 ? EntryId.ZERO : new EntryId(1, i), 1, 1, 500));
      log.force();
      busy.release(busy.last());
    }
    HardState hardState = idle.restored().hardState();
    log.close();

    scan();

    assertThat(of(ONE))
        .contains(new Content.Copied(WalFixture.slice(EntryId.ZERO, 1, 3, 40)))
        .noneMatch(content -> content instanceof Content.Founded);
    assertThat(records.getFirst().content())
        .isInstanceOfSatisfying(
            Content.Groups.class,
            groups -> {
              assertThat(groups.retired()).containsExactly(new GroupId(9));
              assertThat(groups.standings())
                  .contains(new Standing(ONE, hardState, EntryId.ZERO, new EntryId(1, 3)));
            });
    assertThat(damage).isEmpty();
  }

  @Test
  void theLogOfOneGroupIsNotTakenForOneOfMany() {
    Wal wal = WalFixture.open(disk);
    wal.append(vote(1, 1));
    wal.force();

    assertThat(LogScan.isOfMany(disk, WalFixture.IDENTITY)).isFalse();
  }
}
