package dev.balsa.sim;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Ready.SnapshotWork;
import dev.balsa.raft.Restored;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.StoredLog;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The lightest disk: nothing but the judges' account of it, and the snapshots' bytes. A crash keeps
 * a prefix of writes. Damage shows at the next start, if it shows.
 */
public final class MemoryStorage implements Storage, StoredLog {
  private static final int PART_HEAD_BYTES = 4;

  private final Medium medium = new Medium();
  private final TreeMap<Long, Snapshot> snapshots = new TreeMap<>(); // by index
  private final List<Bytes> received = new ArrayList<>();
  private Trouble trouble = Trouble.NONE;
  private boolean damaged;

  private record Snapshot(SnapshotMeta meta, Bytes data) {}

  /** An empty disk. */
  public MemoryStorage() {}

  @Override
  public Restored open() {
    if (damaged) {
      throw new StorageRefused("the memory is damaged");
    }
    received.clear();
    SnapshotMeta latest = medium.snapshot();
    if (latest != null && !medium.holds(latest.last())) {
      // A crash before what begins the log behind a received snapshot was durable.
      medium.write(new Ready.Persist(0, null, latest.last(), null));
      medium.force();
    }
    return medium.restored();
  }

  @Override
  public StoredLog log() {
    return this;
  }

  @Override
  public void write(Ready.Persist persist) {
    checkSpace();
    medium.write(persist);
  }

  private void checkSpace() {
    if (trouble == Trouble.POWER_FAILS) {
      trouble = Trouble.NONE;
      throw new StorageStopped("the power failed");
    }
    if (trouble == Trouble.FULL) {
      throw new StorageStopped("no space left on device");
    }
  }

  private void checkRead() {
    if (trouble == Trouble.READ_FAILS) {
      trouble = Trouble.NONE;
      throw new StorageStopped("input/output error on read");
    }
  }

  @Override
  public void force() {
    if (trouble == Trouble.FORCE_FAILS) {
      trouble = Trouble.NONE;
      throw new StorageStopped("input/output error");
    }
    medium.force();
  }

  @Override
  public SnapshotMeta save(EntryId last, Membership membership, StateMachine.Capture capture) {
    checkSpace();
    List<Bytes> parts = new ArrayList<>();
    capture.writeTo(
        part -> {
          int length = part.length();
          byte[] head = {
            (byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length
          };
          parts.add(Bytes.wrap(head));
          parts.add(part);
        });
    parts.add(Bytes.wrap(new byte[] {-1, -1, -1, -1}));
    Bytes data = join(parts);
    SnapshotMeta meta = new SnapshotMeta(last, membership, data.length(), data.hashCode());
    keep(new Snapshot(meta, data));
    return meta;
  }

  private static Bytes join(List<Bytes> parts) {
    int length = 0;
    for (Bytes part : parts) {
      length += part.length();
    }
    byte[] whole = new byte[length];
    int[] at = {0};
    for (Bytes part : parts) {
      part.writeTo(
          (array, offset, count) -> {
            for (int i = offset; i < offset + count; i++) {
              whole[at[0]++] = array[i];
            }
          });
    }
    return Bytes.wrap(whole);
  }

  private void keep(Snapshot snapshot) {
    snapshots.put(snapshot.meta().last().index(), snapshot);
    medium.saved(snapshot.meta());
  }

  @Override
  public void store(SnapshotWork.Store part) {
    checkSpace();
    if (part.offset() == 0) {
      received.clear();
    }
    received.add(part.data());
  }

  @Override
  public boolean finish(SnapshotMeta snapshot) {
    Bytes data = join(received);
    received.clear();
    if (data.length() != snapshot.bytes() || data.hashCode() != snapshot.checksum()) {
      return false;
    }
    keep(new Snapshot(snapshot, data));
    return true;
  }

  @Override
  public void restore(SnapshotMeta snapshot, StateMachine<?> machine) {
    Bytes data = snapshot(snapshot).data();
    int[] at = {0};
    machine.restore(
        () -> {
          int length = 0;
          for (int i = 0; i < PART_HEAD_BYTES; i++) {
            length = (length << 8) | (data.at(at[0] + i) & 0xff);
          }
          if (length < 0) {
            return null;
          }
          int from = at[0] + PART_HEAD_BYTES;
          at[0] = from + length;
          return data.slice(from, from + length);
        });
  }

  private Snapshot snapshot(SnapshotMeta meta) {
    Snapshot found = snapshots.get(meta.last().index());
    if (found == null || !found.meta().equals(meta)) {
      throw new BrokenPromise("%s is asked for, and was released", meta);
    }
    return found;
  }

  @Override
  public void release(SnapshotWork.Release release) {
    medium.release(release.base());
    Iterator<Long> indexes = snapshots.keySet().iterator();
    while (indexes.hasNext() && indexes.next() < release.oldest().index()) {
      indexes.remove();
    }
    medium.keepSnapshots(snapshots.values().stream().map(Snapshot::meta).toList());
  }

  @Override
  public void stop(Loss loss, SplitMix random) {
    switch (loss) {
      case PROCESS -> medium.force(); // the machine's kernel writes it in its own time
      case POWER -> {
        long writes = random.nextBetween(0, 4);
        while (writes-- > 0 && medium.arriveNext()) {}
        medium.arriveTorn(random.nextBetween(0, 4));
      }
    }
    medium.loseRest();
  }

  @Override
  public void trouble(Trouble next) {
    trouble = next;
  }

  @Override
  public boolean damage(Damage damage, SplitMix random) {
    boolean any = medium.forcedLast().index() > 0;
    damaged |= any && random.nextBetween(0, 3) > 0; // some of it nobody ever reads again
    return any;
  }

  @Override
  public void lose() {
    snapshots.clear();
    trouble = Trouble.NONE;
    damaged = false;
    medium.lose();
  }

  @Override
  public Medium medium() {
    return medium;
  }

  @Override
  public List<Entry> read(long from, long to, long bytesMax) {
    checkRead();
    if (from <= medium.released().index()) {
      throw new BrokenPromise(
          "entry %s is asked for, up to %s they were released", from, medium.released());
    }
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    for (long index = from; index <= to; index++) {
      Entry entry = Objects.requireNonNull(medium.entry(index));
      bytes += entry.bytes();
      if (!entries.isEmpty() && bytes > bytesMax) {
        break;
      }
      entries.add(entry);
    }
    return entries;
  }

  @Override
  public Bytes readSnapshot(SnapshotMeta meta, long offset, int bytesMax) {
    checkRead();
    Bytes data = snapshot(meta).data();
    int from = Math.toIntExact(offset);
    return data.slice(from, Math.min(data.length(), from + bytesMax));
  }
}
