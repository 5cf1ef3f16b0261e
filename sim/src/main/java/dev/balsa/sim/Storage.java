package dev.balsa.sim;

import dev.balsa.raft.EntryId;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Ready.SnapshotWork;
import dev.balsa.raft.Restored;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.StoredLog;
import org.jspecify.annotations.Nullable;

/**
 * Where one node keeps its term, vote, log and snapshots: its machine's disk and the code that
 * drives it. Every method but {@link #stop}, {@link #trouble}, {@link #damage} and {@link #medium}
 * throws {@link StorageStopped} if the disk does not do what is asked; the process then ends.
 */
public interface Storage {
  /**
   * A process starts: reads what is on the medium.
   *
   * @throws StorageRefused if that is damaged, so that no process may start from it
   */
  Restored open();

  /** The log and the snapshots as written so far; valid until the process ends. */
  StoredLog log();

  /** Takes a write, which need not be durable before {@link #force}. */
  void write(Ready.Persist persist);

  /** Makes all that was written durable. */
  void force();

  /** Writes a snapshot of captured state and makes it durable. */
  SnapshotMeta save(EntryId last, Membership membership, StateMachine.Capture capture);

  /** Keeps a part of a snapshot that a leader sends; parts come in order. */
  void store(SnapshotWork.Store part);

  /** Makes what was stored durable; false, and nothing is kept, if it is not that snapshot. */
  boolean finish(SnapshotMeta snapshot);

  /** What a machine keeps by itself beside that, or null if machines here keep nothing. */
  default @Nullable Keeping keeping() {
    return null;
  }

  /** Gives a machine the state of a snapshot, which it keeps if {@link #keeping} is not null. */
  void restore(SnapshotMeta snapshot, StateMachine<?> machine);

  /** May delete what is not needed any more. */
  void release(SnapshotWork.Release release);

  /** The node has again what damage took from this disk ({@link Restored#lost}), durably. */
  default void regained() {}

  /** The process ends here; {@code loss} says what becomes of that which was not forced. */
  void stop(Loss loss, SplitMix random);

  /** The disk turns bad, or good again. */
  void trouble(Trouble trouble);

  /**
   * The medium is changed behind everyone's back, so that this can be told from what it should
   * hold.
   *
   * @return false if there is nothing yet that could be damaged so
   */
  boolean damage(Damage damage, SplitMix random);

  /** The disk is lost, while no process runs, and an empty one without trouble takes its place. */
  void lose();

  /** What the medium holds, or held before it was damaged, for the judges. */
  Medium medium();

  /** What a node's end does to its machine. */
  enum Loss {
    /** The process ends and the machine lives: what the disk was given is kept. */
    PROCESS,
    /** The machine loses its power: what was not forced is kept in part, as chance has it. */
    POWER
  }

  /** What can be wrong with a disk. */
  enum Trouble {
    NONE,
    /** The next force fails. */
    FORCE_FAILS,
    /** The next read fails. */
    READ_FAILS,
    /** The power fails in the middle of what is written next. */
    POWER_FAILS,
    /** There is no space left. */
    FULL
  }

  /** What can happen to bytes that were forced. */
  enum Damage {
    /** A bit changes. */
    FLIP,
    /** A sector becomes zeros. */
    ZERO,
    /** A sector is overwritten by what was meant for another place. */
    MISDIRECT
  }

  /** The world broke, not Raft: the process must end, and start anew from the medium. */
  class StorageStopped extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The disk's failure, told in one line. */
    public StorageStopped(String message) {
      super(message);
    }
  }

  /** The medium is damaged, and no process will start from it. */
  final class StorageRefused extends StorageStopped {
    private static final long serialVersionUID = 1;

    /** What is damaged, told in one line. */
    public StorageRefused(String message) {
      super(message);
    }
  }
}
