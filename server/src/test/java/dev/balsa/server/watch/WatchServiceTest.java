package dev.balsa.server.watch;

import static dev.balsa.server.watch.WatchClient.key;
import static dev.balsa.server.watch.WatchClient.range;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.proto.CompactionRequest;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.Event;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.TxnRequest;
import dev.balsa.proto.WatchCreateRequest.FilterType;
import dev.balsa.proto.WatchRequest;
import dev.balsa.proto.WatchResponse;
import dev.balsa.server.TestServer;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients that watch are told, over the wire. */
class WatchServiceTest {
  private TestServer server;
  private WatchClient client;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
    client = new WatchClient(server.channel());
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void changesOfAKeyFollowTheCreatedReply() throws Exception {
    put("k", "0");

    WatchResponse created = client.create(key("k"));
    put("k", "1");
    put("other", "x");
    delete("k");

    assertThat(created.getWatchId()).isZero();
    assertThat(created.getHeader().getRevision()).isEqualTo(2);
    assertThat(texts(client.events(2))).containsExactly("+k=1@3", "-k@5");
  }

  @Test
  void deletionShowsOnlyKeyAndRevision() throws Exception {
    put("k", "1");
    client.create(key("k"));
    delete("k");

    Event event = client.events(1).getFirst();

    assertThat(event.getKv().getModRevision()).isEqualTo(3);
    assertThat(event.getKv().toBuilder().clearKey().clearModRevision().build())
        .isEqualTo(event.getKv().getDefaultInstanceForType());
  }

  @Test
  void prefixAndEverythingFromAKeyAreRanges() throws Exception {
    client.create(range("a/", "a0"));
    client.create(range("b", "\0"));
    put("a/1", "x");
    put("c", "y");
    put("a", "z");

    WatchResponse prefix = client.next();
    WatchResponse fromKey = client.next();

    assertThat(prefix.getWatchId()).isZero();
    assertThat(texts(prefix.getEventsList())).containsExactly("+a/1=x@2");
    assertThat(fromKey.getWatchId()).isEqualTo(1);
    assertThat(texts(fromKey.getEventsList())).containsExactly("+c=y@3");
  }

  @Test
  void emptyKeyFromTheStartIsEverything() throws Exception {
    client.create(range("", "\0"));
    put("a", "1");

    assertThat(texts(client.events(1))).containsExactly("+a=1@2");
  }

  @Test
  void pastIsToldFromTheStartRevisionAndThenThePresent() throws Exception {
    for (int i = 2; i <= 2_500; i++) {
      put("k" + i % 7, "v");
    }
    client.create(key("k3").setStartRevision(10));
    put("k3", "now");

    List<Event> events = client.events(357);

    assertThat(events).isSortedAccordingTo((a, b) -> Long.compare(revision(a), revision(b)));
    assertThat(events).doesNotHaveDuplicates();
    assertThat(revision(events.getFirst())).isEqualTo(10);
    assertThat(events.getLast().getKv().getValue().toStringUtf8()).isEqualTo("now");
    assertThat(revision(events.getLast())).isEqualTo(2_501);
  }

  @Test
  void revisionToComeIsSilentUntilItIsReached() throws Exception {
    client.create(key("k").setStartRevision(4));
    put("k", "2");
    put("k", "3");
    put("k", "4");

    assertThat(texts(client.events(1))).containsExactly("+k=4@4");
  }

  @Test
  void filteredChangesAreNotSent() throws Exception {
    client.create(key("k").addFilters(FilterType.NOPUT));
    client.create(key("k").addFilters(FilterType.NODELETE));
    put("k", "1");
    delete("k");

    assertThat(client.next().getWatchId()).isEqualTo(1);
    WatchResponse second = client.next();
    assertThat(second.getWatchId()).isZero();
    assertThat(texts(second.getEventsList())).containsExactly("-k@3");
  }

