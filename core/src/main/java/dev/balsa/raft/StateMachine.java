package dev.balsa.raft;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is replicated: given the same commands in the same order it must give the same results on
 * every node (paper §2). It reads no clock, no random source and no salted hash order. Called by
 * one thread at a time.
 *
 * <p>A machine with {@link #capture} and {@link #restore} has snapshots: its log is cut behind
 * them, it starts from the latest one, and a node that was away long gets one from the leader. One
 * without them works as well, but its log grows for ever and is replayed whole at every start.
 *
 * @param <R> the result of a command
 */
public interface StateMachine<R> {
  /**
   * Applies committed commands, in log order; every index is applied once in the life of this
   * object, and the indexes of successive commands rise, not always by one.
   *
   * @return one result for each command, in the same order
   */
  List<R> apply(List<Committed> commands);

  /**
   * The last entry whose effect a machine that keeps its state by itself, on disk, found there when
   * it was made. Its node goes on from there: it replays what follows in the log, and restores a
   * snapshot only if that is newer. Such a machine must be able to lose the end of what it applied
   * in a crash, never a part from the middle. Its captures say by {@link Capture#keep} how far no
   * crash can take it back.
   *
   * @return {@link EntryId#ZERO} for a machine that begins empty; the same at every call
   */
  default EntryId recovered() {
    return EntryId.ZERO;
  }

  /**
   * Freezes the whole state as it is now, all that later results depend on. Be quick: no command is
   * applied meanwhile. The writing happens later, on another thread, while commands are applied
   * again.
   *
   * @return the frozen state, or null if this machine has no snapshots
   */
  default @Nullable Capture capture() {
    return null;
  }

  /**
   * Replaces the whole state by a captured one, of this process or another; nothing of the state
   * before may remain. The next command applied is the one after it.
   *
   * @throws RuntimeException if the parts are not what {@link Capture#writeTo} wrote; the node then
   *     stops
   */
  default void restore(Source source) {
    throw new UnsupportedOperationException(
        getClass().getName() + " cannot restore a snapshot; implement capture and restore");
  }

  /** A committed command and its place in the log. */
  record Committed(EntryId id, Bytes command) {}

  /** A frozen state. Used by one thread at a time, which need not be the one that made it. */
  interface Capture extends AutoCloseable {
    /**
     * Makes a machine that keeps its state by itself, on disk, durable at least as far as this
     * state goes, so that the log need not lead there any more. Then nobody writes the state down
     * before a follower needs it.
     *
     * @return the last entry with an effect on this state: no later {@link StateMachine#recovered}
     *     is before it; null if the machine does not keep its state, so that it must be written
     */
    default @Nullable EntryId keep() {
      return null;
    }

    /** Writes the state, once; the same state gives the same parts. */
    void writeTo(Sink sink);

    /** Lets go of what the frozen state holds, written or not. */
    @Override
    default void close() {}
  }

  /** Takes the parts of a state in order. */
  @FunctionalInterface
  interface Sink {
    /** Takes a part of any length up to 64 MiB; some tens of KiB are best. */
    void write(Bytes part);
  }

  /** Gives the parts of a state, as they were written and in that order. */
  @FunctionalInterface
  interface Source {
    /** The next part, or null after the last one. */
    @Nullable Bytes read();
  }
}
