package dev.balsa.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.node.StorageException;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Raft;
import dev.balsa.sim.Storage.Damage;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Nodes of several groups stop, find their shared log damaged and start again, over and over: what
 * one group lost comes back from its peers, while the others on the node keep what they have.
 */
class SharedDamageRunTest {
  private static final List<Damage> DAMAGES = List.of(Damage.values());
  private static final int SEEDS = Integer.getInteger("balsa.sharedDamageSeeds", 60);
  private static final int ROUNDS = 8;
  private static final long PATIENCE_MILLIS = 60_000;

  private int damages;
  private int refused;
  private int beyondRepair; // a group without another voter, or without its vote
  private int unharmed;
  private int regained;
  private int kept; // groups on a node where another one lost entries

  @Test
  void whatOneGroupLostComesBackAndTheOthersKeepWhatTheyHave() {
    long first = CommitSeeds.first();
    for (long seed = first; seed < first + SEEDS; seed++) {
      try {
        run(new GroupsWorld(seed));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }

    System.out.printf(
        "figures: damaged shared logs of whole nodes: %d seeds, %d damages; %d cost no group"
            + " anything, %d groups got back what they lost, beside %d that kept theirs; %d nodes"
            + " and %d groups beyond repair%n",
        SEEDS, damages, unharmed, regained, kept, refused, beyondRepair);
    assertThat(regained).isGreaterThan(SEEDS);
    assertThat(kept).isGreaterThan(SEEDS);
    assertThat(refused).isLessThan(damages / 2);
  }

  private void run(GroupsWorld world) {
    world.run(3_000);
    for (int round = 0; round < ROUNDS; round++) {
      NodeId id = new NodeId(world.random().nextBetween(1, 4));
      world.stop(id);
      FaultyDirectory intact = world.node(id).disk().copy();
      Damage damage = DAMAGES.get((int) world.random().nextBetween(0, 3));
      if (new DiskDamage(world.node(id).disk(), world.random()).inflict(damage)) {
        damages++;
      }
      if (!startsDamaged(world, id, world.node(id).ends(intact.copy()))) {
        world.node(id).replaceDisk(intact); // a copy is what the refusal asks for
        assertThat(world.start(id)).isEmpty();
      }
      goOn(world);
    }
  }

  /** Starts a node on a damaged disk and lets it repair; false if a person must help. */
  private boolean startsDamaged(GroupsWorld world, NodeId id, SortedMap<GroupId, EntryId> ends) {
    List<GroupId> lost;
    try {
      lost = world.start(id);
    } catch (StorageException named) {
      assertThat(named).hasMessageContaining("/simulated/0");
      refused++;
      return false;
    }
    int groups = GroupsWorld.GROUPS + (id.value() == 2 ? 1 : 0);
    if (world.node(id).groups().size() < groups || lost.contains(GroupsWorld.ALONE)) {
      beyondRepair++;
      world.node(id).stop(false, FaultyDirectory.Loss.ALL, 0);
      return false;
    }
    for (GroupId group : world.node(id).groups()) {
      Raft raft = world.node(id).raft(group);
      EntryId missing = raft.lost();
      EntryId end = missing == null ? raft.status().last() : missing;
      assertThat(end).isGreaterThanOrEqualTo(Objects.requireNonNull(ends.get(group)));
      assertThat(missing != null).isEqualTo(lost.contains(group));
    }
    unharmed += lost.isEmpty() ? 1 : 0;
    world.until(
        () -> lost.stream().allMatch(group -> world.node(id).raft(group).lost() == null),
        PATIENCE_MILLIS);
    regained += lost.size();
    kept += lost.isEmpty() ? 0 : groups - lost.size();
    world.until(() -> !world.node(id).disk().names().contains("repair.groups"), PATIENCE_MILLIS);
    return true;
  }

  /** All nodes run: every group commits more on each of them. */
  private static void goOn(GroupsWorld world) {
    TreeMap<GroupId, Long> reached = new TreeMap<>();
    for (long group = 1; group <= GroupsWorld.GROUPS; group++) {
      reached.put(new GroupId(group), world.committed(new GroupId(group)));
    }
    for (long node = 1; node <= 3; node++) {
      NodeId id = new NodeId(node);
      reached.forEach(
          (group, index) ->
              world.until(() -> world.node(id).raft(group).commit() > index + 3, PATIENCE_MILLIS));
    }
    long alone = world.committed(GroupsWorld.ALONE);
    world.until(() -> world.committed(GroupsWorld.ALONE) > alone, PATIENCE_MILLIS);
  }
}
