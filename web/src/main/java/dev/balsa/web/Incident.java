package dev.balsa.web;

import dev.balsa.raft.Event;
import dev.balsa.raft.Input;
import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Sentence;
import dev.balsa.raft.trace.Recorded;
import dev.balsa.raft.trace.Trace;
import dev.balsa.raft.trace.TraceException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Several nodes' recordings on one time line: a moment for each step that one of them took, in the
 * order of their times. Played once from end to end when it is opened, which judges it and lets it
 * be entered anywhere after that. Not thread-safe.
 */
final class Incident {
  private static final int PLACES_EVERY = 2_000; // moments
  private static final int STORY_MAX = 20_000;
  private static final int WHOLE_STORY_MOMENTS = 5_000; // then only what is no routine is told

  final Trace trace;
  final List<Track> tracks = new ArrayList<>();
  final TreeMap<NodeId, Long> numbers = new TreeMap<>();
  final List<Happening> story = new ArrayList<>();
  private final List<List<Track.Place>> places = new ArrayList<>();
  private final List<Long> placeTimes = new ArrayList<>();
  private final List<Trace.Note> notes;
  private @Nullable Verdict verdict = new Verdict();
  private @Nullable Sentence broken;
  private int brokenAt = Integer.MAX_VALUE;
  private long begin = Long.MAX_VALUE;
  private int moment;
  private long time;
  private int end;
  private long endTime;
  private @Nullable Message arrived;
  private @Nullable NodeId arrivedAt;

  /**
   * A trace at its beginning, not judged yet.
   *
   * @throws TraceException if a node is recorded twice or not at all
   */
  Incident(Trace trace) {
    this.trace = trace;
    for (Trace.Recording recording : trace.recordings()) {
      tracks.add(new Track(recording));
    }
    tracks.sort((one, other) -> one.recording.node().compareTo(other.recording.node()));
    for (Track track : tracks) {
      if (numbers.put(track.recording.node(), numbers.size() + 1L) != null) {
        throw new TraceException("has node %s twice", track.recording.node());
      }
      begin = Math.min(begin, track.nextAt());
    }
    begin = begin == Long.MAX_VALUE ? 0 : begin;
    notes = new ArrayList<>(trace.notes());
    keepPlace();
    tracks.forEach(track -> began(track));
  }

  int moment() {
    return moment;
  }

  /** Nanoseconds since the first step. */
  long time() {
    return time;
  }

  int end() {
    return end;
  }

  long endTime() {
    return endTime;
  }

  /** When the first step was, in nanoseconds of the recorders' time line. */
  long begin() {
    return begin;
  }

  /** The promise that is broken here or before, or null. */
  @Nullable Sentence broken() {
    return moment >= brokenAt ? broken : null;
  }

  /** The message that the latest step took, or null. */
  @Nullable Message arrived() {
    return arrived;
  }

  @Nullable NodeId arrivedAt() {
    return arrivedAt;
  }

  /** When the next step is, in nanoseconds since the first; {@code Long.MAX_VALUE} for never. */
  long next() {
    Track first = first();
    return first == null ? Long.MAX_VALUE : Math.max(time, first.nextAt() - begin);
  }

  private @Nullable Track first() {
    Track first = null;
    long at = Long.MAX_VALUE;
    for (Track track : tracks) {
      long next = track.nextAt();
      if (next < at) {
        at = next;
        first = track;
      }
    }
    return first;
  }

  /** Plays up to so many steps; false if the end is reached, and all is known. */
  boolean judge(int steps) {
    for (int i = 0; i < steps; i++) {
      if (!step()) {
        verdict = null;
        end = moment;
        endTime = time;
        notes.forEach(this::found);
        story.sort((one, other) -> Integer.compare(one.moment(), other.moment()));
        return false;
      }
    }
    return true;
  }

