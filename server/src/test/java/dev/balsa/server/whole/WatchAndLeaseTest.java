package dev.balsa.server.whole;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.LeaseGrantRequest;
import dev.balsa.proto.LeaseGrpc;
import dev.balsa.proto.LeaseTimeToLiveRequest;
import dev.balsa.proto.LeaseTimeToLiveResponse;
import dev.balsa.proto.PutRequest;
import dev.balsa.server.watch.WatchClient;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Watches and leases over real processes, through every member and a change of leader. */
class WatchAndLeaseTest {
  @TempDir Path folder;

  private ThreeServers servers;

  @BeforeEach
  void start() throws Exception {
    servers = ThreeServers.start(folder);
  }

  @AfterEach
  void end() {
    servers.close();
  }

  @Test
  void jetcdSeesAKeyExpireWithItsLeaseThroughEveryMember() throws Exception {
    for (String name : ThreeServers.NAMES) {
      try (Client client = client(name)) {
        BlockingQueue<WatchEvent> events = new LinkedBlockingQueue<>();
        ByteSequence key = bytes("leased/" + name);
        try (Watch.Watcher watcher =
            client.getWatchClient().watch(key, response -> events.addAll(response.getEvents()))) {
          long lease = client.getLeaseClient().grant(1).get().getID();
          client
              .getKVClient()
              .put(key, bytes("v"), PutOption.builder().withLeaseId(lease).build())
              .get();

          WatchEvent put = next(events);
          WatchEvent expired = next(events);

          assertThat(put.getEventType()).isEqualTo(WatchEvent.EventType.PUT);
          assertThat(put.getKeyValue().getLease()).isEqualTo(lease);
          assertThat(expired.getEventType()).isEqualTo(WatchEvent.EventType.DELETE);
          assertThat(watcher.isClosed()).isFalse();
        }
      }
    }
  }

  @Test
  void everyMemberKnowsHowLongALeaseLivesAndKeepsItAlive() throws Exception {
    var unused =
        LeaseGrpc.newBlockingStub(servers.channel("m1"))
            .leaseGrant(LeaseGrantRequest.newBuilder().setID(7).setTTL(1_000).build());

    for (String name : ThreeServers.NAMES) {
      LeaseTimeToLiveResponse left =
          LeaseGrpc.newBlockingStub(servers.channel(name))
              .leaseTimeToLive(LeaseTimeToLiveRequest.newBuilder().setID(7).build());
      assertThat(left.getTTL()).as(name).isBetween(500L, 1_000L);
      assertThat(left.getGrantedTTL()).isEqualTo(1_000);
      try (Client client = client(name)) {
        assertThat(client.getLeaseClient().keepAliveOnce(7).get().getTTL())
            .as(name)
            .isEqualTo(1_000);
      }
    }
  }

  @Test
  void leaseThatIsKeptAliveAndItsWatchersOutliveTheLeader() throws Exception {
    String leader = servers.awaitLeader();
    List<String> others = ThreeServers.NAMES.stream().filter(name -> !name.equals(leader)).toList();
    String asked = others.getFirst();
    try (Client client = client(asked);
        WatchClient watcher = new WatchClient(servers.channel(others.getLast()))) {
      long lease = client.getLeaseClient().grant(600).get().getID();
      PutOption leased = PutOption.builder().withLeaseId(lease).build();
      client.getKVClient().put(bytes("kept"), bytes("v"), leased).get();
      watcher.create(WatchClient.range("a", "z").setStartRevision(2));
      assertThat(client.getLeaseClient().keepAliveOnce(lease).get().getTTL()).isEqualTo(600);

      servers.kill(leader);
      Await.until(() -> asked + " renews with a new leader", () -> renewed(asked, lease));
      put(asked, "after");

      assertThat(WatchClient.text(watcher.events(1).getFirst())).startsWith("+kept=v");
      assertThat(WatchClient.text(watcher.events(1).getFirst())).startsWith("+after");

      client.getLeaseClient().revoke(lease).get();
      assertThat(WatchClient.text(watcher.events(1).getFirst())).startsWith("-kept");
    }
  }

  /**
   * Whether a keep-alive reached a leader that knows the whole lease; false while there is none.
   */
  private boolean renewed(String name, long lease) throws Exception {
    try (Client client = client(name)) {
      assertThat(client.getLeaseClient().keepAliveOnce(lease).get().getTTL()).isEqualTo(600);
      return true;
    } catch (ExecutionException noLeader) {
      assertThat(Status.fromThrowable(noLeader).getCode())
          .as("%s", noLeader)
          .isEqualTo(Status.Code.UNAVAILABLE);
      return false;
    }
  }

  @Test
  void watcherAfterARestartHearsOnlyWhatIsNew() throws Exception {
    for (int i = 0; i < 50; i++) {
      put("m1", "old");
    }
    ThreeServers.NAMES.forEach(servers::kill);
    for (String name : ThreeServers.NAMES) {
      servers.launch(name);
    }
    servers.awaitServing("m2");
    try (WatchClient watcher = new WatchClient(servers.channel("m2"))) {
      long revision = watcher.create(WatchClient.key("old")).getHeader().getRevision();
      put("m2", "old");

      assertThat(revision).isEqualTo(51);
      assertThat(watcher.events(1).getFirst().getKv().getModRevision()).isEqualTo(52);
    }
  }

  private void put(String name, String key) {
    PutRequest put = PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
    var unused =
        KVGrpc.newBlockingStub(servers.channel(name))
            .withDeadlineAfter(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS)
            .put(put);
  }

  private Client client(String name) {
    return Client.builder().endpoints("http://" + servers.endpoint(name)).build();
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T found = queue.poll(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (found == null) {
      throw new AssertionError("nothing came");
    }
    return found;
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }
}
