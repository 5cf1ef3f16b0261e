package dev.balsa.kv;

import dev.balsa.raft.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Where {@link KvMachine} keeps its data: byte keys in unsigned order, each with a byte value, in a
 * few separate {@link Space}s.
 *
 * <p>All writes since the last {@link #commit()} are one batch. Reads see the open batch at once;
 * after a crash the store holds all of a batch or nothing of it. That is what keeps the applied
 * index and the data it describes together.
 *
 * <p>Used by one thread at a time. A store keeps the {@link Bytes} it is given, so the caller hands
 * over ones that do not share a larger array.
 */
public interface OrderedStore extends AutoCloseable {
  /** A part of the store with keys of its own. */
  enum Space {
    /** The numbers that describe the whole store. */
    META,
    /** The newest version of each key that exists, by key. */
    LIVE,
    /** Superseded versions and tombstones, by key and revision. */
    HISTORY,
    /** Which key changed, by revision and place in it. */
    CHANGES,
    /** The leases, by id. */
    LEASES,
    /** Which keys are attached to a lease, by lease and key; no values. */
    ATTACHED,
    /** What a machine around this one keeps of its own; see {@link Beside}. */
    BESIDE
  }

  /** The value of {@code key}, null if there is none. */
  @Nullable Bytes get(Space space, Bytes key);

  /** Sets the value of {@code key} in the open batch. */
  void put(Space space, Bytes key, Bytes value);

  /** Removes {@code key} in the open batch; no effect if it is absent. */
  void remove(Space space, Bytes key);

  /**
   * The entries of {@code [from, to)} in rising order, empty if {@code to} is not greater.
   *
   * @param to null for no upper bound
   */
  Cursor ascend(Space space, Bytes from, @Nullable Bytes to);

  /** As {@link #ascend}, in falling order. */
  Cursor descend(Space space, Bytes from, @Nullable Bytes to);

  /** Makes the open batch take effect as a whole and opens the next one. */
  void commit();

  /** Removes everything in the open batch. */
  void clear();

  /**
   * The store as the last {@link #commit()} left it, whatever is written from now on. May be read
   * by another thread; the caller closes it.
   */
  Frozen freeze();

  /** About how many bytes it takes where it is, those that it will give back included. */
  long bytes();

  /** Lets go of what it holds beside memory; what was committed is there at the next start. */
  @Override
  default void close() {}

  /** Lets go as the end of the process would: at the next start is there what a crash leaves. */
  default void abandon() {}

  /** A store that does not change. Used by one thread at a time. */
  interface Frozen extends AutoCloseable {
    /** All entries of {@code space} in rising order. */
    Cursor ascend(Space space);

    /**
     * Returns when a crash can take nothing of this state from the store it was taken of.
     *
     * @return false if the store survives no crash
     */
    default boolean keep() {
      return false;
    }

    @Override
    void close();
  }

  /**
   * Walks over entries; stands before the first one when it is made. A write to the same space ends
   * its use.
   */
  interface Cursor extends AutoCloseable {
    /** Steps to the next entry; false if there is none. */
    boolean next();

    /** The key of the entry it stands on. */
    Bytes key();

    /** The value of the entry it stands on. */
    Bytes value();

    @Override
    void close();
  }
}
