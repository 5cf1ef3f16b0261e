package dev.balsa.raft.trace;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Entry;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Raft;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Restored;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.StoredLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs a recorded core once more: the shipped core is given the same inputs at the same times, and
 * must decide what the recording says. Possible from a process's start on whose log was empty or is
 * in the same recording. What a host said of the space on its disk is not recorded, so a core whose
 * disk was full may decide otherwise. Not thread-safe.
 */
public final class Rerun {
  private final TreeMap<Long, Entry> entries = new TreeMap<>();
  private @Nullable Raft raft;

  /** Nothing has run yet. */
  public Rerun() {}

  /** A process starts; false if its log is not known here. */
  public boolean begin(Base base) {
    raft = null;
    Beginning beginning = base.beginning();
    if (beginning == null) {
      return false;
    }
    Restored restored = beginning.restored();
    entries.tailMap(restored.last().index(), false).clear();
    entries.headMap(restored.base().index(), true).clear();
    if (entries.size() != restored.last().index() - restored.base().index()) {
      return false;
    }
    raft = Raft.start(beginning.config(), beginning.founding(), restored, new Stored(), base.now());
    return true;
  }

  /**
   * The core takes the next input.
   *
   * @return whether it said, wrote and became what was recorded
   * @throws IllegalStateException if no process has begun
   */
  public boolean step(Recorded.Step step) {
    Raft core = raft;
    if (core == null) {
      throw new IllegalStateException("no process has begun");
    }
    Ready ready = core.step(step.now(), step.input());
    Ready.Persist persist = ready.persist();
    if (persist != null) {
      write(persist);
    }
    Standing standing =
        new Standing(core.role(), core.term(), core.leader(), core.commit(), core.durable());
    return ready.events().equals(step.events())
        && Objects.equals(persist, step.persist())
        && standing.equals(step.standing());
  }

  private void write(Ready.Persist persist) {
    LogSlice append = persist.append();
    if (append != null) {
      entries.tailMap(append.prev().index(), false).clear();
      append.entries().forEach(entry -> entries.put(entry.index(), entry));
    }
  }

  /** What the core had written. */
  private final class Stored implements StoredLog {
    @Override
    public List<Entry> read(long from, long to, long bytesMax) {
      List<Entry> found = new ArrayList<>();
      long bytes = 0;
      for (Entry entry : entries.subMap(from, true, to, true).values()) {
        bytes += entry.bytes();
        if (!found.isEmpty() && bytes > bytesMax) {
          break;
        }
        found.add(entry);
      }
      return found;
    }

    @Override
    public Bytes readSnapshot(SnapshotMeta snapshot, long offset, int bytesMax) {
      return Bytes.wrap(new byte[(int) Math.min(bytesMax, snapshot.bytes() - offset)]);
    }
  }
}
