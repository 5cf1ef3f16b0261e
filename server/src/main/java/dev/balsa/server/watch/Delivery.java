package dev.balsa.server.watch;

import dev.balsa.proto.Event;
import dev.balsa.proto.ResponseHeader;
import dev.balsa.proto.WatchResponse;
import dev.balsa.server.rpc.Headers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Hands a run of changes to those who watch them, in one response for each watcher, or a few where
 * there is much to say. A revision is never parted, unless the watcher takes fragments. A watcher
 * whose client is not ready gets nothing more of the run.
 */
final class Delivery {
  /** Responses grow no further than this, but for a single revision that is larger. */
  private static final long RESPONSE_BYTES = 1 << 20;

  /** How many changes all watchers together may have gathered before they are sent. */
  private static final int GATHERED_MAX = 1 << 16;

  private final Headers headers;
  private final int fragmentBytes;
  private final List<Watcher> gathering = new ArrayList<>();
  private final List<Left> left = new ArrayList<>();
  private final Map<Response, WatchResponse> responses = new HashMap<>();
  private int gathered;
  private boolean full;
  private long events;

  /** What a response says, its header aside. Many clients have watchers of the same numbers. */
  private record Response(long watcher, boolean withPrev, List<WatchedChange> changes) {}

  /** A watcher that was not ready for {@code revision}. */
  private record Left(Watcher watcher, long revision) {}

  Delivery(Headers headers, int fragmentBytes) {
    this.headers = headers;
    this.fragmentBytes = fragmentBytes;
  }

  /** How many events were sent so far. */
  long events() {
    return events;
  }

  /**
   * Delivers {@code changes}, which are all there is up to revision {@code through}.
   *
   * @return the watchers that were not ready, each with {@code next} at the first revision that it
   *     still needs
   */
  List<Watcher> run(List<WatchedChange> changes, WatcherIndex watchers, long through) {
    for (int i = 0; i < changes.size(); i++) {
      WatchedChange change = changes.get(i);
      watchers.forEachOf(change.key(), watcher -> offer(watcher, change));
      boolean revisionEnds =
          i + 1 == changes.size() || changes.get(i + 1).revision() != change.revision();
      if (revisionEnds && (full || gathered > GATHERED_MAX)) {
        sendGathered(change.revision());
      }
    }
    sendGathered(through);
    left.forEach(it -> it.watcher().next = it.revision());
    List<Watcher> notReady = left.stream().map(Left::watcher).toList();
    left.clear();
    return notReady;
  }

  private void offer(Watcher watcher, WatchedChange change) {
    if (!watcher.wants(change)) {
      return;
    }
    if (watcher.pending.isEmpty()) {
      gathering.add(watcher);
    }
    watcher.gather(change);
    gathered++;
    full |= watcher.pendingBytes > RESPONSE_BYTES;
  }

  private void sendGathered(long through) {
    if (gathering.isEmpty()) {
      return;
    }
    ResponseHeader header = headers.at(through);
    for (Watcher watcher : gathering) {
      if (watcher.stream.wire.isReady()) {
        send(watcher, header);
      } else {
        left.add(new Left(watcher, watcher.pending.getFirst().revision()));
        watcher.next = Long.MAX_VALUE; // nothing more of this run
      }
      watcher.clearPending();
    }
    gathering.clear();
    responses.clear();
    gathered = 0;
    full = false;
  }

  private void send(Watcher watcher, ResponseHeader header) {
    watcher.quiet = false;
    events += watcher.pending.size();
    if (watcher.fragment) {
      sendFragments(watcher, header);
      return;
    }
    Response said = new Response(watcher.id, watcher.prevKv, List.copyOf(watcher.pending));
    WatchResponse response = responses.get(said);
    if (response == null) {
      WatchResponse.Builder builder = response(watcher, header);
      said.changes().forEach(change -> builder.addEvents(change.event(watcher.prevKv)));
      response = builder.build();
      responses.put(said, response);
    }
    watcher.stream.wire.send(response);
  }

  private void sendFragments(Watcher watcher, ResponseHeader header) {
    WatchResponse.Builder response = response(watcher, header);
    long bytes = 0;
    for (WatchedChange change : watcher.pending) {
      if (bytes >= fragmentBytes) {
        watcher.stream.wire.send(response.setFragment(true).build());
        response = response(watcher, header);
        bytes = 0;
      }
      Event event = change.event(watcher.prevKv);
      response.addEvents(event);
      bytes += event.getSerializedSize();
    }
    watcher.stream.wire.send(response.build());
  }

  private static WatchResponse.Builder response(Watcher watcher, ResponseHeader header) {
    return WatchResponse.newBuilder().setHeader(header).setWatchId(watcher.id);
  }
}
