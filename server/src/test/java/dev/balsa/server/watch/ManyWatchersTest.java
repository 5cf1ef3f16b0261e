package dev.balsa.server.watch;

import static dev.balsa.server.watch.WatchClient.key;
import static dev.balsa.server.watch.WatchClient.range;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.Event;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.WatchCreateRequest;
import dev.balsa.proto.WatchRequest;
import dev.balsa.proto.WatchResponse;
import dev.balsa.server.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ten thousand watchers on one connection; each hears of its keys, in order, and of no other. */
class ManyWatchersTest {
  private static final int WATCHERS = 10_000;
  private static final int STREAMS = 50;
  private static final int WRITES = 300;

  /** Every so many watchers one watches the keys of its neighbors, too. */
  private static final int RANGE_EVERY = 100;

  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer();
  }

  @AfterEach
  void end() {
    server.close();
  }

  @Test
  void eachOfTenThousandOnOneStreamIsToldItsOwn() throws Exception {
    try (WatchClient client = new WatchClient(server.channel())) {
      create(client, 0, WATCHERS);
      List<String> events = write();

      assertThat(told(client)).isEqualTo(wanted(events, 0, WATCHERS));
    }
  }

  @Test
  void eachOfTenThousandOnManyStreamsOfOneConnectionIsToldItsOwn() throws Exception {
    int each = WATCHERS / STREAMS;
    List<WatchClient> clients = new ArrayList<>();
    try {
      for (int n = 0; n < STREAMS; n++) {
        WatchClient client = new WatchClient(server.channel());
        clients.add(client);
        create(client, n * each, each);
      }
      List<String> events = write();

      for (int n = 0; n < STREAMS; n++) {
        assertThat(told(clients.get(n)))
            .as("stream %d", n)
            .isEqualTo(wanted(events, n * each, each));
      }
    } finally {
      clients.forEach(WatchClient::close);
    }
  }

  /** Watcher {@code n} of the stream has the id {@code n} and begins with key {@code first + n}. */
  private static void create(WatchClient client, int first, int count) throws Exception {
    for (int n = 0; n < count; n++) {
      WatchCreateRequest.Builder create =
          isRange(n) ? range(name(first + n), name(first + n + 5)) : key(name(first + n));
      client.send(WatchRequest.newBuilder().setCreateRequest(create).build());
    }
    for (int n = 0; n < count; n++) {
      assertThat(client.next().getCreated()).isTrue();
    }
  }

  /** Puts and deletes spread over all keys; returns the events that they cause, as text. */
  private List<String> write() {
    List<String> events = new ArrayList<>();
    for (int n = 0; n < WRITES; n++) {
      String key = name(n * 7_919 % WATCHERS);
      long revision = n + 2L;
      if (n % 3 == 2) {
        key = name((n - 1) * 7_919 % WATCHERS);
        var unused =
            server.kv().deleteRange(DeleteRangeRequest.newBuilder().setKey(utf8(key)).build());
        events.add("-" + key + "@" + revision);
      } else {
        var unused =
            server.kv().put(PutRequest.newBuilder().setKey(utf8(key)).setValue(utf8("v")).build());
        events.add("+" + key + "=v@" + revision);
      }
    }
    return events;
  }

  private static Map<Long, List<String>> wanted(List<String> events, int first, int count) {
    Map<Long, List<String>> wanted = new TreeMap<>();
    for (int n = 0; n < count; n++) {
      String from = name(first + n);
      String end = name(first + n + (isRange(n) ? 5 : 1));
      List<String> own =
          events.stream()
              .filter(it -> it.substring(1, 7).compareTo(from) >= 0)
              .filter(it -> it.substring(1, 7).compareTo(end) < 0)
              .toList();
      if (!own.isEmpty()) {
        wanted.put((long) n, own);
      }
    }
    return wanted;
  }

  /** What each watcher was told; the stream's progress comes after all that was to be told. */
  private static Map<Long, List<String>> told(WatchClient client) throws Exception {
    client.requestProgress();
    Map<Long, List<String>> told = new TreeMap<>();
    WatchResponse response = client.next();
    while (response.getWatchId() != WatchStream.NO_ID) {
      for (Event event : response.getEventsList()) {
        told.computeIfAbsent(response.getWatchId(), id -> new ArrayList<>())
            .add(WatchClient.text(event));
      }
      response = client.next();
    }
    assertThat(response.getHeader().getRevision()).isEqualTo(WRITES + 1);
    return told;
  }

  private static boolean isRange(int n) {
    return n % RANGE_EVERY == 0;
  }

  private static String name(int n) {
    return "%06d".formatted(n);
  }

  private static ByteString utf8(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
