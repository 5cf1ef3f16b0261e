package dev.balsa.server.watch;

import static dev.balsa.server.watch.WatchClient.key;
import static dev.balsa.server.watch.WatchClient.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.balsa.kv.Change;
import dev.balsa.kv.History;
import dev.balsa.kv.KeyValue;
import dev.balsa.proto.WatchCancelRequest;
import dev.balsa.proto.WatchCreateRequest;
import dev.balsa.proto.WatchRequest;
import dev.balsa.proto.WatchResponse;
import dev.balsa.raft.Bytes;
import dev.balsa.server.LocalBackend;
import dev.balsa.server.TestServer;
import dev.balsa.server.rpc.EtcdError;
import dev.balsa.server.rpc.Headers;
import dev.balsa.server.rpc.Login;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Slow clients, gaps and time, one input after the other; the history is written here. */
class WatchDeskTest {
  private static final long PROGRESS = 600_000;
  private static final long LEADERLESS = 3_000;

  private final Source source = new Source();
  private final WatchDesk desk =
      new WatchDesk(
          new WatchDesk.Settings(1 << 20, PROGRESS, LEADERLESS),
          source,
          new Headers(new LocalBackend(), TestServer.CLUSTER, LocalBackend.SELF));
  private final FakeWire wire = new FakeWire();
  private final WatchStream stream = new WatchStream(wire, true, Login.NONE);

  private static final class Source implements WatchDesk.Source {
    final List<Long> fetches = new ArrayList<>();
    boolean wanted;

    @Override
    public void want(boolean changes, boolean withPrev) {
      wanted = changes;
    }

    @Override
    public void fetch(long from, boolean withPrev) {
      fetches.add(from);
    }
  }

  @BeforeEach
  void open() {
    desk.take(new WatchInput.Skipped(1));
    desk.take(new WatchInput.Opened(stream));
    desk.take(new WatchInput.CaughtUp());
  }

  @Test
  void slowClientHoldsNoEventAndGetsAllOfThemOnceFromMemory() {
    create(range("k", "l"));
    wire.room = 1;
    publish(2, 2);
    publish(3, 50);

    assertThat(wire.revisions()).containsExactly(2L);
    assertThat(desk.figures().behind()).isEqualTo(1);
    wire.room = Integer.MAX_VALUE;
    desk.take(new WatchInput.Ready(stream));

    assertThat(wire.revisions()).isEqualTo(revisions(2, 50));
    assertThat(desk.figures().behind()).isZero();
    assertThat(source.fetches).isEmpty();
    publish(51, 51);
    assertThat(wire.revisions()).isEqualTo(revisions(2, 51));
  }

  @Test
  void clientThatIsTooSlowForMemoryReadsHistoryAPageAtATime() {
    create(range("k", "l"));
    wire.room = 0;
    publish(2, 20_000);
    wire.room = Integer.MAX_VALUE;
    desk.take(new WatchInput.Ready(stream));

    assertThat(source.fetches).containsExactly(2L);
    assertThat(wire.revisions()).isEmpty();
    desk.take(fetched(2, 1_001, 20_000));
    assertThat(wire.revisions()).isEqualTo(revisions(2, 1_001));
    assertThat(source.fetches).containsExactly(2L, 1_002L);
    desk.take(fetched(1_002, 15_000, 20_000));

    assertThat(source.fetches).hasSize(2);
    assertThat(wire.revisions()).isEqualTo(revisions(2, 20_000));
  }

  @Test
  void onlyCompactionCancelsASlowClient() {
    create(range("k", "l"));
    wire.room = 0;
    publish(2, 20_000);
    assertThat(wire.sent).hasSize(1);
    wire.room = Integer.MAX_VALUE;
    desk.take(new WatchInput.Ready(stream));
    desk.take(new WatchInput.Fetched(2, false, new History.Compacted(500)));

    WatchResponse canceled = wire.sent.getLast();
    assertThat(canceled.getCanceled()).isTrue();
    assertThat(canceled.getCompactRevision()).isEqualTo(500);
    assertThat(wire.revisions()).isEmpty();
    assertThat(desk.figures().watchers()).isZero();
    assertThat(source.wanted).isFalse();
  }

