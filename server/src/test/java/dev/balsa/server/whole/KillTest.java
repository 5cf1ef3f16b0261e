package dev.balsa.server.whole;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.KeyValue;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RangeResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers die without warning while clients write. */
class KillTest {
  private static final int LEADERS_KILLED = 20;
  private static final int CLUSTERS_KILLED = 3;
  private static final int WRITES_BETWEEN_KILLS = 300;
  private static final int PAGE = 2_000;

  @TempDir Path folder;

  private ThreeServers servers;

  @BeforeEach
  void start() throws Exception {
    servers = ThreeServers.startBrisk(folder);
  }

  @AfterEach
  void end() {
    servers.close();
  }

  @Test
  void everyAcknowledgedWriteOutlivesTwentyLeaders() throws Exception {
    try (PutLoad load = new PutLoad(servers)) {
      for (int kill = 0; kill < LEADERS_KILLED; kill++) {
        load.awaitProgress();
        String leader = servers.awaitLeader();
        servers.kill(leader);
        load.awaitProgress();
        servers.launch(leader);
        servers.awaitServing(leader);
      }
      load.stop();

      report(LEADERS_KILLED + " leaders", load);
      assertNothingLost(load);
    }
  }

  @Test
  void everyAcknowledgedWriteOutlivesTheWholeCluster() throws Exception {
    try (PutLoad load = new PutLoad(servers)) {
      for (int kill = 1; kill <= CLUSTERS_KILLED; kill++) {
        load.awaitAcknowledged(kill * WRITES_BETWEEN_KILLS);
        ThreeServers.NAMES.forEach(servers::kill);
        for (String name : ThreeServers.NAMES) {
          servers.launch(name);
        }
        load.awaitProgress();
      }
      load.stop();

      report(CLUSTERS_KILLED + " times all three servers", load);
      assertNothingLost(load);
    }
  }

  @Test
  void serverToldToStopExitsWithZero() throws Exception {
    for (String name : ThreeServers.NAMES) {
      assertThat(servers.stop(name)).as(servers.said(name)).isZero();
    }
  }

  private void assertNothingLost(PutLoad load) throws Exception {
    Map<String, Long> acknowledged = load.acknowledged();
    assertThat(load.strange()).as("answers other than that the service is unavailable").isEmpty();
    assertThat(new HashSet<>(acknowledged.values())).hasSameSizeAs(acknowledged.keySet());
    for (String name : ThreeServers.NAMES) {
      servers.awaitServing(name);
      Map<String, Long> found = readAll(name);

      Map<String, Long> lost = new TreeMap<>(acknowledged);
      lost.entrySet().removeAll(found.entrySet());
      assertThat(lost).as("acknowledged, but not so at " + name).isEmpty();
      assertThat((long) found.size() - acknowledged.size())
          .as("written without acknowledgement at " + name)
          .isBetween(0L, load.unknown());
    }
  }

  /** Every key of the load with its revision, read from one member a page at a time. */
  private Map<String, Long> readAll(String name) {
    Map<String, Long> found = new TreeMap<>();
    ByteString from = ByteString.copyFromUtf8(PutLoad.PREFIX);
    RangeResponse page;
    do {
      page = readPage(name, from);
      for (KeyValue kv : page.getKvsList()) {
        String key = kv.getKey().toStringUtf8();
        assertThat(kv.getValue().toStringUtf8()).isEqualTo(PutLoad.value(key));
        assertThat(kv.getVersion()).as("puts of " + key).isEqualTo(1);
        assertThat(kv.getCreateRevision()).isEqualTo(kv.getModRevision());
        found.put(key, kv.getModRevision());
        from = kv.getKey().concat(ByteString.copyFrom(new byte[1]));
      }
    } while (page.getMore());
    // Nothing else was written, and every put made one revision more than the first, which is 1.
    assertThat(page.getHeader().getRevision()).isEqualTo(1 + found.size());
    return found;
  }

  private RangeResponse readPage(String name, ByteString from) {
    RangeRequest request =
        RangeRequest.newBuilder()
            .setKey(from)
            .setRangeEnd(ByteString.copyFrom(new byte[1]))
            .setLimit(PAGE)
            .build();
    return KVGrpc.newBlockingStub(servers.channel(name))
        .withDeadlineAfter(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .range(request);
  }

  private static void report(String killed, PutLoad load) {
    System.out.printf(
        "killed %s: %d writes acknowledged, %d of unknown outcome, at most %d ms without one%n",
        killed, load.acknowledged().size(), load.unknown(), load.longestGap().toMillis());
  }
}
