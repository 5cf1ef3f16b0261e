package dev.balsa.testkit;

import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.net.MessageWire;
import dev.balsa.node.wal.DataDirectory;
import dev.balsa.node.wal.SharedLog;
import dev.balsa.node.wal.Wal;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.Input;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Raft;
import dev.balsa.raft.RaftConfig;
import dev.balsa.raft.Ready;
import dev.balsa.sim.BrokenPromise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A node of many groups in a seeded world: real cores over a real shared log on a simulated disk,
 * which one force makes durable for all of them.
 */
final class GroupsNode {
  private static final ClusterId CLUSTER = new ClusterId(1);
  private static final WalConfig CONFIG = new WalConfig(16384, 4096);

  private final NodeId id;
  private final BiConsumer<GroupId, Entry> committed;
  private final BiConsumer<GroupId, Ready.Outgoing> network;
  private final TreeMap<GroupId, Core> cores = new TreeMap<>();
  private FaultyDirectory disk = new FaultyDirectory();
  private @Nullable SharedLog log; // null while no process runs
  private MessageWire wire = new MessageWire(new SliceCodec());
  private long now;

  /** A group here, and what of it waits for the disk. */
  private static final class Core {
    final Raft raft;
    final Wal wal;
    final List<Ready.Outgoing> afterForce = new ArrayList<>();
    long unforced; // sequence of the last write not yet forced, 0 if none
    long applied;

    Core(Raft raft, Wal wal) {
      this.raft = raft;
      this.wal = wal;
    }
  }

  /**
   * An empty disk.
   *
   * @param committed is told each entry that a group has committed here, again after each start
   */
  GroupsNode(
      NodeId id,
      BiConsumer<GroupId, Entry> committed,
      BiConsumer<GroupId, Ready.Outgoing> network) {
    this.id = id;
    this.committed = committed;
    this.network = network;
  }

  /**
   * Starts with all groups of {@code memberships}, which are founded if the disk has none of them.
   *
   * @return those that lost entries to damage
   * @throws dev.balsa.node.StorageException if the log is damaged beyond repair
   */
  List<GroupId> start(SortedMap<GroupId, Membership> memberships, long seed, long at) {
    now = at;
    SliceCodec codec = new SliceCodec();
    wire = new MessageWire(codec);
    SharedLog opened =
        DataDirectory.open(disk, CLUSTER, id, CONFIG, () -> seed).openLog(codec, Runnable::run);
    log = opened;
    if (opened.groups().isEmpty()) {
      memberships.forEach(
          (group, members) -> {
            if (members.members().stream().anyMatch(it -> it.id().equals(id))) {
              opened.found(group, Bytes.EMPTY);
            }
          });
      opened.force();
    }
    List<GroupId> lost = new ArrayList<>();
    for (Map.Entry<GroupId, Wal> group : opened.groups().entrySet()) {
      Wal wal = group.getValue();
      if (!wal.isVoteLost()) {
        RaftConfig config = RaftConfig.of(id, seed + group.getKey().value());
        Membership members = Objects.requireNonNull(memberships.get(group.getKey()));
        Raft raft = Raft.start(config, members, wal.restored(), wal, now);
        cores.put(group.getKey(), new Core(raft, wal));
      }
      if (wal.lost() != null) {
        lost.add(group.getKey());
      }
    }
    return lost;
  }

  /** The process ends, cleanly or not; then what was not forced is lost. */
  void stop(boolean cleanly, FaultyDirectory.Loss loss, long seed) {
    if (cleanly) {
      Objects.requireNonNull(log).close();
    }
    log = null;
    cores.clear();
    disk.crash(loss, seed);
  }

  boolean isRunning() {
    return log != null;
  }

  /** Where the logs of the groups on a disk end, with all that they still lack. */
  SortedMap<GroupId, EntryId> ends(FaultyDirectory on) {
    TreeMap<GroupId, EntryId> ends = new TreeMap<>();
    try (SharedLog found =
        DataDirectory.open(on, CLUSTER, id, CONFIG).openLog(new SliceCodec(), Runnable::run)) {
      found.groups().forEach((group, wal) -> ends.put(group, wal.last()));
    }
    return ends;
  }

  FaultyDirectory disk() {
    return disk;
  }

  /** Another disk takes the place of this one. */
  void replaceDisk(FaultyDirectory other) {
    disk = other;
  }

  /** The groups that take part here. */
  SortedSet<GroupId> groups() {
    return new TreeSet<>(cores.keySet());
  }

  /** The core of a group that takes part here. */
  Raft raft(GroupId group) {
    return core(group).raft;
  }

  private Core core(GroupId group) {
    return Objects.requireNonNull(cores.get(group), "a group that takes part");
  }

  MessageWire wire() {
    return wire;
  }

  /** When a group wants to be woken. */
  long deadline() {
    return cores.values().stream().mapToLong(it -> it.raft.deadline()).min().orElse(Long.MAX_VALUE);
  }

  void wake(long at) {
    now = at;
    for (Map.Entry<GroupId, Core> group : cores.entrySet()) {
      if (group.getValue().raft.deadline() <= at) {
        step(group.getKey(), new Input.Wake());
      }
    }
  }

  void give(GroupId group, Input input, long at) {
    now = at;
    if (cores.containsKey(group)) {
      step(group, input);
    }
  }

  private void step(GroupId id, Input input) {
    Core group = core(id);
    Ready ready = group.raft.step(now, input);
    Ready.Persist persist = ready.persist();
    if (persist != null) {
      group.wal.append(persist);
      group.unforced = persist.sequence();
    }
    ready.sendNow().forEach(message -> network.accept(id, message));
    if (group.unforced > 0) {
      group.afterForce.addAll(ready.sendDurable());
    } else {
      ready.sendDurable().forEach(message -> network.accept(id, message));
    }
    List<Entry> entries = group.raft.committed(group.applied, Long.MAX_VALUE);
    for (Entry entry : entries) {
      BrokenPromise.require(
          entry.index() == group.applied + 1, "%s applies %s out of order", this.id, entry);
      committed.accept(id, entry);
      group.applied = entry.index();
    }
    if (group.wal.lost() != null && group.raft.lost() == null) {
      group.wal.regained();
    }
  }

  /** Makes durable what all groups wrote. */
  void force(long at) {
    now = at;
    Objects.requireNonNull(log).force();
    cores.forEach(
        (id, group) -> {
          if (group.unforced > 0) {
            long sequence = group.unforced;
            group.unforced = 0;
            List<Ready.Outgoing> waiting = List.copyOf(group.afterForce);
            group.afterForce.clear();
            waiting.forEach(message -> network.accept(id, message));
            step(id, new Input.Persisted(sequence));
          }
        });
  }

  boolean hasUnforced() {
    return cores.values().stream().anyMatch(it -> it.unforced > 0);
  }
}
