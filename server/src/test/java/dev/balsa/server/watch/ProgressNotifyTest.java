package dev.balsa.server.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.WatchResponse;
import dev.balsa.server.EtcdServer;
import dev.balsa.server.config.ServerOptions;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A whole member with a short {@code --watch-progress-notify-interval}; the tests only wait. */
class ProgressNotifyTest {
  @TempDir Path folder;
  private EtcdServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() {
    ServerOptions options =
        CommandLine.populateCommand(
            new ServerOptions(),
            "--data-dir=" + folder.resolve("data"),
            "--listen-client-urls=http://127.0.0.1:0",
            "--listen-peer-urls=http://127.0.0.1:0",
            "--watch-progress-notify-interval=50ms");
    server = EtcdServer.start(options.toConfig());
    channel =
        NettyChannelBuilder.forAddress(server.clientAddresses().getFirst()).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
  }

  @Test
  void watcherThatAskedForItHearsAgainAndAgainHowFarItIs() throws Exception {
    try (WatchClient client = new WatchClient(channel)) {
      client.create(WatchClient.key("k").setWatchId(7).setProgressNotify(true));

      WatchResponse first = client.next();
      long revision = put("other");
      WatchResponse later = client.next();
      while (later.getHeader().getRevision() < revision) {
        later = client.next();
      }

      assertThat(first.getWatchId()).isEqualTo(7);
      assertThat(first.getEventsList()).isEmpty();
      assertThat(first.getHeader().getRevision()).isEqualTo(1);
      assertThat(later.getWatchId()).isEqualTo(7);
      assertThat(later.getEventsList()).isEmpty();
      assertThat(later.getHeader().getRevision()).isEqualTo(revision);
    }
  }

  @Test
  void watcherThatDidNotAskHearsOfEventsAlone() throws Exception {
    try (WatchClient silent = new WatchClient(channel);
        WatchClient asking = new WatchClient(channel)) {
      silent.create(WatchClient.key("k"));
      asking.create(WatchClient.key("other").setProgressNotify(true));
      for (int round = 0; round < 3; round++) {
        assertThat(asking.next().getEventsList()).isEmpty();
      }

      put("k");

      assertThat(silent.next().getEventsCount()).isEqualTo(1);
    }
  }

  @Test
  void jetcdKnowsTheProgressForWhatItIs() throws Exception {
    ByteSequence key = ByteSequence.from("k", UTF_8);
    CompletableFuture<Long> heard = new CompletableFuture<>();
    String endpoint = "http://127.0.0.1:" + server.clientAddresses().getFirst().getPort();
    try (Client client = Client.builder().endpoints(endpoint).build();
        Watch.Watcher watcher =
            client
                .getWatchClient()
                .watch(
                    key,
                    WatchOption.builder().withProgressNotify(true).build(),
                    response -> {
                      if (response.isProgressNotify()) {
                        heard.complete(response.getHeader().getRevision());
                      }
                    })) {
      assertThat(heard.get(60, TimeUnit.SECONDS)).isEqualTo(1);
      assertThat(watcher.isClosed()).isFalse();
    }
  }

  private long put(String key) {
    PutRequest request = PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
    return KVGrpc.newBlockingStub(channel).put(request).getHeader().getRevision();
  }
}
