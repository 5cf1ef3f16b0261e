package dev.balsa.node.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.node.StorageException;
import dev.balsa.node.disk.CrashStates;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.disk.FaultyDirectory.PowerCut;
import dev.balsa.node.wal.GroupsScript.Model;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.HardState;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random lives of a log of many groups that end with damage somewhere in it. */
class SharedDamageTest {
  private static final int LIVES = 400;
  private static final int CRASHED_LIVES = Integer.getInteger("balsa.crashedRepairs", 12);

  /** What is known of a group. */
  private record Known(
      Bytes charter,
      HardState hardState,
      EntryId base,
      EntryId last,
      List<Entry> entries,
      @Nullable EntryId lost,
      boolean voteLost) {
    static Known of(Wal wal) {
      long first = wal.base().index() + 1;
      List<Entry> entries =
          wal.last().index() < first
              ? List.of()
              : wal.read(first, wal.last().index(), Long.MAX_VALUE);
      return new Known(
          wal.charter(),
          wal.hardState(),
          wal.base(),
          wal.last(),
          entries,
          wal.lost(),
          wal.isVoteLost());
    }
  }

  private int whole;
  private int lost;
  private int voteLost;

  @Test
  void noGroupLosesMoreThanItKnowsAndNoneOfThoseThatAreNotHit() {
    int refused = 0;
    for (int seed = 0; seed < LIVES; seed++) {
      FaultyDirectory disk = WalFixture.formatted();
      GroupsScript script = new GroupsScript(disk, seed);
      script.run(100 + 3 * seed);
      damage(disk, new Random(~seed), 1 + seed % 3);
      try (SharedLog log = DamagedGroups.open(disk)) {
        judge(log, script.last(), "seed " + seed);
      } catch (StorageException named) {
        assertThat(named).hasMessageContaining("/simulated/0");
        refused++;
      }
    }

    System.out.printf(
        "figures: damaged shared logs: %d lives, %d refused; of the groups in the others %d lost"
            + " nothing, %d entries, %d term and vote%n",
        LIVES, refused, whole, lost, voteLost);
    assertThat(refused).isLessThan(LIVES / 10);
    assertThat(lost).isGreaterThan(LIVES / 2);
    assertThat(whole).isGreaterThan(3 * lost);
    assertThat(voteLost).isLessThan(lost);
  }

  /** Bits, bytes and sectors that were written. */
  private static void damage(FaultyDirectory disk, Random random, int count) {
    List<String> used =
        disk.list().stream().filter(it -> SegmentFile.isSegment(it) && written(disk, it)).toList();
    for (int i = 0; i < count; i++) {
      String name = used.get(random.nextInt(used.size()));
      byte[] bytes = disk.bytes(name);
      int end = bytes.length;
      while (bytes[end - 1] == 0) {
        end--;
      }
      int at = SegmentFile.BLOCK_BYTES + random.nextInt(end - SegmentFile.BLOCK_BYTES);
      if (random.nextInt(4) == 0) {
        int from = at / 512 * 512;
        random.nextBytes(bytes);
        disk.overwrite(name, from, Arrays.copyOfRange(bytes, from, from + 512));
      } else {
        disk.flip(name, random.nextInt(8) == 0 ? random.nextInt(4096) : at, 1 << random.nextInt(8));
      }
    }
  }

  private static boolean written(FaultyDirectory disk, String name) {
    byte[] bytes = disk.bytes(name);
    return bytes[SegmentFile.BLOCK_BYTES + 4] != 0;
  }

  private void judge(SharedLog log, SortedMap<GroupId, Model> model, String what) {
    assertThat(log.groups().keySet()).as(what).isEqualTo(model.keySet());
    for (var group : model.entrySet()) {
      Wal wal = DamagedGroups.wal(log, group.getKey());
      Model wanted = group.getValue();
      Known found = Known.of(wal);
      EntryId end = found.lost();
      if (found.voteLost()) {
        voteLost++;
        continue;
      }
      assertThat(found.charter()).as(what).isEqualTo(GroupsScript.charter(group.getKey()));
      assertThat(found.hardState()).as(what).isEqualTo(wanted.hardState());
      if (end == null) {
        assertThat(found.last()).as(what).isEqualTo(wanted.last());
        assertThat(found.base().index()).as(what).isLessThanOrEqualTo(wanted.base());
        assertThat(found.entries().stream().filter(it -> it.index() > wanted.base()))
            .as(what)
            .isEqualTo(wanted.entries().subList((int) wanted.base(), wanted.entries().size()));
        whole++;
      } else {
        assertThat(end).as(what).isGreaterThanOrEqualTo(wanted.last());
        lost++;
      }
    }
  }

  @Test
  void aCrashAtAnyMomentOfARepairLeavesWhatAnUndisturbedOneDoes() {
    Set<Long> distinct = new HashSet<>();
    int cuts = 0;
    int recoveries = 0;
    for (int seed = 0; seed < CRASHED_LIVES; seed++) {
      FaultyDirectory disk = hit(seed);
      FaultyDirectory undisturbed = disk.copy();
      SortedMap<GroupId, Known> wanted = known(undisturbed);
      assertThat(wanted.values()).anyMatch(it -> it.lost() != null);
      for (int cut = 0; cut < undisturbed.changes(); cut++) {
        FaultyDirectory tried = disk.copy();
        tried.cutPowerAfter(cut);
        try {
          known(tried);
        } catch (PowerCut expected) {
          cuts++;
        }
        Set<Long> seen = new HashSet<>();
        String what = "seed %d, power cut after %d changes".formatted(seed, cut);
        CrashStates.of(
            tried,
            seed + cut,
            crashed -> {
              if (seen.add(crashed.fingerprint())) {
                assertThat(known(crashed)).as(what).isEqualTo(wanted);
              }
            });
        recoveries += seen.size();
        distinct.addAll(seen);
      }
    }

    System.out.printf(
        "figures: repairs of a shared log cut off: %,d power cuts, %,d recoveries, %,d distinct"
            + " disks%n",
        cuts, recoveries, distinct.size());
    assertThat(cuts).isGreaterThan(20 * CRASHED_LIVES);
    assertThat(distinct.size()).isGreaterThan(50 * CRASHED_LIVES);
  }

  /** A disk with damage that costs some group entries, and can be repaired. */
  private static FaultyDirectory hit(int seed) {
    FaultyDirectory disk = WalFixture.formatted();
    new GroupsScript(disk, seed).run(120);
    for (int i = 0; ; i++) {
      FaultyDirectory tried = disk.copy();
      damage(tried, new Random(1000L * seed + i), 1);
      try (SharedLog log = DamagedGroups.open(tried.copy())) {
        if (log.groups().values().stream().anyMatch(it -> it.lost() != null)) {
          return tried;
        }
      } catch (StorageException tooMuch) {
        assertThat(tooMuch).hasMessageContaining("/simulated/0");
      }
    }
  }

  private static SortedMap<GroupId, Known> known(FaultyDirectory disk) {
    SortedMap<GroupId, Known> known = new TreeMap<>();
    try (SharedLog log = DamagedGroups.open(disk)) {
      log.groups().forEach((id, wal) -> known.put(id, Known.of(Objects.requireNonNull(wal))));
    }
    return known;
  }
}
