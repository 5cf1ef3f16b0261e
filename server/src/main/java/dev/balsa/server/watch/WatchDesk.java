package dev.balsa.server.watch;

import dev.balsa.kv.History;
import dev.balsa.kv.KeyRange;
import dev.balsa.proto.WatchCancelRequest;
import dev.balsa.proto.WatchCreateRequest;
import dev.balsa.proto.WatchRequest;
import dev.balsa.proto.WatchResponse;
import dev.balsa.server.rpc.EtcdError;
import dev.balsa.server.rpc.Headers;
import dev.balsa.server.rpc.KvMapping;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * All streams and watchers of a member: takes one input after the other and says at once what each
 * client must hear of it. Knows no thread and no clock.
 *
 * <p>A watcher is either synced, so that it has everything up to {@code head}, or behind; see the
 * package's description. A watcher of a revision to come is synced, too: it just wants nothing yet.
 */
final class WatchDesk {
  private final Settings settings;
  private final Source source;
  private final Headers headers;
  private final Delivery delivery;
  private final RecentChanges recent = new RecentChanges();

  private final Set<WatchStream> streams = new LinkedHashSet<>();
  private final Set<WatchStream> behind = new LinkedHashSet<>(); // streams with watchers behind
  private final WatcherIndex synced = new WatcherIndex();

  // Until the member has caught up, what it applies is no news, and nobody is told anything.
  private boolean caughtUp;
  private final Deque<WatchInput.Asked> early = new ArrayDeque<>();

  private long head; // the newest revision that was published
  private boolean fetching;
  private long leaderSeen;
  private long progressDue;
  private int watcherCount;
  private int prevCount; // how many of them want the record before

  /**
   * How the desk behaves.
   *
   * @param fragmentBytes the size from which on a response to a watcher that takes fragments is cut
   * @param progressMillis how often a watcher that asked for it is told that nothing happens
   * @param leaderlessMillis how long a stream that requires a leader goes on without one
   */
  record Settings(int fragmentBytes, long progressMillis, long leaderlessMillis) {}

  /** Where changes come from. */
  interface Source {
    /** What must be published from now on: changes at all, and with the records before. */
    void want(boolean changes, boolean withPrev);

    /** Asks for the history from a revision on; the answer is an input. */
    void fetch(long from, boolean withPrev);
  }

  WatchDesk(Settings settings, Source source, Headers headers) {
    this.settings = settings;
    this.source = source;
    this.headers = headers;
    this.delivery = new Delivery(headers, settings.fragmentBytes());
    this.progressDue = settings.progressMillis();
  }

  /** How many watchers, streams and slow watchers there are, and events sent so far. */
  record Figures(long watchers, long streams, long behind, long events) {}

  Figures figures() {
    return new Figures(
        watcherCount, streams.size(), watcherCount - synced.size(), delivery.events());
  }

  /** Whether somebody waits for the member to catch up. */
  boolean isEarly() {
    return !early.isEmpty();
  }

  void take(WatchInput input) {
    switch (input) {
      case WatchInput.Published published -> published(published);
      case WatchInput.Skipped(long last) -> skipped(last);
      case WatchInput.CaughtUp() -> caughtUp();
      case WatchInput.Opened(WatchStream stream) -> streams.add(stream);
      case WatchInput.Asked asked -> {
        if (caughtUp) {
          asked(asked.stream(), asked.request());
        } else {
          early.add(asked);
        }
      }
      case WatchInput.Ready(WatchStream stream) -> {
        stream.becameReady();
        catchUp();
      }
      case WatchInput.Closed(WatchStream stream) -> forget(stream);
      case WatchInput.Fetched fetched -> fetched(fetched);
      case WatchInput.FetchRefused() -> fetching = false; // the next tick asks again
      case WatchInput.Tick(long now, boolean hasLeader) -> tick(now, hasLeader);
      case WatchInput.Stop() -> endAll(EtcdError.STOPPED);
    }
  }

  /** Ends every stream. */
  void endAll(EtcdError reason) {
    for (WatchStream stream : List.copyOf(streams)) {
      end(stream, reason);
    }
  }

