package dev.balsa.testkit;

import dev.balsa.node.StorageException;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.disk.FaultyDirectory.Operation;
import dev.balsa.node.disk.FaultyDirectory.PowerCut;
import dev.balsa.node.net.MessageWire;
import dev.balsa.node.wal.DataDirectory;
import dev.balsa.node.wal.Wal;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.Entry;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Restored;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StoredLog;
import dev.balsa.sim.Medium;
import dev.balsa.sim.Storage;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A node's real log on a disk that does all that disks do. What the log finds at each start is held
 * against what was forced before.
 */
final class WalStorage implements Storage {
  private static final ClusterId CLUSTER = new ClusterId(1);
  private static final GroupId GROUP = new GroupId(0);
  private static final String NO_SPACE = "No space left on device";

  private final NodeId node;
  private final WalConfig config;
  private final FaultyDirectory disk = new FaultyDirectory();
  private final Medium medium = new Medium();
  private MessageWire wire = new MessageWire(new SliceCodec());
  private Trouble trouble = Trouble.NONE;
  private @Nullable Wal wal; // null while no process runs

  WalStorage(NodeId node, WalConfig config) {
    this.node = node;
    this.config = config;
  }

  /** Shares what it has encoded with the log. */
  MessageWire wire() {
    return wire;
  }

  @Override
  public Restored open() {
    trouble(trouble);
    SliceCodec codec = new SliceCodec();
    wire = new MessageWire(codec);
    Wal opened =
        guarded(
            () ->
                DataDirectory.open(disk, CLUSTER, node, config)
                    .openLog(GROUP, codec, Runnable::run));
    Restored restored = opened.restored();
    long last = restored.last().index();
    List<Entry> entries = last == 0 ? List.of() : opened.read(1, last, Long.MAX_VALUE);
    medium.found(restored.hardState(), entries);
    wal = opened;
    return restored;
  }

  @Override
  public StoredLog log() {
    return (from, to, bytesMax) -> guarded(() -> running().read(from, to, bytesMax));
  }

  @Override
  public void write(Ready.Persist persist) {
    medium.write(persist); // before, since a part of it may reach the disk though it fails
    guarded(
        () -> {
          running().append(persist);
          return persist;
        });
  }

  @Override
  public void force() {
    guarded(
        () -> {
          running().force();
          return node;
        });
    medium.force();
  }

  @Override
  public void stop(Loss loss, SplitMix random) {
    Wal stopped = wal;
    wal = null;
    if (loss == Loss.POWER) {
      if (stopped != null) {
        losePowerDuringForce(stopped, random);
      }
      List<FaultyDirectory.Loss> losses = List.of(FaultyDirectory.Loss.values());
      disk.crash(losses.get((int) random.nextBetween(0, losses.size())), random.nextLong());
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
    switch (next) {
      case NONE -> {}
      case FORCE_FAILS -> {
        trouble = Trouble.NONE;
        disk.failAt(Operation.FORCE, 1, "Input/output error");
      }
      case FULL -> {
        disk.failAt(Operation.WRITE, 1, NO_SPACE);
        disk.failAt(Operation.CREATE, 1, NO_SPACE);
      }
    }
  }

  @Override
  public Medium medium() {
    return medium;
  }

  private Wal running() {
    if (wal == null) {
      throw new IllegalStateException("node " + node + " does not run");
    }
    return wal;
  }

  private static <T> T guarded(Supplier<T> action) {
    try {
      return action.get();
    } catch (StorageException e) {
      throw new StorageStopped(String.valueOf(e.getMessage()));
    }
  }
}
