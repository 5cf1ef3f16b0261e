package dev.balsa.server.whole;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.kv.OrderedStore;
import dev.balsa.kv.OrderedStore.Cursor;
import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.PutRequest;
import dev.balsa.raft.Bytes;
import dev.balsa.server.rocks.RocksSettings;
import dev.balsa.server.rocks.RocksStore;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --initial-corrupt-check} in real processes, one of whose stores was changed meanwhile. */
class InitialCorruptCheckTest {
  private static final String CHECK = "--initial-corrupt-check";

  /** No wall clock decides: the others have so much time to answer (5 s and two elections). */
  private static final String PATIENT = "--election-timeout=50000";

  @TempDir Path folder;

  @Test
  void memberWhoseStoreWasTamperedWithDoesNotStart() throws Exception {
    try (ThreeServers servers = ThreeServers.start(folder)) {
      for (int i = 0; i < 20; i++) {
        put(servers, "m1", "k" + i);
      }
      servers.stop("m3");

      servers.launch("m3", CHECK, PATIENT);
      servers.awaitServing("m3");
      assertThat(servers.said("m3")).contains("3 of 3 members store the same keys");

      servers.stop("m3");
      tamperWith(folder.resolve("m3").resolve("store"));
      servers.launch("m3", CHECK, PATIENT);

      assertThat(servers.awaitEnd("m3")).isEqualTo(1);
      assertThat(servers.said("m3"))
          .contains(" stores other keys than ", "if theirs are right move --data-dir ");
      put(servers, "m1", "k20"); // and the others go on
    }
  }

  @Test
  void memberThatAMajorityBearsOutStartsAndNamesTheOther() throws Exception {
    try (ThreeServers servers = ThreeServers.start(folder)) {
      put(servers, "m1", "k");
      servers.stop("m3");
      tamperWith(folder.resolve("m3").resolve("store"));
      servers.launch("m3"); // without the flag
      servers.awaitServing("m3");
      servers.stop("m2");

      servers.launch("m2", "--experimental-initial-corrupt-check=true", PATIENT);

      servers.awaitServing("m2");
      assertThat(servers.said("m2"))
          .contains(" stores other keys than ", "a majority stores what this member does");
    }
  }

  @Test
  void wholeClusterThatStartsAtOnceComparesItsKeys() throws Exception {
    try (ThreeServers servers = ThreeServers.start(folder)) {
      put(servers, "m1", "k");
      ThreeServers.NAMES.forEach(servers::stop);

      for (String name : ThreeServers.NAMES) {
        servers.launch(name, CHECK);
      }
      for (String name : ThreeServers.NAMES) {
        servers.awaitServing(name);
      }

      assertThat(ThreeServers.NAMES)
          .allSatisfy(name -> assertThat(servers.said(name)).doesNotContain("stores other keys"));
    }
  }

  @Test
  void memberWithoutAMajorityWarnsAndStarts() throws Exception {
    try (ThreeServers servers = ThreeServers.start(folder)) {
      put(servers, "m1", "k");
      ThreeServers.NAMES.forEach(servers::stop);

      servers.launch("m1", CHECK, "--election-timeout=500");

      Await.until(
          () -> "m1 opens its client port for the second time: " + servers.said("m1"),
          () -> servers.said("m1").split("serves clients on", -1).length == 3);
      assertThat(servers.said("m1")).contains("no majority answers within PT6S");
    }
  }

  /** Changes the value of one key, by the store's own means, so that its checksums hold. */
  private static void tamperWith(Path store) {
    try (OrderedStore opened = RocksStore.open(store, RocksSettings.DEFAULT)) {
      Bytes key;
      byte[] value;
      try (Cursor live = opened.ascend(Space.LIVE, Bytes.EMPTY, null)) {
        assertThat(live.next()).isTrue();
        key = live.key();
        value = live.value().toByteArray();
      }
      value[value.length - 1] ^= 1;
      opened.put(Space.LIVE, key, Bytes.wrap(value));
      opened.commit();
    }
  }

  private static void put(ThreeServers servers, String name, String key) {
    PutRequest request =
        PutRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8(key))
            .setValue(ByteString.copyFromUtf8("value"))
            .build();
    assertThat(
            KVGrpc.newBlockingStub(servers.channel(name))
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .put(request)
                .hasHeader())
        .isTrue();
  }
}
