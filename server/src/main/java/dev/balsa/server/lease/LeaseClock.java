package dev.balsa.server.lease;

import dev.balsa.kv.Command.Remaining;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.kv.Lease;
import dev.balsa.server.backend.ApplyObserver;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * When each lease ends, as far as this member leads: from the moment it takes over, every lease
 * lives on for what the log says is left of it and {@code extension} more, since nobody could renew
 * it while there was no leader.
 *
 * <p>Thread-safe by one lock that is held briefly: the applying thread tells what there is, gRPC's
 * threads renew, a timer asks what is due.
 */
final class LeaseClock implements ApplyObserver {
  private static final long NOT_LEADING = -1;
  private static final long MILLIS_PER_SECOND = 1_000;

  private final LongSupplier millis;
  private final long extensionMillis;
  private final long markAfterMillis;

  private final Map<Long, Running> leases = new HashMap<>();

  /** Those of {@code leases} that nobody has begun to end; empty unless leading. */
  private final TreeSet<Running> running =
      new TreeSet<>(
          Comparator.comparingLong((Running lease) -> lease.endMillis)
              .thenComparingLong(lease -> lease.id));

  private long term = NOT_LEADING;
  private long granted;
  private long ended;
  private long renewed;

  /** How many leases there are, and were granted, ended and renewed here since the start. */
  record Figures(long leases, long granted, long ended, long renewed) {}

  private static final class Running {
    final long id;
    final long ttlSeconds;

    /** What the log says is left, 0 for all of it. */
    long markedSeconds;

    /** When it ends; while leading. */
    long endMillis;

    /** When it was last renewed or marked; while leading. */
    long touchedMillis;

    Running(Lease lease) {
      this.id = lease.id();
      this.ttlSeconds = lease.ttlSeconds();
      this.markedSeconds = lease.remainingSeconds();
    }
  }

  /**
   * A clock that leads nothing yet.
   *
   * @param millis milliseconds since any fixed moment, never falling
   * @param extensionMillis how much longer leases live after a change of leader
   * @param markAfterMillis after how long without renewal a lease is worth being marked
   */
  LeaseClock(LongSupplier millis, long extensionMillis, long markAfterMillis) {
    this.millis = millis;
    this.extensionMillis = extensionMillis;
    this.markAfterMillis = markAfterMillis;
  }

  @Override
  public synchronized void attached(KvMachine kv) {
    leases.clear();
    running.clear();
    kv.leases().forEach(lease -> leases.put(lease.id(), new Running(lease)));
    startAll();
  }

  @Override
  public void applied(KvMachine kv, List<KvResult> results) {
    for (KvResult result : results) {
      switch (result) {
        case KvResult.LeaseGranted(long revision, long id, long ttlSeconds) ->
            begin(new Lease(id, ttlSeconds, 0));
        case KvResult.LeasesEnded(long revision, List<Long> ids) -> end(ids);
        case KvResult.LeasesMarked(long revision, List<Remaining> remaining) -> mark(remaining);
        default -> {} // no other command touches a lease
      }
    }
  }

  private synchronized void begin(Lease lease) {
    granted++;
    Running begun = new Running(lease);
    leases.put(begun.id, begun);
    if (term != NOT_LEADING) {
      start(begun, millis.getAsLong(), 0);
    }
  }

  private synchronized void end(List<Long> ids) {
    for (long id : ids) {
      Running gone = leases.remove(id);
      if (gone != null) {
        running.remove(gone);
        ended++;
      }
    }
  }

  private synchronized void mark(List<Remaining> remaining) {
    long now = millis.getAsLong();
    for (Remaining left : remaining) {
      Running lease = leases.get(left.id());
      if (lease != null) {
        lease.markedSeconds = left.seconds();
        lease.touchedMillis = now;
      }
    }
  }

  /** This member leads in {@code newTerm}; every lease starts anew unless it did so before. */
  synchronized void lead(long newTerm) {
    if (term != newTerm) {
      term = newTerm;
      running.clear();
      startAll();
    }
  }

  /** This member does not lead. */
  synchronized void follow() {
    term = NOT_LEADING;
    running.clear();
  }

  private void startAll() {
    if (term != NOT_LEADING) {
      long now = millis.getAsLong();
      leases.values().forEach(lease -> start(lease, now, extensionMillis));
    }
  }

  private void start(Running lease, long now, long extension) {
    long seconds = lease.markedSeconds > 0 ? lease.markedSeconds : lease.ttlSeconds;
    lease.endMillis = now + seconds * MILLIS_PER_SECOND + extension;
    lease.touchedMillis = now;
    running.add(lease);
  }

  /** Lets a lease begin anew. */
  synchronized Renewal renew(long id) {
    if (term == NOT_LEADING) {
      return new Renewal.NotLeading();
    }
    Running lease = leases.get(id);
    if (lease == null) {
      return new Renewal.Gone();
    }
    long now = millis.getAsLong();
    if (lease.endMillis <= now || !running.contains(lease)) {
      return new Renewal.Ending();
    }
    if (lease.markedSeconds > 0) {
      return new Renewal.Marked(term);
    }
    running.remove(lease);
    start(lease, now, 0);
    renewed++;
    return new Renewal.Renewed(lease.ttlSeconds);
  }

  synchronized TimeLeft timeLeft(long id) {
    if (term == NOT_LEADING) {
      return new TimeLeft.NotLeading();
    }
    Running lease = leases.get(id);
    if (lease == null) {
      return new TimeLeft.Gone();
    }
    long left = lease.endMillis - millis.getAsLong();
    return new TimeLeft.Running(Math.max(0, left) / MILLIS_PER_SECOND, lease.ttlSeconds);
  }

  /**
   * Leases of one term that are due for something.
   *
   * @param term the leader's that found it
   */
  record Due<T>(long term, List<T> leases) {}

  /**
   * The leases whose time is over, at most {@code max}, oldest first. Each is named once, until
   * {@link #again} gives it back.
   */
  synchronized Due<Long> takeOver(int max) {
    long now = millis.getAsLong();
    List<Long> over = new ArrayList<>();
    while (over.size() < max && !running.isEmpty() && running.first().endMillis <= now) {
      over.add(running.pollFirst().id);
    }
    return new Due<>(term, over);
  }

  /** These were not ended after all, or are gone. */
  synchronized void again(List<Long> ids) {
    if (term == NOT_LEADING) {
      return;
    }
    for (long id : ids) {
      Running lease = leases.get(id);
      if (lease != null) {
        running.add(lease);
      }
    }
  }

  /**
   * What is left of leases that live long and were not renewed for long, at most {@code max}. Each
   * is named once in a while.
   */
  synchronized Due<Remaining> takeUnmarked(int max) {
    long now = millis.getAsLong();
    List<Remaining> unmarked = new ArrayList<>();
    for (Running lease : running) {
      long left = (lease.endMillis - now) / MILLIS_PER_SECOND;
      if (unmarked.size() < max && left > 0 && now - lease.touchedMillis >= markAfterMillis) {
        lease.touchedMillis = now;
        unmarked.add(new Remaining(lease.id, Math.min(left, lease.ttlSeconds)));
      }
    }
    return new Due<>(term, unmarked);
  }

  synchronized Figures figures() {
    return new Figures(leases.size(), granted, ended, renewed);
  }
}
