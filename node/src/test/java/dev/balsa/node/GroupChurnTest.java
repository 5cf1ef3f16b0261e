package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.GroupException.Reason;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.disk.FaultyDirectory.Loss;
import dev.balsa.node.disk.FaultyDirectory.PowerCut;
import dev.balsa.node.net.PeerAddress;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.SnapshotRules;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups come and go on a node whose power is cut again and again, at any change of its disk. */
class GroupChurnTest {
  private static final int LIVES = 6;
  private static final int STEPS = 150;
  private static final long IDS = 12;

  private final FaultyDirectory disk = new FaultyDirectory();
  private final TreeMap<GroupId, Long> sums = new TreeMap<>(); // of the groups that were made
  private final TreeSet<GroupId> removed = new TreeSet<>();
  private GroupId asked = new GroupId(0); // what was under way when the power was cut
  private boolean wasCut;
  private int acknowledged; // requests, in all lives

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whatWasAcknowledgedOfEveryGroupOutlivesEveryPowerCut(long seed) throws Exception {
    Random random = new Random(seed);
    for (int life = 0; life < LIVES; life++) {
      disk.cutPowerAfter(Integer.MAX_VALUE);
      try (RaftHost host = start(seed)) {
        check(host);
        disk.cutPowerAfter(disk.changes() + 20 + random.nextInt(300));
        live(host, random);
      } catch (PowerCut e) {
        wasCut = true; // at the end of this life
      }
      disk.crash(Loss.values()[random.nextInt(Loss.values().length)], seed + life);
    }
    disk.cutPowerAfter(Integer.MAX_VALUE);
    try (RaftHost host = start(seed)) {
      check(host);
    }
    assertThat(acknowledged).isPositive();
  }

  /** Does random things until one does not succeed. */
  private void live(RaftHost host, Random random) throws Exception {
    wasCut = false;
    for (int i = 0; i < STEPS && !wasCut; i++) {
      asked = new GroupId(1 + random.nextLong(IDS));
      try {
        step(host, random);
        acknowledged += wasCut ? 0 : 1;
      } catch (GroupException e) {
        assertThat(e.reason()).isEqualTo(Reason.STOPPED);
        wasCut = true;
      } catch (PowerCut e) {
        wasCut = true; // before anything reached the node's own threads
      }
    }
  }

  private void step(RaftHost host, Random random) throws Exception {
    Long sum = sums.get(asked);
    if (removed.contains(asked)) {
      assertThatThrownBy(() -> host.create(asked, new Counter()))
          .isInstanceOfAny(GroupException.class, PowerCut.class);
    } else if (sum == null) {
      host.create(asked, new Counter());
      sums.put(asked, 0L);
    } else if (random.nextInt(10) == 0) {
      host.remove(asked);
      sums.remove(asked);
      removed.add(asked);
    } else {
      Bytes one = Bytes.utf8("0".repeat(random.nextInt(600)) + "1");
      if (counter(host, asked).submit(one).get()
          instanceof Outcome.Applied<Long>(var id, Long now)) {
        assertThat(now).isEqualTo(sum + 1);
        sums.put(asked, now);
      } else {
        wasCut = true;
      }
    }
  }

  /** What was under way may have happened or not; all else is as it was acknowledged. */
  private void check(RaftHost host) throws Exception {
    TreeSet<GroupId> found = new TreeSet<>(host.groups());
    if (found.contains(asked)) {
      sums.putIfAbsent(asked, 0L);
    } else if (sums.remove(asked) != null) {
      removed.add(asked);
    }
    assertThat(found).isEqualTo(sums.keySet());
    for (GroupId id : found) {
      host.open(id, new Counter());
    }
    for (GroupId id : found) {
      var read = counter(host, id).read(Consistency.LINEARIZABLE, Counter::sum).get();
      long value = ((ReadOutcome.Served<Long>) read).value();
      long before = sums.put(id, value);
      assertThat(value - before).isBetween(0L, id.equals(asked) ? 1L : 0L);
    }
    asked = new GroupId(0);
  }

  @SuppressWarnings("unchecked") // all groups here count
  private static RaftGroup<Long, Counter> counter(RaftHost host, GroupId id) {
    return (RaftGroup<Long, Counter>) host.group(id);
  }

  private RaftHost start(long seed) {
    NodeConfig config =
        NodeConfig.of(
            new NodeId(1), Map.of(new NodeId(1), PeerAddress.loopback(0)), Path.of("unused"));
    return RaftHost.start(
        config
            .withRaft(
                config
                    .raft()
                    .withSeed(seed)
                    .withSnapshots(new SnapshotRules(5, 1 << 20, 1 << 18, 1L << 30)))
            .withWal(new WalConfig(1 << 14, 4096))
            .withSnapshots(SnapshotTriggers.DEFAULT.withEntries(15)),
        disk,
        new HostListener() {});
  }
}
