package dev.balsa.testkit;

import dev.balsa.node.StorageException;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.disk.FaultyDirectory.Operation;
import dev.balsa.node.disk.FaultyDirectory.PowerCut;
import dev.balsa.node.net.MessageWire;
import dev.balsa.node.snapshot.KeptState;
import dev.balsa.node.snapshot.SnapshotStore;
import dev.balsa.node.wal.DataDirectory;
import dev.balsa.node.wal.Wal;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Ready.SnapshotWork;
import dev.balsa.raft.Restored;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.StoredLog;
import dev.balsa.sim.BrokenPromise;
import dev.balsa.sim.Keeping;
import dev.balsa.sim.Medium;
import dev.balsa.sim.Storage;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A node's real log and snapshots on a disk that does all that disks do. What they find at each
 * start is held against what was forced before: all of it is there, or the start is refused, or the
 * node knows what it lacks and has promised.
 */
final class WalStorage implements Storage {
  private static final ClusterId CLUSTER = new ClusterId(1);
  private static final GroupId GROUP = new GroupId(0);
  private static final String NO_SPACE = "No space left on device";
  private static final String NO_IO = "Input/output error";

  private final NodeId node;
  private final WalConfig config;
  private FaultyDirectory disk = new FaultyDirectory();
  private long shortWrites; // 0 for whole ones
  private final Medium medium = new Medium();
  private MessageWire wire = new MessageWire(new SliceCodec());
  private Trouble trouble = Trouble.NONE;
  private boolean damaged;
  private boolean damagedSinceRead;
  private boolean repairs;
  private boolean dark; // the power failed, and nothing reaches the disk
  private final @Nullable Keeping keeping;
  private @Nullable Opened opened; // null while no process runs

  private record Opened(Wal wal, SnapshotStore snapshots, KeptMachine machine) {}

  /**
   * An empty disk.
   *
   * @param keeps whether state machines keep their state on it by themselves
   */
  WalStorage(NodeId node, WalConfig config, boolean keeps) {
    this.node = node;
    this.config = config;
    this.keeping = keeps ? new MachineDisk() : null;
  }

  /** From now on the disk takes a part of each write, and then the next part. */
  void writeShort(long seed) {
    shortWrites = seed;
    disk.writeShort(seed);
  }

  /** From now on a damaged log is cut, where there are peers to fill it again. */
  void repairFromPeers() {
    repairs = true;
  }

  /** Shares what it has encoded with the log. */
  MessageWire wire() {
    return wire;
  }

  @Override
  public Restored open() {
    trouble(trouble);
    boolean excused = trouble != Trouble.NONE;
    SliceCodec codec = new SliceCodec();
    wire = new MessageWire(codec);
    try {
      return guarded(() -> open(codec));
    } catch (StorageStopped stopped) {
      String message = String.valueOf(stopped.getMessage());
      if (excused) {
        throw stopped;
      }
      BrokenPromise.require(
          damaged && message.contains(disk.path("")),
          "%s does not start, and not since its disk is damaged: %s",
          node,
          message);
      throw new StorageRefused(message);
    }
  }

  private Restored open(SliceCodec codec) {
    DataDirectory data = DataDirectory.open(disk, CLUSTER, node, config);
    SnapshotStore store = SnapshotStore.open(disk, warning -> {});
    boolean mayBeCut = !store.list().isEmpty();
    Wal wal =
        repairs
            ? data.openLog(GROUP, codec, mayBeCut, told -> hasPeers(told, store), Runnable::run)
            : data.openLog(GROUP, codec, Runnable::run, mayBeCut);
    medium.foundSnapshots(store.list(), damaged);
    EntryId base = wal.base();
    EntryId end = wal.last();
    List<Entry> entries =
        end.index() == base.index()
            ? List.of()
            : wal.read(base.index() + 1, end.index(), Long.MAX_VALUE);
    found(wal, base, entries);
    KeptMachine machine = KeptMachine.open(disk);
    SnapshotMeta latest =
        store.connect(wal, snapshot -> KeptState.isThere(store, snapshot, machine.recovered()));
    if (!wal.last().equals(end)) {
      medium.write(new Ready.Persist(0, wal.restored().hardState(), wal.base(), null));
      medium.force();
    }
    opened = new Opened(wal, store, machine);
    return latest == null ? wal.restored() : wal.restored().withSnapshot(latest);
  }

  private void found(Wal wal, EntryId base, List<Entry> entries) {
    HardState state = wal.restored().hardState();
    EntryId lost = wal.lost();
    if (lost == null) {
      medium.found(state, base, entries);
      medium.regained();
    } else if (damagedSinceRead || !medium.isPromising()) {
      BrokenPromise.require(damaged, "%s repairs a log that was not damaged", node);
      medium.foundDamaged(state, base, entries, lost);
    } else {
      medium.found(state, base, entries);
    }
    damagedSinceRead = false;
  }

  private boolean hasPeers(Optional<Membership> told, SnapshotStore store) {
    Membership latest = told.isPresent() ? told.get() : store.membership();
    return latest == null || latest.electorate().stream().anyMatch(voter -> !voter.equals(node));
  }

  @Override
  public void regained() {
    guarded(
        () -> {
          running().wal().regained();
          return node;
        });
    medium.regained();
  }

  @Override
  public StoredLog log() {
    return new StoredLog() {
      @Override
      public List<Entry> read(long from, long to, long bytesMax) {
        return guarded(() -> running().wal().read(from, to, bytesMax));
      }

      @Override
      public long room() {
        return running().wal().room();
      }

      @Override
      public Bytes readSnapshot(SnapshotMeta snapshot, long offset, int bytesMax) {
        return guarded(() -> running().snapshots().read(snapshot, offset, bytesMax));
      }
    };
  }

