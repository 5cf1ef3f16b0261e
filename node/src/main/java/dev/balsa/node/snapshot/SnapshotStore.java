package dev.balsa.node.snapshot;

import dev.balsa.node.StorageException;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.DiskFile;
import dev.balsa.node.wal.Wal;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Ready.SnapshotWork.Store;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.StateMachine;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of a data directory. One thread writes captured states, the node's loop stores what
 * a leader sends and reads what it sends itself, one thread finishes what was received, and the
 * applying thread reads what it restores; the store's own list is guarded by its lock, which is
 * never held over IO but a deletion.
 */
public final class SnapshotStore implements AutoCloseable {
  /** How many snapshots stay. */
  public static final int KEPT = 2;

  private static final System.Logger LOG = System.getLogger(SnapshotStore.class.getName());
  private static final String TAKING = "taking.snapshot.new";
  private static final String RECEIVING = "receiving.snapshot.new";
  private static final String DAMAGED = ".damaged";

  private final Directory directory;
  private final Consumer<String> warnings;
  private final TreeMap<Long, Kept> kept = new TreeMap<>(); // by index; guarded by this
  private EntryId oldestInUse = EntryId.ZERO; // guarded by this
  private final List<String> damaged = new ArrayList<>();
  private final byte[] block = new byte[BlockWriter.BLOCK_BYTES]; // the loop's
  private @Nullable DiskFile receiving; // the loop's, then the finishing thread's

  private boolean any; // written before the store is handed out

  private record Kept(SnapshotMeta meta, DiskFile file) {}

  private SnapshotStore(Directory directory, Consumer<String> warnings) {
    this.directory = directory;
    this.warnings = warnings;
  }

  /**
   * Finds the snapshots of {@code directory}, removes what was never finished, and sets aside what
   * is damaged, under another name; {@link #damaged} tells what that was.
   */
  public static SnapshotStore open(Directory directory) {
    return open(directory, warning -> LOG.log(Level.WARNING, warning));
  }

  /** The same with warnings, a line each, for {@code warnings} instead of the log. */
  public static SnapshotStore open(Directory directory, Consumer<String> warnings) {
    SnapshotStore store = new SnapshotStore(directory, warnings);
    for (String name : directory.list()) {
      if (name.equals(TAKING) || name.equals(RECEIVING)) {
        directory.delete(name);
      } else if (SnapshotFile.isSnapshot(name)) {
        store.any = true;
        store.find(name);
      } else if (name.endsWith(DAMAGED)) {
        store.any = true;
      }
    }
    directory.force();
    return store;
  }

  private synchronized void find(String name) {
    DiskFile file = directory.open(name);
    SnapshotMeta meta;
    try {
      meta = SnapshotFile.verify(file);
    } catch (StorageException e) {
      file.close();
      damaged.add("%s; it is set aside as %s".formatted(e.getMessage(), name + DAMAGED));
      directory.rename(name, name + DAMAGED);
      return;
    }
    Kept before = kept.put(meta.last().index(), new Kept(meta, file));
    if (before != null) {
      before.file().close();
    }
  }

  /** The membership in the latest snapshot, or null if there is none. */
  public synchronized @Nullable Membership membership() {
    return kept.isEmpty() ? null : kept.lastEntry().getValue().meta().membership();
  }

  /** Whether there are or were snapshots, so that the log need not go back to its first entry. */
  public boolean hadAny() {
    return any;
  }

  /** What was found damaged when the store was opened, and where. */
  public List<String> damaged() {
    return List.copyOf(damaged);
  }

  /** The snapshots there are, the latest first. */
  public synchronized List<SnapshotMeta> list() {
    List<SnapshotMeta> metas = new ArrayList<>();
    kept.descendingMap().values().forEach(snapshot -> metas.add(snapshot.meta()));
    return metas;
  }

