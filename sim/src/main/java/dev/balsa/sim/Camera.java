package dev.balsa.sim;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Input;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Raft;
import dev.balsa.raft.Ready.SnapshotWork;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine;
import dev.balsa.sim.Storage.StorageStopped;

/**
 * What a host does about snapshots beside its core: takes them, writes them while the node goes on,
 * keeps what leaders send, lets go of what is not needed.
 */
final class Camera<R, S extends StateMachine<R>> {
  private final World<R, S> world;
  private final Host<R, S> host;
  private final SplitMix chance;
  private long latest; // index of the latest snapshot that the core knows
  private boolean taking;
  private boolean unsupported;
  private boolean wanted; // by the core: with all its bytes

  Camera(World<R, S> world, Host<R, S> host, SplitMix chance) {
    this.world = world;
    this.host = host;
    this.chance = chance;
  }

  /** A process starts, with a snapshot of this index or with none, 0. */
  void open(long index) {
    latest = index;
    taking = false;
    unsupported = false;
    wanted = false;
  }

  long latest() {
    return latest;
  }

  /** Freezes the state if that is due; it becomes durable later. */
  void takeIfDue(Raft core) {
    long entries = world.plan().snapshots().entries();
    EntryId last = host.desk().appliedId();
    boolean due = wanted || (entries > 0 && last.index() - latest >= entries);
    Keeping keeping = host.storage.keeping();
    if (keeping != null && last.index() > 0 && chance.nextBetween(0, 32) == 0) {
      keep(keeping); // a machine may do so whenever it likes
    }
    // A machine that kept its state may know of more than the log holds since it was damaged.
    if (!due || taking || unsupported || last.index() > core.status().last().index()) {
      return;
    }
    StateMachine.Capture capture = host.desk().capture();
    if (capture == null) {
      unsupported = true;
      return;
    }
    taking = true;
    Membership membership = core.configuredAt(last.index()).membership();
    EntryId command = host.desk().command();
    later(4 * world.forceNanosMax(), () -> save(last, membership, command, capture));
  }

  private void keep(Keeping keeping) {
    try (StateMachine.Capture capture = host.desk().capture()) {
      if (capture != null) {
        keeping.keep(host.desk().command(), capture);
      }
    }
  }

  private void save(
      EntryId last, Membership membership, EntryId command, StateMachine.Capture capture) {
    SnapshotMeta meta = write(last, membership, command, capture);
    capture.close();
    world.judge().snapshot(host.id, meta);
    world.judge().durable();
    later(20_000_000, () -> taken(meta));
  }

  private SnapshotMeta write(
      EntryId last, Membership membership, EntryId command, StateMachine.Capture capture) {
    Keeping keeping = host.storage.keeping();
    if (keeping != null) {
      keeping.keep(command, capture);
    }
    if (keeping == null || wanted) {
      world.figures().snapshots++;
      return host.storage.save(last, membership, capture);
    }
    world.figures().marks++;
    return keeping.mark(last, membership, command);
  }

  private void taken(SnapshotMeta meta) {
    taking = false;
    wanted &= !meta.isWritten();
    latest = Math.max(latest, meta.last().index());
    host.receive(new Input.SnapshotTaken(meta));
  }

  void work(SnapshotWork work) {
    switch (work) {
      case SnapshotWork.Write() -> wanted = true;
      case SnapshotWork.Store part -> store(part);
      case SnapshotWork.Install(SnapshotMeta meta) -> {
        world.judge().snapshot(host.id, meta);
        host.desk().restore(meta, host.storage);
        latest = meta.last().index();
        world.figures().installs++;
      }
      case SnapshotWork.Release release -> {
        if (chance.nextBetween(0, 4) > 0) { // a host may delete less
          host.storage.release(release);
          world.figures().cuts++;
        }
      }
    }
  }

  private void store(SnapshotWork.Store part) {
    SnapshotMeta meta = part.snapshot();
    boolean last = part.offset() + part.data().length() == meta.bytes();
    boolean spoiled = last && world.isStormy() && chance.nextBetween(0, 20) == 0;
    host.storage.store(spoiled ? spoil(part) : part);
    if (last) {
      later(4 * world.forceNanosMax(), () -> finish(meta));
    }
  }

  private static SnapshotWork.Store spoil(SnapshotWork.Store part) {
    byte[] data = part.data().toByteArray();
    data[data.length / 2] ^= 4;
    return new SnapshotWork.Store(part.snapshot(), part.offset(), Bytes.wrap(data));
  }

  private void finish(SnapshotMeta meta) {
    boolean whole = host.storage.finish(meta);
    world.judge().durable();
    later(
        20_000_000,
        () ->
            host.receive(
                whole ? new Input.SnapshotReceived(meta) : new Input.SnapshotRejected(meta)));
  }

  /** Does something beside the core's duties, in this process, once it is not held up. */
  private void later(long nanosMax, Runnable action) {
    run(host.process(), chance.nextBetween(0, nanosMax) + 1, action);
  }

  private void run(long process, long nanos, Runnable action) {
    world.later(
        nanos,
        () -> {
          if (!host.isUp() || host.process() != process) {
            return;
          }
          if (host.isPaused()) {
            run(process, 50_000_000, action);
            return;
          }
          try {
            action.run();
          } catch (StorageStopped stopped) {
            host.failed(stopped);
          }
        });
  }
}