  @Override
  public void write(Ready.Persist persist) {
    medium.write(persist); // before, since a part of it may reach the disk though it fails
    guarded(
        () -> {
          running().wal().append(persist);
          return persist;
        });
  }

  @Override
  public void force() {
    guarded(
        () -> {
          running().wal().force();
          return node;
        });
    medium.force();
  }

  @Override
  public SnapshotMeta save(EntryId last, Membership membership, StateMachine.Capture capture) {
    SnapshotMeta meta = guarded(() -> running().snapshots().write(last, membership, capture));
    medium.saved(meta);
    return meta;
  }

  @Override
  public void store(SnapshotWork.Store part) {
    guarded(
        () -> {
          running().snapshots().store(part);
          return node;
        });
  }

  @Override
  public boolean finish(SnapshotMeta snapshot) {
    boolean whole = guarded(() -> running().snapshots().finish(snapshot));
    if (whole) {
      medium.saved(snapshot);
    }
    return whole;
  }

  @Override
  public @Nullable Keeping keeping() {
    return keeping;
  }

  @Override
  public void restore(SnapshotMeta snapshot, StateMachine<?> machine) {
    guarded(
        () -> {
          running().snapshots().open(snapshot, machine::restore);
          return node;
        });
    if (keeping != null) {
      try (StateMachine.Capture state = Objects.requireNonNull(machine.capture())) {
        keeping.keep(snapshot.last(), state);
      }
    }
  }

  /** What machines keep on this disk by themselves. */
  private final class MachineDisk implements Keeping {
    @Override
    public void keep(EntryId last, StateMachine.Capture state) {
      guarded(
          () -> {
            running().machine().keep(last, state);
            return node;
          });
    }

    @Override
    public SnapshotMeta mark(EntryId last, Membership membership, EntryId kept) {
      SnapshotMeta meta = guarded(() -> running().snapshots().mark(last, membership, kept));
      medium.saved(meta);
      return meta;
    }

    @Override
    public @Nullable EntryId start(
        StateMachine<?> empty, @Nullable SnapshotMeta latest, long tailEntries) {
      KeptMachine machine = running().machine();
      EntryId recovered = machine.recovered();
      Wal wal = running().wal();
      if (latest != null && !KeptState.isReached(latest, recovered, wal, tailEntries)) {
        return null;
      }
      machine.restore(empty);
      return KeptState.start(latest, recovered);
    }
  }

  @Override
  public void release(SnapshotWork.Release release) {
    medium.mayDrop(release.oldest());
    guarded(
        () -> {
          EntryId oldest = running().snapshots().release(release.oldest());
          EntryId base = release.base();
          EntryId to = base.index() <= oldest.index() ? base : oldest;
          medium.release(to); // before, since a part of it may be done though it fails
          medium.keepSnapshots(running().snapshots().list());
          running().wal().release(to);
          return node;
        });
  }

  @Override
  public void stop(Loss loss, SplitMix random) {
    Opened stopped = opened;
    opened = null;
    if (loss == Loss.POWER) {
      if (stopped != null && !dark) {
        losePowerDuringForce(stopped.wal(), random);
      }
      List<FaultyDirectory.Loss> losses = List.of(FaultyDirectory.Loss.values());
      disk.crash(losses.get((int) random.nextBetween(0, losses.size())), random.nextLong());
      dark = false;
    }
  }

  /** The power goes out before a force, in its middle, or just after it. */
  private void losePowerDuringForce(Wal stopped, SplitMix random) {
    disk.cutPowerAfter(disk.changes() + (int) random.nextBetween(0, 4));
    try {
      stopped.force();
    } catch (PowerCut | StorageException cut) {
      disk.heal(); // nobody is left to see it
    }
  }

  @Override
  public void trouble(Trouble next) {
    trouble = next;
    disk.heal();
    disk.cutPowerAfter(Integer.MAX_VALUE);
    disk.full(false);
    Opened running = opened;
    if (running != null) {
      running.wal().shared().seekRoom();
    }
    switch (next) {
      case NONE -> {}
      case FORCE_FAILS -> disk.failAt(Operation.FORCE, 1, NO_IO);
      case READ_FAILS -> disk.failAt(Operation.READ, 1, NO_IO);
      case POWER_FAILS -> disk.cutPowerAfter(disk.changes() + 1 + (disk.changes() & 3));
      case FULL -> {
        disk.full(true);
        if ((disk.changes() & 3) == 0) { // as on a file system that needs space to overwrite
          disk.failAt(Operation.WRITE, 1, NO_SPACE);
        }
      }
    }
  }

  @Override
  public boolean damage(Damage damage, SplitMix random) {
    boolean done = new DiskDamage(disk, random).inflict(damage);
    damaged |= done;
    damagedSinceRead |= done;
    return done;
  }

  @Override
  public void lose() {
    disk = new FaultyDirectory();
    if (shortWrites != 0) {
      disk.writeShort(shortWrites);
    }
    trouble = Trouble.NONE;
    damaged = false;
    damagedSinceRead = false;
    medium.lose();
  }

  @Override
  public Medium medium() {
    return medium;
  }

  private Opened running() {
    if (opened == null) {
      throw new IllegalStateException("node " + node + " does not run");
    }
    return opened;
  }

  private <T> T guarded(Supplier<T> action) {
    try {
      return action.get();
    } catch (StorageException | PowerCut e) {
      dark |= e instanceof PowerCut;
      if (trouble != Trouble.FULL) {
        trouble(Trouble.NONE); // it has had its effect
      }
      throw new StorageStopped(dark ? "the power failed" : String.valueOf(e.getMessage()));
    }
  }
}