  /**
   * The latest snapshot that the log goes on from, or null if there is none and need not be. A log
   * that ends before it, as after a crash while it was installed, begins anew behind it.
   *
   * @param isThere whether the state is, which some state machines keep by themselves
   * @throws StorageException if entries between the snapshots and the log are missing
   */
  public @Nullable SnapshotMeta connect(Wal wal, Predicate<SnapshotMeta> isThere) {
    List<SnapshotMeta> found = list().stream().filter(isThere).toList();
    for (SnapshotMeta snapshot : found) {
      if (snapshot.last().index() >= wal.base().index()) {
        if (!wal.holds(snapshot.last())) {
          wal.restart(snapshot.last());
          wal.force();
        }
        return snapshot;
      }
    }
    if (wal.base().index() == 0) {
      return null;
    }
    throw new StorageException(
        "the log in %s begins after entry %s, but no snapshot reaches it (found: %s); restore the data directory from a copy, or remove this member from the cluster and add it anew with an empty --data-dir"
            .formatted(
                directory.path(""), wal.base(), found.stream().map(SnapshotMeta::last).toList()));
  }

  /**
   * Writes a captured state and makes it durable. One thread at a time.
   *
   * @throws StorageException if the disk fails; nothing durable has changed then
   */
  public SnapshotMeta write(EntryId last, Membership membership, StateMachine.Capture capture) {
    SnapshotMeta meta;
    try {
      meta = take(last, membership, capture);
    } catch (StorageException e) {
      if (e.isNoSpace() && directory.list().contains(TAKING)) {
        directory.delete(TAKING); // others need what it took
      }
      throw e;
    }
    publish(TAKING, meta);
    return meta;
  }

  private SnapshotMeta take(EntryId last, Membership membership, StateMachine.Capture capture) {
    DiskFile file = create(TAKING);
    try {
      SnapshotMeta meta = SnapshotFile.write(file, last, membership, capture);
      file.force();
      return meta;
    } finally {
      file.close();
    }
  }

  /**
   * Notes durably that the state machine keeps the state after {@code last} by itself, unless that
   * state is written. One thread at a time, which also writes and finishes.
   *
   * @param kept the last entry with an effect on that state
   * @throws StorageException if the disk fails
   */
  public SnapshotMeta mark(EntryId last, Membership membership, EntryId kept) {
    SnapshotMeta meta = at(last.index());
    if (meta != null && meta.isWritten()) {
      return meta;
    }
    try (DiskFile file = create(TAKING)) {
      meta = SnapshotFile.mark(file, last, membership, kept);
      file.force();
    }
    publish(TAKING, meta);
    return meta;
  }

  /** The entry that a state machine must know of to have the state of {@link #mark} still. */
  public EntryId kept(SnapshotMeta meta) {
    return SnapshotFile.kept(file(meta));
  }

  private synchronized @Nullable SnapshotMeta at(long index) {
    Kept found = kept.get(index);
    return found == null ? null : found.meta();
  }

  private DiskFile create(String name) {
    if (directory.list().contains(name)) {
      directory.delete(name);
    }
    return directory.create(name, 0);
  }

  private void publish(String temporary, SnapshotMeta meta) {
    String name = SnapshotFile.name(meta.last());
    directory.rename(temporary, name);
    directory.force();
    DiskFile file = directory.open(name);
    synchronized (this) {
      Kept before = kept.put(meta.last().index(), new Kept(meta, file));
      if (before != null) {
        before.file().close();
      }
    }
  }

  /** Keeps bytes that a leader sent, not durably; they come in order. The loop's thread. */
  public void store(Store part) {
    if (part.offset() == 0) {
      dropReceived();
      receiving = create(RECEIVING);
    }
    DiskFile file = receiving;
    if (file == null) {
      throw new IllegalStateException("bytes at %d of no snapshot".formatted(part.offset()));
    }
    file.write(ByteBuffer.wrap(part.data().toByteArray()), part.offset());
  }

