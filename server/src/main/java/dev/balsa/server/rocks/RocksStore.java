package dev.balsa.server.rocks;

import dev.balsa.kv.OrderedStore;
import dev.balsa.node.StorageException;
import dev.balsa.raft.Bytes;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Snapshot;

/**
 * An {@link OrderedStore} in RocksDB, for data larger than the heap. A batch that was committed
 * survives the end of the process only once it is flushed: by itself when enough has gathered, by
 * {@link Frozen#keep}, and by {@link #close}. After a crash the store holds a prefix of its
 * batches, each as a whole.
 *
 * <p>All since {@link #clear} goes into a new generation, which takes the place of the old one at
 * {@link #commit}; a crash before leaves the old one. So a restore is one batch however large it
 * is.
 */
public final class RocksStore implements OrderedStore {
  private static final System.Logger LOG = System.getLogger(RocksStore.class.getName());

  private static final String LIBRARY = "native";

  /** While a new generation is filled its batch is written whenever it has so many bytes. */
  private static final long FILL_BYTES = 4 << 20;

  private final RocksSettings settings;
  private final GenerationFiles files;
  private final OpenBatch batch = new OpenBatch();
  private final RecentValues newest; // of LIVE, as committed to the current generation
  private Generation current;
  private @Nullable Generation next; // since clear, until commit

  private RocksStore(GenerationFiles files, RocksSettings settings) {
    this.settings = settings;
    this.files = files;
    this.newest = new RecentValues(settings.recentBytes());
    this.current = new Generation(files.newest(), settings);
  }

  /**
   * Opens the store in {@code directory}, which is made if it is missing; its parent must be there.
   *
   * @throws StorageException if the store is damaged or in use, the disk refuses, or RocksDB's
   *     library cannot be loaded
   */
  public static RocksStore open(Path directory, RocksSettings settings) {
    GenerationFiles files = GenerationFiles.open(directory);
    NativeLibrary.load(directory.resolve(LIBRARY));
    return new RocksStore(files, settings);
  }

  @Override
  public @Nullable Bytes get(Space space, Bytes key) {
    Bytes written = batch.get(space, key);
    if (written != null) {
      return OpenBatch.isRemoved(written) ? null : written;
    }
    if (space != Space.LIVE || next != null) {
      return stored(space, key);
    }
    Bytes value = newest.get(key);
    if (value == null) {
      value = stored(space, key);
      if (value != null) {
        newest.put(key, value);
      }
    }
    return value;
  }

  private @Nullable Bytes stored(Space space, Bytes key) {
    byte[] stored = generation().get(space, key);
    return stored == null ? null : Bytes.wrap(stored);
  }

  @Override
  public void put(Space space, Bytes key, Bytes value) {
    batch.set(space, key, value);
    fill();
  }

  @Override
  public void remove(Space space, Bytes key) {
    batch.set(space, key, OpenBatch.REMOVED);
    fill();
  }

  private void fill() {
    if (next != null && batch.bytes() >= FILL_BYTES) {
      next.write(batch);
      batch.clear();
    }
  }

  @Override
  public Cursor ascend(Space space, Bytes from, @Nullable Bytes to) {
    return cursor(space, from, to, false);
  }

  @Override
  public Cursor descend(Space space, Bytes from, @Nullable Bytes to) {
    return cursor(space, from, to, true);
  }

  private Cursor cursor(Space space, Bytes from, @Nullable Bytes to, boolean descending) {
    // RocksDB wants bounds in order.
    Bytes start = to != null && from.compareTo(to) > 0 ? to : from;
    Cursor stored = new RocksCursor(generation(), space, start, to, descending, null);
    return batch.over(stored, space, from, to, descending);
  }

  @Override
  public void commit() {
    Generation filled = next;
    if (!batch.isEmpty()) {
      generation().write(batch);
      if (filled == null) {
        batch.tell(newest);
      }
      batch.clear();
    }
    if (filled != null) {
      filled.flush();
      filled.letGo();
      next = null;
      replace(new Generation(files.complete(), settings));
    }
  }

  private void replace(Generation complete) {
    Generation old = current;
    current = complete;
    drop(old);
  }

  private void drop(Generation old) {
    if (old.letGo() && old != current) {
      files.delete(old.directory());
    }
  }

  @Override
  public void clear() {
    batch.clear();
    newest.clear();
    Generation begun = next;
    if (begun != null) {
      begun.letGo();
    }
    next = new Generation(files.next(), settings);
  }

  private Generation generation() {
    return next != null ? next : current;
  }

  @Override
  public Frozen freeze() {
    Generation held = current.hold();
    return new View(held, held.snapshot());
  }

  /** A snapshot of RocksDB's, which costs nothing but that what it sees stays on disk meanwhile. */
  private final class View implements Frozen {
    private final Generation held;
    private final Snapshot snapshot;

    View(Generation held, Snapshot snapshot) {
      this.held = held;
      this.snapshot = snapshot;
    }

    @Override
    public Cursor ascend(Space space) {
      return new RocksCursor(held, space, Bytes.EMPTY, null, false, snapshot);
    }

    @Override
    public boolean keep() {
      held.flush();
      return true;
    }

    @Override
    public void close() {
      held.release(snapshot);
      drop(held);
    }
  }

  @Override
  public long bytes() {
    return generation().bytes();
  }

  /** Makes all that was committed durable and closes the files; nobody may read any more. */
  @Override
  public void close() {
    try {
      current.flush();
    } catch (StorageException e) {
      LOG.log(
          Level.WARNING,
          "what was not written yet is read from the log again at the next start: {0}",
          e.getMessage());
    }
    abandon();
  }

  /** Closes the files as they are. */
  @Override
  public void abandon() {
    if (next != null) {
      next.letGo();
    }
    current.letGo();
  }
}