  private void published(WatchInput.Published published) {
    boolean fits = published.first() == head + 1 && (published.withPrev() || prevCount == 0);
    if (!fits) {
      skipped(published.last());
      return;
    }
    List<WatchedChange> changes = WatchedChange.of(published.changes());
    head = published.last();
    recent.add(changes, head);
    for (Watcher watcher : delivery.run(changes, synced, head)) {
      fallBehind(watcher);
    }
    catchUp();
  }

  /** Everybody who was synced now lacks what was left out. */
  private void skipped(long last) {
    if (last <= head) {
      return;
    }
    List<Watcher> lacking = new ArrayList<>();
    synced.forEach(
        watcher -> {
          watcher.next = Math.max(watcher.next, head + 1);
          if (watcher.next <= last) {
            lacking.add(watcher);
          }
        });
    head = last;
    recent.restart(head + 1);
    lacking.forEach(this::fallBehind);
    catchUp();
  }

  private void caughtUp() {
    caughtUp = true;
    while (!early.isEmpty()) {
      WatchInput.Asked asked = early.remove();
      asked(asked.stream(), asked.request());
    }
  }

  private void asked(WatchStream stream, WatchRequest request) {
    if (!streams.contains(stream)) {
      return;
    }
    switch (request.getRequestUnionCase()) {
      case CREATE_REQUEST -> create(stream, request.getCreateRequest());
      case CANCEL_REQUEST -> cancel(stream, request.getCancelRequest());
      case PROGRESS_REQUEST -> progress(stream);
      case REQUESTUNION_NOT_SET -> {} // as etcd
    }
    stream.requestNext();
    catchUp();
  }

  private void create(WatchStream stream, WatchCreateRequest request) {
    KeyRange range = WatchStream.range(KvMapping.range(request.getKey(), request.getRangeEnd()));
    String refusal = stream.refusal(request, range);
    WatchResponse.Builder created =
        WatchResponse.newBuilder().setHeader(headers.at(head)).setCreated(true);
    if (refusal != null) {
      stream.wire.send(
          created.setWatchId(WatchStream.NO_ID).setCanceled(true).setCancelReason(refusal).build());
      return;
    }
    Watcher watcher = stream.create(request, range);
    stream.wire.send(created.setWatchId(watcher.id).build());
    watcherCount++;
    prevCount += watcher.prevKv ? 1 : 0;
    if (watcher.prevKv && prevCount == 1) {
      recent.restart(head + 1); // what is there lacks the records before
    }
    wantChanges();
    watcher.next = watcher.startRevision == 0 ? head + 1 : watcher.startRevision;
    if (watcher.next > head) {
      synced.add(watcher);
    } else {
      fallBehind(watcher);
    }
  }

  private void cancel(WatchStream stream, WatchCancelRequest request) {
    long id = request.getWatchId();
    Watcher watcher = stream.remove(id);
    if (watcher != null) {
      forget(watcher);
    }
    if (watcher != null || stream.free(id)) {
      stream.wire.send(
          WatchResponse.newBuilder()
              .setHeader(headers.at(head))
              .setWatchId(id)
              .setCanceled(true)
              .build());
    }
  }

  /**
   * Says how far all watchers of the stream are, if they are equally far; else nothing, as etcd. A
   * watcher that was promised nothing before its start revision is not told of earlier ones either
   * (etcd 20221).
   */
  private void progress(WatchStream stream) {
    boolean even =
        stream.behind.isEmpty()
            && stream.watchers().stream().allMatch(watcher -> watcher.startRevision <= head);
    if (even) {
      stream.wire.send(progressResponse(WatchStream.NO_ID));
    }
  }

  private WatchResponse progressResponse(long id) {
    return WatchResponse.newBuilder().setHeader(headers.at(head)).setWatchId(id).build();
  }

  private void tick(long now, boolean hasLeader) {
    if (hasLeader) {
      leaderSeen = now;
    } else if (now - leaderSeen > settings.leaderlessMillis()) {
      for (WatchStream stream : List.copyOf(streams)) {
        if (stream.requiresLeader) {
          end(stream, EtcdError.NO_LEADER);
        }
      }
    }
    if (now - progressDue >= 0) {
      progressDue = now + settings.progressMillis();
      streams.forEach(this::noteProgress);
    }
    catchUp();
  }

