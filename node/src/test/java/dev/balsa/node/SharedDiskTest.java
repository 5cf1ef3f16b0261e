package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.net.PeerAddress;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Refusal;
import dev.balsa.raft.SnapshotRules;
import dev.balsa.raft.StateMachine;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What groups of one node do to each other by the disk that they share. */
class SharedDiskTest {
  private static final GroupId SEVEN = new GroupId(7);
  private static final GroupId EIGHT = new GroupId(8);

  private final FaultyDirectory disk = new FaultyDirectory();
  private final Queue<String> kept = new ConcurrentLinkedQueue<>();
  private RaftHost host = start();

  @AfterEach
  void close() {
    host.close();
  }

  @Test
  void aGroupThatFellIdleWithALargeLogDoesNotKeepTheLogForABusyOne() throws Exception {
    host.create(SEVEN, new Counter());
    host.create(EIGHT, new Counter());
    for (int i = 0; i < 160; i++) {
      // The last of them, many bytes, are fewer than another snapshot is due for.
      counter(SEVEN).submit(Bytes.utf8("0".repeat(400) + "1")).get();
    }
    for (int i = 0; i < 3_000; i++) {
      add(EIGHT, 1);
    }

    // Snapshots are taken and segments go beside the writes, so some writes after they are due.
    for (int i = 0; segments() >= 8 && i < 20_000; i++) {
      add(EIGHT, 1);
    }
    List<String> files = disk.list();
    host.close();
    host = start();
    host.open(SEVEN, new Counter());

    assertThat(files.stream().filter(SharedDiskTest::isSegment)).hasSizeLessThan(8);
    assertThat(files).anyMatch(name -> name.matches("g0{15}7-.*[.]snapshot"));
    assertThat(add(SEVEN, 1)).isEqualTo(161);
  }

  @Test
  void aGroupThatNobodyOpensIsNamedOnceItKeepsTheLogForABusyOne() throws Exception {
    host.create(SEVEN, new Counter());
    host.create(EIGHT, new Counter());
    for (int i = 0; i < 60; i++) {
      counter(SEVEN).submit(Bytes.utf8("0".repeat(400) + "1")).get();
    }
    host.close();
    host = start();
    host.open(EIGHT, new Counter());

    for (int i = 0; kept.isEmpty() && i < 20_000; i++) {
      add(EIGHT, 1);
    }
    host.open(SEVEN, new Counter());
    for (int i = 0; segments() >= 8 && i < 20_000; i++) {
      add(EIGHT, 1);
    }

    assertThat(kept).containsExactly("7 NOT_OPEN");
    assertThat(segments()).isLessThan(8);
    assertThat(add(SEVEN, 1)).isEqualTo(61);
  }

  @Test
  void aGroupWithoutSnapshotsIsNamedOnceItKeepsTheLogForABusyOne() throws Exception {
    StateMachine<Integer> plain =
        commands -> commands.stream().map(it -> it.command().length()).toList();
    RaftGroup<Integer, StateMachine<Integer>> without = host.create(SEVEN, plain);
    host.create(EIGHT, new Counter());
    for (int i = 0; i < 60; i++) {
      without.submit(Bytes.utf8("0".repeat(400))).get();
    }

    for (int i = 0; kept.isEmpty() && i < 20_000; i++) {
      add(EIGHT, 1);
    }
    int seen = kept.size();
    for (int i = 0; i < 500; i++) {
      add(EIGHT, 1);
    }

    assertThat(seen).isEqualTo(1);
    assertThat(kept).containsExactly("7 NO_SNAPSHOTS");
  }

  @Test
  void allGroupsOfANodeWithoutSpaceRefuseCommandsAndTakeThemAgainOnceThereIsSome()
      throws Exception {
    host.create(SEVEN, new Counter());
    host.create(EIGHT, new Counter());
    add(SEVEN, 1);
    add(EIGHT, 1);

    disk.full(true);
    Bytes zero = Bytes.utf8("0".repeat(500));
    Outcome<Long> refused = counter(SEVEN).submit(zero).get();
    while (refused instanceof Outcome.Applied) {
      refused = counter(SEVEN).submit(zero).get();
    }
    Await.until(() -> !counter(EIGHT).status().why().isEmpty());
    Outcome<Long> other = counter(EIGHT).submit(zero).get();
    assertThatThrownBy(this::fillWithGroups)
        .isInstanceOf(GroupException.class)
        .hasMessageContaining("disk is full");
    host.remove(SEVEN);
    disk.full(false);
    Await.until(() -> counter(EIGHT).status().why().isEmpty());

    assertThat(refused).isEqualTo(new Outcome.Refused<Long>(Refusal.DISK_FULL));
    assertThat(other).isEqualTo(refused);
    assertThat(add(EIGHT, 2)).isEqualTo(3);
    assertThat(host.failure()).isNull();
  }

  private long segments() {
    return disk.list().stream().filter(SharedDiskTest::isSegment).count();
  }

  private static boolean isSegment(String name) {
    return name.endsWith(".wal");
  }

  private void fillWithGroups() {
    for (long id = 100; id < 1_000; id++) {
      host.create(new GroupId(id), new Counter());
    }
  }

  private long add(GroupId group, long number) throws Exception {
    var outcome = counter(group).submit(Bytes.utf8(Long.toString(number))).get();
    if (outcome instanceof Outcome.Applied<Long>(var id, Long sum)) {
      return sum;
    }
    throw new AssertionError(outcome);
  }

  @SuppressWarnings("unchecked") // all groups here count
  private RaftGroup<Long, Counter> counter(GroupId group) {
    return (RaftGroup<Long, Counter>) host.group(group);
  }

  private RaftHost start() {
    NodeConfig config =
        NodeConfig.of(
            new NodeId(1), Map.of(new NodeId(1), PeerAddress.loopback(0)), Path.of("unused"));
    return RaftHost.start(
        config
            .withRaft(
                config.raft().withSnapshots(new SnapshotRules(10, 1 << 20, 1 << 18, 1L << 30)))
            .withWal(new WalConfig(1 << 15, 4096))
            .withSnapshots(SnapshotTriggers.DEFAULT.withEntries(100)),
        disk,
        new HostListener() {
          @Override
          public void logKept(GroupId group, LogKept why) {
            kept.add(group + " " + why);
          }
        });
  }
}
