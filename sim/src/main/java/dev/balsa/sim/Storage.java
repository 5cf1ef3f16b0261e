package dev.balsa.sim;

import dev.balsa.raft.Ready;
import dev.balsa.raft.Restored;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StoredLog;

/** Where one node keeps its term, vote and log: its machine's disk and the code that drives it. */
public interface Storage {
  /**
   * A process starts: reads what is on the medium.
   *
   * @throws StorageStopped if the disk does not do what is asked; the process ends
   */
  Restored open();

  /** The log as written so far; valid until the process ends. */
  StoredLog log();

  /**
   * Takes a write, which need not be durable before {@link #force}.
   *
   * @throws StorageStopped if the disk does not do what is asked; the process ends
   */
  void write(Ready.Persist persist);

  /**
   * Makes all that was written durable.
   *
   * @throws StorageStopped if the disk does not do what is asked; the process ends
   */
  void force();

  /** The process ends here; {@code loss} says what becomes of that which was not forced. */
  void stop(Loss loss, SplitMix random);

  /** The disk turns bad, or good again. */
  void trouble(Trouble trouble);

  /** What the medium holds, for the judges. */
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
    /** There is no space left. */
    FULL
  }

  /** The world broke, not Raft: the process must end, and start anew from the medium. */
  final class StorageStopped extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The disk's failure, told in one line. */
    public StorageStopped(String message) {
      super(message);
    }
  }
}
