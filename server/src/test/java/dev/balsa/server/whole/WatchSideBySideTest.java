package dev.balsa.server.whole;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.proto.CompactionRequest;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.Event;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.TxnRequest;
import dev.balsa.proto.WatchCreateRequest;
import dev.balsa.proto.WatchCreateRequest.FilterType;
import dev.balsa.proto.WatchRequest;
import dev.balsa.proto.WatchResponse;
import dev.balsa.server.watch.WatchClient;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Watchers of three servers are told what watchers of one real etcd are told. */
class WatchSideBySideTest {
  private static final long SEED = 20_261_122;
  private static final int WATCHERS = 150;
  private static final int WRITES = 300;
  private static final long COMPACTED = 40;
  private static final String LAST = "zz last";

  @RegisterExtension static final EtcdAndServers both = EtcdAndServers.patient();

  private static ManagedChannel theirs;

  @BeforeAll
  static void start() throws Exception {
    theirs = NettyChannelBuilder.forTarget(both.etcd().endpoint()).usePlaintext().build();
  }

  @AfterAll
  static void end() {
    if (theirs != null) {
      theirs.shutdownNow();
    }
  }

  @Test
  void randomWatchersAreToldTheSame() throws Exception {
    Map<Long, List<String>> wanted = transcript(theirs, theirs);
    Map<Long, List<String>> found =
        transcript(both.servers().channel("m1"), both.servers().channel("m2"));

    assertThat(wanted.values().stream().mapToLong(List::size).sum()).isGreaterThan(3_000);
    assertThat(found.keySet()).isEqualTo(wanted.keySet());
    for (Map.Entry<Long, List<String>> watcher : wanted.entrySet()) {
      assertThat(found.get(watcher.getKey()))
          .as("watcher %d of seed %d", watcher.getKey(), SEED)
          .isEqualTo(watcher.getValue());
    }
  }

  /** What each watcher of one stream was told, by its id; whoever was refused is −1. */
  private static Map<Long, List<String>> transcript(ManagedChannel writer, ManagedChannel reader)
      throws Exception {
    Random random = new Random(SEED);
    write(random, writer, WRITES);
    KVGrpc.newBlockingStub(writer)
        .compact(CompactionRequest.newBuilder().setRevision(COMPACTED).build());
    // The member that is watched has everything: a watcher without a start begins behind this.
    KVGrpc.newBlockingStub(reader).range(RangeRequest.newBuilder().setKey(utf8("x")).build());

    Map<Long, List<String>> told = new TreeMap<>();
    try (WatchClient client = new WatchClient(reader)) {
      for (int n = 0; n < WATCHERS; n++) {
        client.send(WatchRequest.newBuilder().setCreateRequest(watcher(random)).build());
      }
      client.send(
          WatchRequest.newBuilder()
              .setCreateRequest(WatchClient.range("\0", "\0").setStartRevision(COMPACTED))
              .build());
      for (int created = 0; created <= WATCHERS; ) {
        created += take(client.next(), told);
      }
      write(random, writer, WRITES);
      put(writer, LAST);
      // Every watcher that lives sees the last key, and some see it before others caught up.
      while (told.entrySet().stream().anyMatch(it -> isOpen(it.getKey(), it.getValue()))) {
        take(client.next(), told);
      }
    }
    return told;
  }

  private static boolean isOpen(long id, List<String> lines) {
    return id >= 0 && !lines.getLast().contains(LAST) && !lines.getLast().startsWith("canceled");
  }

  /** Writes down a response; 1 if it was the one to a creation. */
  private static int take(WatchResponse response, Map<Long, List<String>> told) {
    List<String> lines = told.computeIfAbsent(response.getWatchId(), id -> new ArrayList<>());
    if (response.getCreated()) {
      lines.add(
          "created, revision %d %s"
              .formatted(response.getHeader().getRevision(), response.getCancelReason()));
    } else if (response.getCanceled()) {
      lines.add(
          "canceled, revision %d, compacted %d %s"
              .formatted(
                  response.getHeader().getRevision(),
                  response.getCompactRevision(),
                  response.getCancelReason()));
    }
    for (Event event : response.getEventsList()) {
      assertThat(response.getHeader().getRevision())
          .isGreaterThanOrEqualTo(event.getKv().getModRevision());
      lines.add(event.toString());
    }
    return response.getCreated() ? 1 : 0;
  }

  /** All of them watch the last key, too, and nobody filters it. */
  private static WatchCreateRequest.Builder watcher(Random random) {
    boolean refused = random.nextInt(20) == 0;
    String from = random.nextInt(4) == 0 ? "" : key(random);
    WatchCreateRequest.Builder watcher =
        refused ? WatchClient.range("b", "a") : WatchClient.range(from, "\0");
    if (random.nextInt(3) > 0) {
      watcher.setStartRevision(random.nextLong(1, WRITES));
    }
    if (random.nextInt(4) == 0) {
      watcher.addFilters(FilterType.NODELETE);
    }
    if (random.nextInt(10) == 0) {
      watcher.setWatchId(random.nextInt(WATCHERS));
    }
    return watcher.setPrevKv(random.nextBoolean()).setFragment(random.nextBoolean());
  }

  private static void write(Random random, ManagedChannel channel, int count) {
    KVGrpc.KVBlockingStub kv = KVGrpc.newBlockingStub(channel);
    for (int n = 0; n < count; n++) {
      switch (random.nextInt(4)) {
        case 0 ->
            kv.deleteRange(
                DeleteRangeRequest.newBuilder()
                    .setKey(utf8(key(random)))
                    .setRangeEnd(utf8(random.nextBoolean() ? "c" : ""))
                    .build());
        case 1 ->
            kv.txn(
                TxnRequest.newBuilder()
                    .addSuccess(RequestOp.newBuilder().setRequestPut(putOf("a" + n % 3, "t")))
                    .addSuccess(RequestOp.newBuilder().setRequestPut(putOf("c" + n % 3, "t")))
                    .build());
        default -> kv.put(putOf(key(random), "v" + n));
      }
    }
  }

  private static void put(ManagedChannel channel, String key) {
    var unused = KVGrpc.newBlockingStub(channel).put(putOf(key, "end"));
  }

  private static PutRequest putOf(String key, String value) {
    return PutRequest.newBuilder().setKey(utf8(key)).setValue(utf8(value)).build();
  }

  private static String key(Random random) {
    return List.of("a", "b", "c", "d").get(random.nextInt(4)) + random.nextInt(3);
  }

  private static ByteString utf8(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
