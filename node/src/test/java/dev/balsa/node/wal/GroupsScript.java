package dev.balsa.node.wal;

import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Ready;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A random life of a log of many groups, and a naive model beside it. After any crash the log must
 * be one of the model's states, from the last forced one on. One group writes far more than the
 * others, so that these would keep old segments.
 */
final class GroupsScript {
  private static final long IDS = 6;

  /**
   * What one group adds up to.
   *
   * @param base the index up to which nothing is needed any more
   * @param entries all from index 1 on; those up to a restart are of no account
   */
  record Model(HardState hardState, long base, List<Entry> entries) {
    EntryId last() {
      return entries.isEmpty() ? EntryId.ZERO : entries.getLast().id();
    }
  }

  private final Directory disk;
  private final Random random;
  private final List<SortedMap<GroupId, Model>> states = new ArrayList<>(List.of(new TreeMap<>()));
  private int forced;
  private SharedLog log;
  private int segmentsMax;

  GroupsScript(Directory disk, long seed) {
    this.disk = disk;
    this.random = new Random(seed);
    this.log = open(disk);
  }

  static SharedLog open(Directory disk) {
    return SharedLog.open(
        disk, WalFixture.IDENTITY, null, WalFixture.CONFIG, new SliceCodec(), Runnable::run, true);
  }

  /** The states that a crash now may leave. */
  List<SortedMap<GroupId, Model>> possible() {
    return states.subList(forced, states.size());
  }

  SortedMap<GroupId, Model> last() {
    return states.getLast();
  }

  /** The greatest number of segments there were at the end of a step. */
  int segmentsMax() {
    return segmentsMax;
  }

  void run(int steps) {
    live(steps);
    log.close();
  }

  /** The same without a clean end: the node is killed after its last force. */
  void live(int steps) {
    for (int i = 0; i < steps; i++) {
      step();
      relieve();
      segmentsMax =
          Math.max(segmentsMax, (int) disk.list().stream().filter(SegmentFile::isSegment).count());
    }
    force();
  }

  private void step() {
    GroupId id = new GroupId(random.nextBoolean() ? 1 : 1 + random.nextLong(IDS));
    Model model = last().get(id);
    int dice = random.nextInt(100);
    if (model == null) {
      if (!log.isRetired(id)) {
        log.found(id, charter(id));
        add(id, new Model(HardState.INITIAL, 0, List.of()));
        vote(id, 1);
      }
    } else if (dice < 2 && id.value() > 2) {
      log.retire(id);
      TreeMap<GroupId, Model> next = new TreeMap<>(last());
      next.remove(id);
      states.add(next);
    } else if (dice < 10) {
      vote(id, model.hardState().term() + 1);
    } else if (dice < 30) {
      force();
    } else if (dice < 32) {
      force();
      log.close();
      log = open(disk);
    } else if (dice < 45 && model.last().index() > model.base()) {
      release(id, model);
    } else if (dice < 47) {
      restart(id, model);
    } else if (id.value() == 1 || dice < 60) {
      append(id, model);
    }
  }

  static Bytes charter(GroupId id) {
    return Bytes.utf8("charter of " + id);
  }

  private Wal wal(GroupId id) {
    return Objects.requireNonNull(log.groups().get(id), "a group");
  }

  private void vote(GroupId id, long term) {
    HardState next = new HardState(term, new NodeId(1 + random.nextInt(3)));
    wal(id).append(new Ready.Persist(1, next, null));
    Model model = Objects.requireNonNull(last().get(id), "a model");
    add(id, new Model(next, model.base(), model.entries()));
  }