  @Test
  void recordBeforeIsThereForUpdatesAndDeletionsOnRequest() throws Exception {
    client.create(key("k").setPrevKv(true));
    put("k", "1");
    put("k", "2");
    delete("k");

    List<Event> events = client.events(3);

    assertThat(events.get(0).hasPrevKv()).isFalse();
    assertThat(events.get(1).getPrevKv().getValue().toStringUtf8()).isEqualTo("1");
    assertThat(events.get(2).getPrevKv().getValue().toStringUtf8()).isEqualTo("2");
  }

  @Test
  void recordBeforeIsThereForThePastUnlessItIsCompacted() throws Exception {
    put("k", "1");
    put("k", "2");
    put("k", "3");
    compact(3);
    client.create(key("k").setPrevKv(true).setStartRevision(3));

    List<Event> events = client.events(2);

    assertThat(events.get(0).hasPrevKv()).isFalse();
    assertThat(events.get(1).getPrevKv().getValue().toStringUtf8()).isEqualTo("2");
  }

  @Test
  void transactionIsOneResponseInTheOrderOfItsOperations() throws Exception {
    client.create(range("a", "z"));
    server
        .kv()
        .txn(
            TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder().setRequestPut(putOf("c", "1")))
                .addSuccess(RequestOp.newBuilder().setRequestPut(putOf("b", "2")))
                .build());

