package dev.balsa.raft.session;

import java.util.Iterator;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The open sessions, what is kept for them, and the log's time.
 *
 * <p>Log time grows by what the greatest stamp seen grows, but one gap counts for no more than
 * {@link SessionMachine#GAP_MILLIS_MAX}: neither a time without a leader nor a clock that is set
 * ahead ends sessions whose clients live. It only ever grows, whatever stamps come in which order.
 */
final class SessionTable<R> {
  private final TreeMap<Long, Open<R>> sessions = new TreeMap<>();
  private final TreeSet<Deadline> deadlines = new TreeSet<>(); // one for each session
  private final SessionJournal<R> journal;
  private long timeMillis;
  private long stampMillis; // the greatest seen

  /** An empty table whose changes {@code journal} is told of. */
  SessionTable(SessionJournal<R> journal) {
    this.journal = journal;
  }

  /** A session. */
  static final class Open<R> {
    final long id;
    final long timeoutMillis;
    long deadlineMillis; // in log time; what deadlines holds for it
    long unanswered = 1; // kept.firstKey ≥ unanswered
    final TreeMap<Long, Kept<R>> kept = new TreeMap<>(); // by sequence

    Open(long id, long timeoutMillis) {
      this.id = id;
      this.timeoutMillis = timeoutMillis;
    }
  }

  /** A result, null only until the batch of its command is applied; of session 0 if of none. */
  static final class Kept<R> {
    final long session;
    final long sequence;
    @Nullable R result;

    Kept(long session, long sequence) {
      this.session = session;
      this.sequence = sequence;
    }
  }

  private record Deadline(long millis, long session) implements Comparable<Deadline> {
    @Override
    public int compareTo(Deadline other) {
      int order = Long.compare(millis, other.millis);
      return order != 0 ? order : Long.compare(session, other.session);
    }
  }

  int count() {
    return sessions.size();
  }

  long timeMillis() {
    return timeMillis;
  }

  long stampMillis() {
    return stampMillis;
  }

  Iterable<Open<R>> sessions() {
    return sessions.values();
  }

  /** A command with this stamp is next: time goes on, and sessions whose time is over end. */
  void advance(long stamp) {
    if (stamp > stampMillis) {
      timeMillis += Math.min(stamp - stampMillis, SessionMachine.GAP_MILLIS_MAX);
      stampMillis = stamp;
    }
    Iterator<Deadline> next = deadlines.iterator();
    while (next.hasNext()) {
      Deadline deadline = next.next();
      if (deadline.millis() >= timeMillis) {
        return;
      }
      next.remove();
      Open<R> expired = sessions.remove(deadline.session());
      if (expired != null) {
        journal.ended(expired);
      }
    }
  }

  void open(long id, long timeoutMillis) {
    Open<R> session = new Open<>(id, timeoutMillis);
    session.deadlineMillis = timeMillis + timeoutMillis;
    add(session);
    journal.session(session);
  }

  /** The session, null if there is none. */
  @Nullable Open<R> find(long id) {
    return sessions.get(id);
  }

  /** The session, whose client has just shown that it lives, or null. */
  @Nullable Open<R> touch(long id) {
    Open<R> session = sessions.get(id);
    if (session != null && session.deadlineMillis != timeMillis + session.timeoutMillis) {
      deadlines.remove(new Deadline(session.deadlineMillis, id));
      session.deadlineMillis = timeMillis + session.timeoutMillis;
      deadlines.add(new Deadline(session.deadlineMillis, id));
      journal.session(session);
    }
    return session;
  }

  /** The client wants no answer to requests of {@code session} below {@code from}. */
  void answered(Open<R> session, long from) {
    if (from <= session.unanswered) {
      return;
    }
    session.unanswered = from;
    NavigableMap<Long, Kept<R>> gone = session.kept.headMap(from, false);
    gone.keySet().forEach(sequence -> journal.forgotten(session, sequence));
    gone.clear();
    journal.session(session);
  }

  /** The result of {@code kept} is there; it stays unless the client has let go of it meanwhile. */
  void done(Kept<R> kept, R result) {
    kept.result = result;
    Open<R> session = sessions.get(kept.session);
    if (session != null && session.kept.containsKey(kept.sequence)) {
      journal.result(kept, result);
    }
  }

  /** A batch of commands is applied. */
  void applied() {
    journal.time(timeMillis, stampMillis);
  }

  void close(long id) {
    Open<R> session = sessions.remove(id);
    if (session != null) {
      deadlines.remove(new Deadline(session.deadlineMillis, id));
      journal.ended(session);
    }
  }

  /** Sets the clocks of an empty table. */
  void restoreTime(long time, long stamp) {
    timeMillis = time;
    stampMillis = stamp;
  }

  void add(Open<R> session) {
    sessions.put(session.id, session);
    deadlines.add(new Deadline(session.deadlineMillis, session.id));
  }
}
