package dev.balsa.node;

import dev.balsa.raft.GroupId;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.trace.Recorder;
import dev.balsa.raft.trace.Trace;
import dev.balsa.raft.trace.TraceWriter;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The flight recorders of a {@link RaftHost}'s groups, which share so much memory and no more: each
 * has an even part of it, less with every group that comes. Where a part would be too small to tell
 * anything, further groups have none. Thread-safe.
 *
 * <pre>{@code
 * GroupRecorders recorders = new GroupRecorders(32 << 20);
 * HostListener listener = new HostListener() {
 *   public GroupRecorders recorders() {
 *     return recorders;
 *   }
 * };
 * RaftHost host = RaftHost.start(config, directory, listener);
 * // later, on each member; the files one behind the other are the trace of the group
 * byte[] file = recorders.trace(new GroupId(7), self, "a");
 * }</pre>
 */
public final class GroupRecorders {
  private static final int SEGMENT_BYTES = 4 << 10;

  /** The least a group has, by bytes: a segment that ended, and one under way as it grows. */
  public static final int GROUP_BYTES_MIN = 3 * SEGMENT_BYTES;

  private final long bytesMax;
  private final TreeMap<GroupId, Recorder> recorders = new TreeMap<>();

  /**
   * Recorders of all groups that keep about {@code bytesMax} bytes together; a thousand groups have
   * 32 KiB each of 32 MiB.
   *
   * @throws IllegalArgumentException if that is less than {@link #GROUP_BYTES_MIN}
   */
  public GroupRecorders(long bytesMax) {
    if (bytesMax < GROUP_BYTES_MIN) {
      throw new IllegalArgumentException(
          "recorders of %d bytes together; must be %d at least"
              .formatted(bytesMax, GROUP_BYTES_MIN));
    }
    this.bytesMax = bytesMax;
  }

  /** The recorder of a group, which goes on across its ends; null if there is no memory for one. */
  synchronized @Nullable Recorder of(GroupId group) {
    Recorder known = recorders.get(group);
    if (known != null) {
      return known;
    }
    if (bytesMax / (recorders.size() + 1) < GROUP_BYTES_MIN) {
      return null;
    }
    Recorder recorder = new Recorder(0, SEGMENT_BYTES);
    recorders.put(group, recorder);
    share();
    return recorder;
  }

  /** The group is gone, and what was recorded of it; the others have its part. */
  synchronized void forget(GroupId group) {
    if (recorders.remove(group) != null) {
      share();
    }
  }

  private void share() {
    if (!recorders.isEmpty()) {
      long part = bytesMax / recorders.size() - 2 * SEGMENT_BYTES;
      recorders.values().forEach(recorder -> recorder.keepAtMost(part));
    }
  }

  /** The groups that are recorded. */
  public synchronized SortedSet<GroupId> groups() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(recorders.keySet()));
  }

  /**
   * What was recorded of a group here, as a file that the page opens; several members' files, one
   * behind the other, are one.
   *
   * @param self this node
   * @param name what people call it
   * @throws GroupException if the group is not recorded
   */
  public byte[] trace(GroupId group, NodeId self, String name) {
    Recorder recorder;
    synchronized (this) {
      recorder = recorders.get(group);
    }
    if (recorder == null) {
      throw new GroupException(group, GroupException.Reason.UNKNOWN);
    }
    String version = RaftHost.class.getPackage().getImplementationVersion();
    return new TraceWriter()
        .add(
            new Trace.Recording(
                self,
                name,
                "group " + group,
                version == null ? "-" : version,
                recorder.segments(Long.MIN_VALUE)))
        .finish();
  }
}
