package dev.balsa.web;

import dev.balsa.raft.Entry;
import dev.balsa.raft.Event;
import dev.balsa.raft.HardState;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Ready;
import dev.balsa.raft.trace.Base;
import dev.balsa.raft.trace.LogRuns;
import dev.balsa.raft.trace.Recorded;
import dev.balsa.raft.trace.Segment;
import dev.balsa.raft.trace.Standing;
import dev.balsa.raft.trace.Trace;
import dev.balsa.raft.trace.TraceException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One node's recording, and how the node stood at the place where it is read. */
final class Track {
  static final int TAIL_MAX = 200; // of the log, with what the entries are

  final Trace.Recording recording;
  private final List<List<Entry>> tails = new ArrayList<>(); // at each segment's beginning
  private int segment; // the one that is read, by its place
  private int taken; // records of it
  private Segment reading;
  private @Nullable Recorded next;
  private long nextAt;

  Standing standing;
  HardState hardState;
  LogRuns log;
  Membership membership;
  boolean up;
  long drawn;
  final TreeMap<NodeId, Boolean> votes = new TreeMap<>();
  private final ArrayList<Entry> tail = new ArrayList<>();

  Track(Trace.Recording recording) {
    this.recording = recording;
    if (recording.segments().isEmpty()) {
      throw new TraceException("has nothing of node %s", recording.node());
    }
    reading = open(0);
    Base base = reading.base();
    standing = base.standing();
    hardState = base.hardState();
    log = base.log();
    membership = base.membership();
    look();
  }

  /** A place in a track. */
  record Place(int segment, int taken) {}

  Place place() {
    return new Place(segment, taken);
  }

  /** Goes to a place that was there before. */
  void seek(Place place) {
    reading = open(place.segment());
    look();
    for (taken = 0; taken < place.taken(); ) {
      advance();
    }
  }

  private Segment open(int place) {
    Segment opened = new Segment(recording.segments().get(place));
    Base base = opened.base();
    segment = place;
    taken = 0;
    standing = base.standing();
    hardState = base.hardState();
    log = base.log();
    membership = base.membership();
    if (tails.size() == place) {
      tails.add(List.copyOf(tail));
    }
    tail.clear();
    tail.addAll(tails.get(place));
    if (base.beginning() != null) {
      tail.clear();
    }
    votes.clear();
    drawn = 0;
    up = true;
    return opened;
  }

  /** When the next record is, in nanoseconds of the time line; {@code Long.MAX_VALUE} for never. */
  long nextAt() {
    return nextAt;
  }

  private void look() {
    next = reading.next();
    if (next != null) {
      nextAt = next.at();
    } else if (segment + 1 < recording.segments().size()) {
      nextAt = new Segment(recording.segments().get(segment + 1)).base().at();
    } else {
      nextAt = Long.MAX_VALUE;
    }
  }

  /** Takes the next record; null if that is only the beginning of the next segment. */
  @Nullable Recorded advance() {
    Recorded now = next;
    if (now == null) {
      reading = open(segment + 1);
      look();
      return null;
    }
    taken++;
    look();
    follow(now);
    return now;
  }

  /** Whether the recording begins with a process's start. */
  boolean isWhole() {
    return new Segment(recording.segments().getFirst()).base().beginning() != null;
  }

  /** Whether the segment at hand begins with a process's start. */
  boolean isBeginning() {
    return taken == 0 && reading.base().beginning() != null;
  }

  private void follow(Recorded now) {
    switch (now) {
      case Recorded.Stopped stopped -> up = false;
      case Recorded.Step step -> {
        standing = step.standing();
        Ready.Persist persist = step.persist();
        if (persist != null) {
          write(persist);
        }
        step.events().forEach(this::follow);
      }
    }
  }

  private void write(Ready.Persist persist) {
    log.follow(persist);
    hardState = persist.hardState() == null ? hardState : persist.hardState();
    if (persist.restart() != null) {
      tail.clear();
    }
    LogSlice append = persist.append();
    if (append == null) {
      return;
    }
    while (!tail.isEmpty() && tail.getLast().index() > append.prev().index()) {
      tail.removeLast();
    }
    tail.addAll(append.entries());
    if (tail.size() > 2 * TAIL_MAX) {
      tail.subList(0, tail.size() - TAIL_MAX).clear();
    }
  }

  private void follow(Event event) {
    if (event instanceof Event.ElectionTimeoutDrawn timeout) {
      drawn = timeout.nanos();
    } else if (event instanceof Event.ElectionStarted
        || event instanceof Event.PreVoteStarted
        || event instanceof Event.SteppedDown) {
      votes.clear();
    } else if (event instanceof Event.VoteReceived vote) {
      votes.put(vote.voter(), true);
    } else if (event instanceof Event.PreVoteReceived vote) {
      votes.put(vote.voter(), true);
    } else if (event instanceof Event.ConfigurationTaken taking) {
      membership = taking.membership();
    } else if (event instanceof Event.ConfigurationRolledBack back) {
      membership = back.membership();
    } else if (event instanceof Event.LogCompacted compacted) {
      log.compact(compacted.to());
    }
  }

  /** The entry at {@code index} if what it is was recorded, else null. */
  @Nullable Entry entry(long index) {
    for (int i = tail.size() - 1; i >= 0; i--) {
      if (tail.get(i).index() == index) {
        return tail.get(i);
      }
    }
    return null;
  }
}