  /** What the recorder found belongs to the last step before that is told of. */
  private void found(Trace.Note note) {
    long at = Math.min(endTime, Math.max(0, note.at() - begin));
    int last = at == endTime ? end : 0;
    for (Happening happening : story) {
      last = happening.time() <= at ? Math.max(last, happening.moment()) : last;
    }
    Sentence found = Sentence.of("the recorder noted: %s", note.text());
    story.add(new Happening(last, at, new Happening.Broken(found)));
    if (last < brokenAt) {
      brokenAt = last;
      broken = found;
    }
  }

  /** Goes on by a record, or to the next segment of a track; false at the end. */
  private boolean step() {
    Track track = first();
    if (track == null) {
      return false;
    }
    long at = track.nextAt();
    long commit = track.standing.commit();
    Recorded now = track.advance();
    time = Math.max(time, at - begin);
    if (now == null && !track.isBeginning()) {
      return true; // the recording goes on in another segment
    }
    moment++;
    arrived = null;
    if (now instanceof Recorded.Step step && step.input() instanceof Input.Receive receive) {
      arrived = receive.message();
      arrivedAt = track.recording.node();
    }
    if (verdict != null) {
      if (now == null) {
        began(track);
      } else {
        tell(track, now, commit);
      }
      if (moment % PLACES_EVERY == 0) {
        keepPlace();
      }
    }
    return true;
  }

  private void keepPlace() {
    places.add(tracks.stream().map(Track::place).toList());
    placeTimes.add(time);
  }

  private void began(Track track) {
    if (track.isBeginning()) {
      add(new Happening.Presence(track.recording.node(), true, ""));
    }
  }

  private void tell(Track track, Recorded now, long commit) {
    switch (now) {
      case Recorded.Stopped stopped ->
          add(new Happening.Presence(track.recording.node(), false, stopped.reason()));
      case Recorded.Step step -> {
        for (Event event : step.events()) {
          if (moment <= WHOLE_STORY_MOMENTS || !isRoutine(event)) {
            add(new Happening.Core(track.recording.node(), moment, event));
          }
        }
        Sentence found =
            verdict == null || broken != null ? null : verdict.judge(track, step, commit);
        if (found != null) {
          broken = found;
          brokenAt = moment;
          story.add(new Happening(moment, time, new Happening.Broken(found)));
        }
      }
    }
  }

  private void add(Happening.What what) {
    if (story.size() < STORY_MAX) {
      story.add(new Happening(moment, time, what));
    }
  }

  /** What every write or heartbeat brings. */
  private static boolean isRoutine(Event event) {
    return event instanceof Event.Appended
        || event instanceof Event.CommitAdvanced
        || event instanceof Event.ReadsConfirmed
        || event instanceof Event.ElectionTimeoutDrawn
        || event instanceof Event.StaleMessage
        || event instanceof Event.PromiseIgnored
        || event instanceof Event.ProposalRefused;
  }

  /** Goes to a moment, before or after this one; to the last if there is none such. */
  void seek(int wanted) {
    int target = Math.max(0, Math.min(wanted, end));
    int nearest = target / PLACES_EVERY;
    if (target < moment || nearest > moment / PLACES_EVERY) {
      int place = Math.min(nearest, places.size() - 1);
      moment = place * PLACES_EVERY;
      time = placeTimes.get(place);
      arrived = null;
      for (int i = 0; i < tracks.size(); i++) {
        tracks.get(i).seek(places.get(place).get(i));
      }
    }
    boolean going = true;
    while (moment < target && going) {
      going = step();
    }
  }

  /** Everything up to a time. */
  void until(long wanted) {
    boolean going = true;
    while (going && next() <= wanted) {
      going = step();
    }
    time = Math.max(time, Math.min(wanted, endTime));
  }

  int interestingAfter() {
    for (Happening happening : story) {
      if (happening.moment() > moment && happening.isInteresting()) {
        return happening.moment();
      }
    }
    return end;
  }

  int interestingBefore() {
    int found = 0;
    for (Happening happening : story) {
      if (happening.moment() < moment && happening.isInteresting()) {
        found = happening.moment();
      }
    }
    return found;
  }
}