  private void noteProgress(WatchStream stream) {
    for (Watcher watcher : stream.watchers()) {
      boolean due = watcher.progress && watcher.quiet && !watcher.behind;
      if (due && watcher.startRevision <= head && stream.wire.isReady()) {
        stream.wire.send(progressResponse(watcher.id));
      }
      watcher.quiet = true;
    }
  }

  private void fallBehind(Watcher watcher) {
    synced.remove(watcher);
    watcher.behind = true;
    watcher.stream.behind.add(watcher);
    behind.add(watcher.stream);
  }

  /** Lets those behind read on whose clients are ready, until somebody must ask the store. */
  private void catchUp() {
    while (!fetching) {
      List<Watcher> reading = reading();
      if (reading.isEmpty()) {
        return;
      }
      long from = reading.stream().mapToLong(watcher -> watcher.next).min().getAsLong();
      if (recent.reachBackTo(from)) {
        readOn(reading, recent.from(from), head);
      } else {
        fetching = true;
        source.fetch(from, prevCount > 0);
      }
    }
  }

  private List<Watcher> reading() {
    List<Watcher> reading = new ArrayList<>();
    for (WatchStream stream : behind) {
      if (stream.wire.isReady()) {
        reading.addAll(stream.behind);
      }
    }
    return reading;
  }

  private void fetched(WatchInput.Fetched fetched) {
    fetching = false;
    switch (fetched.history()) {
      case History.Page page -> {
        List<Watcher> reading = reading();
        // Those who came meanwhile and need older revisions, or more of them, have their turn next.
        reading.removeIf(
            watcher ->
                watcher.next < fetched.from()
                    || watcher.next >= page.next()
                    || (watcher.prevKv && !fetched.withPrev()));
        readOn(reading, WatchedChange.of(page.changes()), page.next() - 1);
      }
      case History.Compacted(long revision) -> compacted(revision);
    }
    catchUp();
  }

  /** Delivers all changes up to {@code through} to those behind, and syncs who then has all. */
  private void readOn(List<Watcher> reading, List<WatchedChange> changes, long through) {
    Set<Watcher> left =
        new LinkedHashSet<>(delivery.run(changes, WatcherIndex.of(reading), through));
    for (Watcher watcher : reading) {
      if (!left.contains(watcher)) {
        watcher.next = Math.max(watcher.next, through + 1);
        if (watcher.next > head) {
          leaveBehind(watcher);
          synced.add(watcher);
        }
      }
    }
  }

  private void leaveBehind(Watcher watcher) {
    watcher.behind = false;
    watcher.stream.behind.remove(watcher);
    if (watcher.stream.behind.isEmpty()) {
      behind.remove(watcher.stream);
    }
  }

  /** What these watchers need is gone, so they end, each told from where on there is history. */
  private void compacted(long revision) {
    List<Watcher> lost = new ArrayList<>();
    for (WatchStream stream : behind) {
      for (Watcher watcher : stream.behind) {
        if (watcher.next < revision && !recent.reachBackTo(watcher.next)) {
          lost.add(watcher);
        }
      }
    }
    for (Watcher watcher : lost) {
      watcher.stream.lose(watcher);
      forget(watcher);
      watcher.stream.wire.send(
          WatchResponse.newBuilder()
              .setHeader(headers.withoutRevision())
              .setWatchId(watcher.id)
              .setCanceled(true)
              .setCompactRevision(revision)
              .build());
    }
  }

  private void end(WatchStream stream, EtcdError reason) {
    forget(stream);
    stream.wire.end(reason);
  }

  private void forget(WatchStream stream) {
    if (streams.remove(stream)) {
      stream.watchers().forEach(this::forget);
    }
  }

  private void forget(Watcher watcher) {
    synced.remove(watcher);
    leaveBehind(watcher);
    watcherCount--;
    prevCount -= watcher.prevKv ? 1 : 0;
    wantChanges();
  }

  private void wantChanges() {
    source.want(watcherCount > 0, prevCount > 0);
  }
}