  @Test
  void countedIdOfAWatcherThatCompactionEndedStaysTaken() {
    desk.take(new WatchInput.Skipped(100));
    create(key("k").setStartRevision(2));
    create(key("k").setStartRevision(2));
    desk.take(new WatchInput.Fetched(2, false, new History.Compacted(50)));
    create(key("k").setWatchId(1));

    assertThat(wire.sent.getLast().getWatchId()).isEqualTo(WatchStream.NO_ID);
    assertThat(wire.sent.getLast().getCancelReason()).contains("duplicate watch ID");
  }

  @Test
  void cancellingAWatcherThatCompactionEndedIsAnsweredOnceAndFreesItsId() {
    desk.take(new WatchInput.Skipped(100));
    create(key("k").setStartRevision(2));
    create(key("k").setStartRevision(2).setWatchId(7));
    desk.take(new WatchInput.Fetched(2, false, new History.Compacted(50)));
    int before = wire.sent.size();
    for (long id : new long[] {0, 7, 0, 7}) {
      cancel(id);
    }
    create(key("k").setWatchId(7));

    assertThat(wire.sent.subList(before, wire.sent.size()))
        .extracting(WatchResponse::getWatchId, WatchResponse::getCanceled)
        .containsExactly(tuple(0L, true), tuple(7L, true), tuple(7L, false));
  }

  @Test
  void slowClientDoesNotHoldUpAnother() {
    FakeWire fastWire = new FakeWire();
    WatchStream fast = new WatchStream(fastWire, false, Login.NONE);
    desk.take(new WatchInput.Opened(fast));
    create(range("k", "l"));
    desk.take(asked(fast, range("k", "l")));
    wire.room = 0;
    publish(2, 30);

    assertThat(fastWire.revisions()).isEqualTo(revisions(2, 30));
    assertThat(wire.revisions()).isEmpty();
  }

  @Test
  void changesThatWereNotPublishedAreAskedFor() {
    create(range("k", "l"));
    publish(2, 3);
    desk.take(new WatchInput.Skipped(9));

    assertThat(source.fetches).containsExactly(4L);
    publish(10, 10); // while the answer is on its way
    desk.take(fetched(4, 9, 10));

    assertThat(wire.revisions()).isEqualTo(revisions(2, 10));
  }

  @Test
  void pageThatRunsAheadOfWhatWasPublishedIsNotToldTwice() {
    create(key("k").setStartRevision(1));
    desk.take(fetched(1, 5, 5));
    publish(2, 6);

    assertThat(wire.revisions()).isEqualTo(revisions(2, 6));
  }

  @Test
  void manyBehindReadOnePageTogether() {
    desk.take(new WatchInput.Skipped(100));
    for (int i = 0; i < 1_000; i++) {
      create(key("k").setStartRevision(2 + i % 7));
    }
    // The first to come asks; whoever needs less than it reads along.
    assertThat(source.fetches).containsExactly(2L);
    desk.take(fetched(2, 100, 100));

    assertThat(source.fetches).hasSize(1);
    assertThat(desk.figures().behind()).isZero();
    long events = LongStream.range(0, 1_000).map(i -> 99 - i % 7).sum();
    assertThat(wire.revisions()).hasSize((int) events);
  }

  @Test
  void tenThousandWatchersOfASlowClientHoldNoEvents() {
    for (int i = 0; i < 10_000; i++) {
      create(key("k"));
    }
    wire.room = 0;
    publish(2, 31);

    assertThat(wire.sent).hasSize(10_000); // the answers to the creations
    assertThat(desk.figures().behind()).isEqualTo(10_000);
    assertThat(stream.watchers()).hasSize(10_000).allMatch(watcher -> watcher.pending.isEmpty());
    wire.room = Integer.MAX_VALUE;
    desk.take(new WatchInput.Ready(stream));

    assertThat(wire.revisions()).hasSize(300_000);
    assertThat(desk.figures().behind()).isZero();
    assertThat(source.fetches).isEmpty();
  }

  @Test
  void revisionIsNotPartedByTheLimitOfAResponse() {
    create(range("k", "l"));
    String large = "x".repeat(600_000);
    List<Change> changes = new ArrayList<>();
    for (long revision = 2; revision <= 3; revision++) {
      for (int i = 0; i < 3; i++) {
        changes.add(change("k" + i, large, revision));
      }
    }
    desk.take(new WatchInput.Published(2, 3, changes, false));

    assertThat(wire.sent.subList(1, wire.sent.size()))
        .extracting(WatchResponse::getEventsCount)
        .containsExactly(3, 3);
  }

