package dev.balsa.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.PutRequest;
import dev.balsa.server.EtcdServer;
import dev.balsa.server.config.ServerOptions;
import dev.balsa.server.whole.Await;
import dev.balsa.server.whole.Ports;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Members speak TLS with each other by certificates that they make themselves. */
class PeerAutoTlsTest {
  @TempDir private Path folder;

  @Test
  void membersWithCertificatesOfTheirOwnMakeACluster() throws Exception {
    List<Integer> ports = Ports.free(2);

    try (EtcdServer a = start("a", ports);
        EtcdServer b = start("b", ports)) {
      var unused = a.leaderKnown().get(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      var unusedOther = b.leaderKnown().get(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(put(a)).isEqualTo(2);
      assertThat(put(b)).isEqualTo(3);
    }

    assertThat(folder.resolve("a.tls/peer.crt")).isRegularFile();
    assertThat(folder.resolve("b.tls/peer.crt")).isRegularFile();
    assertThat(folder.resolve("b.tls/client.crt")).doesNotExist();
  }

  private static long put(EtcdServer server) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(server.clientAddresses().getFirst()).usePlaintext().build();
    try {
      return KVGrpc.newBlockingStub(channel)
          .put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build())
          .getHeader()
          .getRevision();
    } finally {
      channel.shutdownNow();
    }
  }

  private EtcdServer start(String name, List<Integer> ports) {
    String cluster =
        "a=https://127.0.0.1:%d,b=https://127.0.0.1:%d"
            .formatted(ports.getFirst(), ports.getLast());
    int port = name.equals("a") ? ports.getFirst() : ports.getLast();
    ServerOptions options =
        CommandLine.populateCommand(
            new ServerOptions(),
            "--name=" + name,
            "--data-dir=" + folder.resolve(name),
            "--listen-client-urls=http://127.0.0.1:0",
            "--listen-peer-urls=https://127.0.0.1:" + port,
            "--initial-cluster=" + cluster,
            "--storage=memory",
            "--heartbeat-interval=500",
            "--election-timeout=5000",
            "--peer-auto-tls");
    return EtcdServer.start(options.toConfig());
  }
}
