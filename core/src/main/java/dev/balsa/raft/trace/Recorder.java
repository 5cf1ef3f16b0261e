package dev.balsa.raft.trace;

import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.HardState;
import dev.balsa.raft.Input;
import dev.balsa.raft.Raft;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Restored;
import dev.balsa.raft.Status.RoleName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node's flight recorder: what its core was told and what came of it, in a bounded ring of
 * segments that can each be read by themselves. Written by the thread that owns the core, read by
 * any; thread-safe. Costs some tens of bytes and no file for each step.
 */
public final class Recorder {
  private static final int SEGMENT_BYTES = 64 << 10;

  private final int segmentBytes;
  private long bytesMax;
  private final Deque<Finished> finished = new ArrayDeque<>();
  private long finishedBytes;
  private @Nullable TraceOut out; // of the segment under way, null while no process runs
  private long at;
  private long skew;
  private Standing standing = new Standing(RoleName.FOLLOWER, 0, null, 0, 0);
  private HardState hardState = HardState.INITIAL;
  private LogRuns log = new LogRuns(EntryId.ZERO, List.of(), EntryId.ZERO);

  @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
  private record Finished(byte[] bytes, long end) {}

  /**
   * A recorder that keeps at least the latest segment, and no more than {@code bytesMax} beside.
   */
  public Recorder(long bytesMax) {
    this(bytesMax, SEGMENT_BYTES);
  }

  /**
   * The same with segments that end once they have {@code segmentBytes}, for where many recorders
   * have little memory each. Every segment says anew how the core stood.
   */
  public Recorder(long bytesMax, int segmentBytes) {
    this.bytesMax = bytesMax;
    this.segmentBytes = segmentBytes;
  }

  /** Keeps no more than {@code bytes} beside the latest segment from now on. */
  public synchronized void keepAtMost(long bytes) {
    bytesMax = bytes;
    shrink();
  }

  /**
   * A process starts.
   *
   * @param time when, on the time line that all recordings of a trace share, in nanoseconds; a time
   *     before the latest one counts as the latest
   * @param now the same as the core is told it
   * @param beginning what the core is started with
   * @param raft the core, just started
   */
  public synchronized void started(long time, long now, Beginning beginning, Raft raft) {
    finish();
    Restored restored = beginning.restored();
    hardState = restored.hardState();
    log = new LogRuns(restored.base(), restored.termStarts(), restored.last());
    begin(time, now, raft, beginning);
  }

  private void begin(long time, long now, Raft raft, @Nullable Beginning beginning) {
    at = Math.max(at, time);
    skew = now - at;
    standing = standing(raft);
    TraceOut next = new TraceOut();
    new Base(at, now, standing, hardState, log, raft.membership(), beginning).write(next);
    out = next;
  }

  private static Standing standing(Raft raft) {
    return new Standing(raft.role(), raft.term(), raft.leader(), raft.commit(), raft.durable());
  }

  /** The core took {@code input} at that time, and said {@code ready}. */
  public synchronized void stepped(long time, long now, Input input, Ready ready, Raft raft) {
    TraceOut to = out;
    if (to == null) {
      return;
    }
    Standing next = standing(raft);
    boolean changed = !next.equals(standing);
    Ready.Persist persist = ready.persist();
    head(to, Segment.STEP, time);
    long nextSkew = now - at;
    to.code(
        (changed ? Segment.STANDING : 0)
            | (persist == null ? 0 : Segment.PERSIST)
            | (ready.events().isEmpty() ? 0 : Segment.EVENTS)
            | (nextSkew == skew ? 0 : Segment.CLOCK));
    if (nextSkew != skew) {
      to.signed(nextSkew - skew);
      skew = nextSkew;
    }
    Inputs.write(to, input);
    if (changed) {
      next.write(to);
      standing = next;
    }
    if (persist != null) {
      Values.write(to, persist);
    }
    if (!ready.events().isEmpty()) {
      to.count(ready.events().size());
      ready.events().forEach(event -> Events.write(to, event));
    }
    follow(persist, ready.events());
    if (to.length() >= segmentBytes) {
      finish();
      begin(at, at + skew, raft, null);
    }
  }

  private void head(TraceOut to, int kind, long time) {
    long next = Math.max(at, time);
    to.code(kind).count(next - at);
    at = next;
  }

  private void follow(Ready.@Nullable Persist persist, List<Event> events) {
    if (persist != null) {
      log.follow(persist);
      hardState = persist.hardState() == null ? hardState : persist.hardState();
    }
    for (Event event : events) {
      if (event instanceof Event.LogCompacted compacted) {
        log.compact(compacted.to());
      }
    }
  }

  /** The process ended, for {@code reason}. */
  public synchronized void stopped(long time, String reason) {
    TraceOut to = out;
    if (to != null) {
      head(to, Segment.STOPPED, time);
      to.text(reason.substring(0, Math.min(reason.length(), Segment.REASON_BYTES_MAX / 4)));
      finish();
      out = null;
    }
  }

  private void finish() {
    TraceOut done = out;
    if (done == null) {
      return;
    }
    byte[] bytes = done.toByteArray();
    finished.addLast(new Finished(bytes, at));
    finishedBytes += bytes.length;
    shrink();
  }

  private void shrink() {
    while (finishedBytes > bytesMax && finished.size() > 1) {
      finishedBytes -= finished.removeFirst().bytes().length;
    }
  }

  /** All segments that tell of {@code since} or later, oldest first. */
  public synchronized List<byte[]> segments(long since) {
    List<byte[]> found = new ArrayList<>();
    for (Finished each : finished) {
      if (each.end() >= since) {
        found.add(each.bytes());
      }
    }
    TraceOut latest = out;
    if (latest != null) {
      found.add(latest.toByteArray());
    }
    return found;
  }
}