  @Test
  void nothingIsToldBeforeTheMemberHasCaughtUp() {
    FakeWire earlyWire = new FakeWire();
    WatchStream early = new WatchStream(earlyWire, false, Login.NONE);
    WatchDesk starting =
        new WatchDesk(
            new WatchDesk.Settings(1 << 20, PROGRESS, LEADERLESS),
            source,
            new Headers(new LocalBackend(), TestServer.CLUSTER, LocalBackend.SELF));
    starting.take(new WatchInput.Skipped(1));
    starting.take(new WatchInput.Opened(early));
    starting.take(asked(early, key("k")));
    starting.take(new WatchInput.Skipped(900)); // replayed from the log
    assertThat(earlyWire.sent).isEmpty();

    starting.take(new WatchInput.CaughtUp());

    assertThat(earlyWire.sent.getFirst().getHeader().getRevision()).isEqualTo(900);
    assertThat(source.fetches).isEmpty();
  }

  @Test
  void idleWatcherThatAskedForItIsToldTheRevisionNowAndThen() {
    create(key("k").setProgressNotify(true));
    desk.take(new WatchInput.Tick(PROGRESS, true)); // from here on it was quiet
    publish(2, 2);
    desk.take(new WatchInput.Tick(2 * PROGRESS, true));
    int before = wire.sent.size();
    desk.take(new WatchInput.Tick(2 * PROGRESS + 1, true));
    assertThat(wire.sent).hasSize(before);

    desk.take(new WatchInput.Tick(3 * PROGRESS, true));

    WatchResponse progress = wire.sent.getLast();
    assertThat(wire.sent).hasSize(before + 1);
    assertThat(progress.getWatchId()).isZero();
    assertThat(progress.getEventsCount()).isZero();
    assertThat(progress.getHeader().getRevision()).isEqualTo(2);
  }

  @Test
  void streamEndsWhenThereWasNoLeaderForLong() {
    desk.take(new WatchInput.Tick(10_000, true));
    desk.take(new WatchInput.Tick(10_000 + LEADERLESS, false));
    assertThat(wire.end).isNull();

    desk.take(new WatchInput.Tick(10_001 + LEADERLESS, false));

    assertThat(wire.end).isEqualTo(EtcdError.NO_LEADER);
    assertThat(desk.figures().streams()).isZero();
  }

  @Test
  void clientThatReadsNoAnswerMayNotAskMore() {
    wire.room = 1;
    create(key("k"));

    assertThat(wire.requests).isZero();
    wire.room = 1;
    desk.take(new WatchInput.Ready(stream));
    assertThat(wire.requests).isEqualTo(1);
  }

  @Test
  void goneClientIsForgotten() {
    create(key("k"));
    desk.take(new WatchInput.Closed(stream));
    publish(2, 2);

    assertThat(wire.sent).hasSize(1);
    assertThat(source.wanted).isFalse();
  }

  private void cancel(long id) {
    WatchCancelRequest request = WatchCancelRequest.newBuilder().setWatchId(id).build();
    desk.take(
        new WatchInput.Asked(stream, WatchRequest.newBuilder().setCancelRequest(request).build()));
  }

  private void create(WatchCreateRequest.Builder request) {
    desk.take(asked(stream, request));
  }

  private static WatchInput asked(WatchStream stream, WatchCreateRequest.Builder request) {
    return new WatchInput.Asked(
        stream, WatchRequest.newBuilder().setCreateRequest(request).build());
  }

  /** Publishes a put of {@code k} for each revision, some revisions at a time. */
  private void publish(long first, long last) {
    for (long from = first; from <= last; from += 100) {
      long to = Math.min(last, from + 99);
      desk.take(new WatchInput.Published(from, to, changes(from, to), false));
    }
  }

  private static WatchInput fetched(long from, long to, long revision) {
    return new WatchInput.Fetched(
        from, false, new History.Page(changes(from, to), to + 1, revision));
  }

  private static List<Change> changes(long from, long to) {
    return LongStream.rangeClosed(Math.max(from, 2), to)
        .mapToObj(revision -> change("k", "v", revision))
        .toList();
  }

  private static Change change(String key, String value, long revision) {
    KeyValue kv = new KeyValue(Bytes.utf8(key), Bytes.utf8(value), revision, revision, 1, 0);
    return new Change(kv, false, null);
  }

  private static List<Long> revisions(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }
}