  private void dropReceived() {
    if (receiving != null) {
      receiving.close();
      receiving = null;
    }
  }

  /**
   * Verifies what was stored and makes it durable; false if it is not {@code meta}'s bytes. Nobody
   * stores meanwhile.
   *
   * @throws StorageException if the disk fails
   */
  public boolean finish(SnapshotMeta meta) {
    DiskFile file = receiving;
    if (file == null) {
      throw new IllegalStateException("nothing was received of " + meta);
    }
    receiving = null;
    try (file) {
      if (!isIntact(file, meta)) {
        return false;
      }
      file.force();
    }
    publish(RECEIVING, meta);
    return true;
  }

  private boolean isIntact(DiskFile file, SnapshotMeta wanted) {
    try {
      SnapshotMeta found = SnapshotFile.verify(file);
      if (found.equals(wanted)) {
        return true;
      }
      warnings.accept("snapshot received is %s, wanted %s; it is dropped".formatted(found, wanted));
    } catch (StorageException e) {
      warnings.accept("snapshot received is dropped: " + e.getMessage());
    }
    return false;
  }

  /**
   * Bytes of a snapshot's file, checked. The loop's thread.
   *
   * @return at least one byte, at most {@code bytesMax}
   * @throws StorageException if the file is damaged or gone
   */
  public Bytes read(SnapshotMeta meta, long offset, int bytesMax) {
    DiskFile file = file(meta);
    long number = offset / BlockWriter.BLOCK_BYTES;
    int from = (int) (offset % BlockWriter.BLOCK_BYTES);
    long end = meta.bytes() - Integer.BYTES;
    if (offset >= end) {
      ByteBuffer crc = ByteBuffer.allocate((int) (meta.bytes() - offset));
      file.read(crc, offset);
      return Bytes.copyOf(crc.array());
    }
    int length = BlockReader.readBlock(file, number, block) + Integer.BYTES;
    return Bytes.copyOf(block).slice(from, Math.min(length, from + bytesMax));
  }

  /** Gives a snapshot's parts to {@code reader}. The applying thread. */
  public void open(SnapshotMeta meta, Consumer<StateMachine.Source> reader) {
    // A file of its own: the loop may be sending the same snapshot.
    try (DiskFile file = directory.open(SnapshotFile.name(meta.last()))) {
      BlockReader in = new BlockReader(file);
      SnapshotFile.head(file, in);
      boolean[] ended = {false};
      StateMachine.Source source =
          () -> {
            Bytes part = ended[0] ? null : SnapshotFile.part(file, in);
            ended[0] = part == null;
            return part;
          };
      reader.accept(source);
    }
  }

  private synchronized DiskFile file(SnapshotMeta meta) {
    Kept found = kept.get(meta.last().index());
    if (found == null || !found.meta().equals(meta)) {
      throw new StorageException("%s is not in %s".formatted(meta, directory.path("")));
    }
    return found.file();
  }

  /**
   * Deletes what is older than both the {@link #KEPT} latest and the one at {@code oldest}; but one
   * that the state machine keeps by itself needs none beside it. The loop's thread.
   *
   * @return the last entry of the oldest snapshot that stays: the log must go back to there
   */
  public synchronized EntryId release(EntryId oldest) {
    oldestInUse = oldest;
    int stay = !kept.isEmpty() && kept.lastEntry().getValue().meta().isWritten() ? KEPT : 1;
    while (kept.size() > stay && kept.firstKey() < oldestInUse.index()) {
      Kept gone = kept.pollFirstEntry().getValue();
      gone.file().close();
      directory.delete(SnapshotFile.name(gone.meta().last()));
    }
    return kept.isEmpty() ? EntryId.ZERO : kept.firstEntry().getValue().meta().last();
  }

  @Override
  public synchronized void close() {
    dropReceived();
    kept.values().forEach(snapshot -> snapshot.file().close());
    kept.clear();
  }
}