    assertThat(texts(client.next().getEventsList())).containsExactly("+c=1@2", "+b=2@2");
  }

  @Test
  void fragmentsPartARevisionAndOnlyTheLastSaysSo() throws Exception {
    client.create(range("a", "z").setFragment(true));
    String large = "x".repeat(TestServer.REQUEST_BYTES_MAX / 2);
    for (int i = 0; i < 400; i++) {
      put("a" + i, large);
    }
    client.events(400);
    server.kv().deleteRange(rangeOf("a", "b"));
    assertThat(client.next().getFragment()).isFalse();
    client.cancel(0);
    assertThat(client.next().getCanceled()).isTrue();
    client.create(range("a", "z").setFragment(true).setPrevKv(true).setStartRevision(402));

    WatchResponse first = client.next();
    WatchResponse second = client.next();

    assertThat(first.getFragment()).isTrue();
    assertThat(second.getFragment()).isFalse();
    assertThat(first.getEventsCount() + second.getEventsCount()).isEqualTo(400);
  }

  @Test
  void idsAreGivenOrCountedAndFreeAgainAfterCancel() throws Exception {
    assertThat(client.create(key("k").setWatchId(1)).getWatchId()).isEqualTo(1);
    assertThat(client.create(key("k")).getWatchId()).isZero();
    assertThat(client.create(key("k")).getWatchId()).isEqualTo(2);

    WatchResponse taken = client.create(key("k").setWatchId(1));
    client.cancel(1);
    WatchResponse canceled = client.next();

    assertThat(taken.getWatchId()).isEqualTo(-1);
    assertThat(taken.getCanceled()).isTrue();
    assertThat(taken.getCancelReason())
        .isEqualTo("mvcc: duplicate watch ID provided on the WatchStream");
    assertThat(canceled.getWatchId()).isEqualTo(1);
    assertThat(canceled.getCanceled()).isTrue();
    assertThat(client.create(key("k").setWatchId(1)).getWatchId()).isEqualTo(1);
  }

  @Test
  void rangeWithoutKeysIsRefused() throws Exception {
    WatchResponse refused = client.create(range("b", "b"));

    assertThat(refused.getWatchId()).isEqualTo(-1);
    assertThat(refused.getCancelReason()).isEqualTo("mvcc: watcher range is empty");
  }

  @Test
  void unknownIdAndEmptyRequestAreSilent() throws Exception {
    client.cancel(77);
    client.send(WatchRequest.getDefaultInstance());

    assertThat(client.create(key("k")).getWatchId()).isZero();
  }

  @Test
  void canceledWatcherHearsNothingMore() throws Exception {
    client.create(key("k"));
    client.create(key("k"));
    client.cancel(0);
    assertThat(client.next().getCanceled()).isTrue();
    put("k", "1");
    put("k", "2");

    assertThat(client.next().getWatchId()).isEqualTo(1);
    assertThat(client.next().getWatchId()).isEqualTo(1);
  }

  @Test
  void compactedStartCancelsAfterTheCreatedReply() throws Exception {
    put("k", "1");
    put("k", "2");
    put("k", "3");
    compact(4);
    client.create(key("k").setStartRevision(3));

    WatchResponse canceled = client.next();

    assertThat(canceled.getCanceled()).isTrue();
    assertThat(canceled.getCompactRevision()).isEqualTo(4);
    assertThat(canceled.getHeader().getRevision()).isZero();
    assertThat(canceled.getCancelReason()).isEmpty();
  }

  @Test
  void compactRevisionItselfIsStillThere() throws Exception {
    put("k", "1");
    delete("k");
    compact(3);
    client.create(key("k").setStartRevision(3));

    assertThat(texts(client.events(1))).containsExactly("-k@3");
  }

  @Test
  void progressIsToldForTheStreamWhenAllHaveEverything() throws Exception {
    client.create(key("k"));
    put("other", "1");
    client.requestProgress();

    WatchResponse progress = client.next();

    assertThat(progress.getWatchId()).isEqualTo(-1);
    assertThat(progress.getHeader().getRevision()).isEqualTo(2);
    assertThat(progress.getEventsCount()).isZero();
  }

  @Test
  void progressIsNotToldBeforeTheRevisionThatAWatcherWaitsFor() throws Exception {
    client.create(key("k").setStartRevision(3));
    client.requestProgress();
    put("k", "2");
    put("k", "3");
    assertThat(texts(client.events(1))).containsExactly("+k=3@3");
    client.requestProgress();

    assertThat(client.next().getHeader().getRevision()).isEqualTo(3);
  }

  @Test
  void halfClosedStreamStillHears() throws Exception {
    client.create(key("k"));
    client.halfClose();
    put("k", "1");

    assertThat(texts(client.events(1))).containsExactly("+k=1@2");
  }

  @Test
  void streamThatRequiresALeaderEndsWithoutOne() throws Exception {
    Metadata metadata = new Metadata();
    metadata.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
    var channel =
        ClientInterceptors.intercept(
            server.channel(), MetadataUtils.newAttachHeadersInterceptor(metadata));
    try (WatchClient demanding = new WatchClient(channel)) {
      demanding.create(key("k"));
      client.create(key("k"));
      server.backend().leader(null);

      Status end = demanding.end();
      put("k", "1");

      assertThat(end.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(end.getDescription()).isEqualTo("etcdserver: no leader");
      assertThat(texts(client.events(1))).containsExactly("+k=1@2");
    }
  }

  @Test
  void closingServerEndsStreamsAsUnavailable() throws Exception {
    client.create(key("k"));
    server.close();

    assertThat(client.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  private void put(String key, String value) {
    var unused = server.kv().put(putOf(key, value));
  }

  private void delete(String key) {
    var unused = server.kv().deleteRange(rangeOf(key, ""));
  }

  private void compact(long revision) {
    var unused = server.kv().compact(CompactionRequest.newBuilder().setRevision(revision).build());
  }

  private static PutRequest putOf(String key, String value) {
    return PutRequest.newBuilder()
        .setKey(ByteString.copyFromUtf8(key))
        .setValue(ByteString.copyFromUtf8(value))
        .build();
  }

  private static DeleteRangeRequest rangeOf(String key, String end) {
    return DeleteRangeRequest.newBuilder()
        .setKey(ByteString.copyFromUtf8(key))
        .setRangeEnd(ByteString.copyFromUtf8(end))
        .build();
  }

  private static long revision(Event event) {
    return event.getKv().getModRevision();
  }

  private static List<String> texts(List<Event> events) {
    return events.stream().map(WatchClient::text).toList();
  }
}