  private void append(GroupId id, Model before) {
    Model model = before;
    long prevIndex = model.base() + random.nextLong(model.last().index() - model.base() + 1);
    if (random.nextInt(4) > 0) {
      prevIndex = model.last().index();
    } else if (prevIndex < model.last().index()) {
      vote(id, model.hardState().term() + 1); // no leader overwrites its own entries (paper §5.3)
      model = Objects.requireNonNull(last().get(id), "a model");
    }
    EntryId prev = prevIndex == 0 ? EntryId.ZERO : model.entries().get((int) prevIndex - 1).id();
    var slice =
        WalFixture.slice(
            prev, model.hardState().term(), 1 + random.nextInt(4), 1 + random.nextInt(400));
    wal(id).append(new Ready.Persist(1, null, slice));
    List<Entry> entries = new ArrayList<>(model.entries().subList(0, (int) prevIndex));
    entries.addAll(slice.entries());
    add(id, new Model(model.hardState(), model.base(), entries));
  }

  /** Only what is durable, as a snapshot is, may be let go of; others' records need not be. */
  private void release(GroupId id, Model model) {
    long durable = durableUpTo(id, model);
    if (durable <= model.base()) {
      force();
      durable = model.last().index();
    }
    release(id, model, model.base() + 1 + random.nextLong(durable - model.base()));
  }

  private void release(GroupId id, Model model, long to) {
    for (int i = forced; i < states.size(); i++) {
      TreeMap<GroupId, Model> next = new TreeMap<>(states.get(i));
      next.computeIfPresent(id, (key, old) -> new Model(old.hardState(), to, old.entries()));
      states.set(i, next);
    }
    wal(id).release(model.entries().get((int) to - 1).id());
  }

  /** The last entry that is the same in all states a crash now may leave; 0 if none. */
  private long durableUpTo(GroupId id, Model now) {
    long last = now.last().index();
    for (SortedMap<GroupId, Model> state : possible()) {
      Model then = state.get(id);
      last = then == null || then.base() != now.base() ? 0 : Math.min(last, common(then, now));
    }
    return last;
  }

  private static long common(Model one, Model other) {
    int count = Math.min(one.entries().size(), other.entries().size());
    while (count > 0 && !one.entries().get(count - 1).equals(other.entries().get(count - 1))) {
      count--;
    }
    return count;
  }

  /** A host has a snapshot taken of those that hold up the space of others. */
  private void relieve() {
    for (GroupId id : log.takePressed()) {
      Model model = last().get(id);
      if (model != null && model.last().index() > model.base()) {
        force();
        release(id, model, model.last().index());
      }
    }
  }

  private void restart(GroupId id, Model model) {
    force();
    long term = model.hardState().term();
    List<Entry> entries = new ArrayList<>(model.entries());
    for (int i = 0; i < 3; i++) {
      EntryId prev = entries.isEmpty() ? EntryId.ZERO : entries.getLast().id();
      entries.addAll(WalFixture.slice(prev, term, 1, 1).entries());
    }
    wal(id).restart(entries.getLast().id());
    add(id, new Model(model.hardState(), entries.size(), entries));
    force();
  }

  private void add(GroupId id, Model model) {
    states.add(states.getLast());
    replace(id, model);
  }

  private void replace(GroupId id, Model model) {
    TreeMap<GroupId, Model> next = new TreeMap<>(last());
    next.put(id, model);
    states.set(states.size() - 1, next);
  }

  private void force() {
    log.force();
    forced = states.size() - 1;
  }

  /** Whether {@code found} is what {@code model} says, and holds all that is still needed. */
  static boolean agree(SharedLog found, SortedMap<GroupId, Model> model) {
    if (!found.groups().keySet().equals(model.keySet())) {
      return false;
    }
    for (Map.Entry<GroupId, Model> group : model.entrySet()) {
      Wal wal = Objects.requireNonNull(found.groups().get(group.getKey()), "a group");
      Model wanted = group.getValue();
      if (!wal.charter().equals(charter(group.getKey()))
          || !wal.restored().hardState().equals(wanted.hardState())
          || !wal.last().equals(wanted.last())
          || wal.base().index() > wanted.base()
          || !entries(wal, wanted.base())
              .equals(wanted.entries().subList((int) wanted.base(), wanted.entries().size()))) {
        return false;
      }
    }
    return true;
  }

  private static List<Entry> entries(Wal wal, long base) {
    long last = wal.last().index();
    return base == last ? List.of() : wal.read(base + 1, last, Long.MAX_VALUE);
  }
}
