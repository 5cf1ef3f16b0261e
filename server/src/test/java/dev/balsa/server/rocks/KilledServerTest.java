package dev.balsa.server.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.server.EtcdServer;
import dev.balsa.server.config.ServerOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A member that is killed inside its process, so that its store keeps what a crash leaves. */
class KilledServerTest {
  private static final int WRITES = 50;

  @TempDir private Path directory = Path.of("unset");

  @Test
  void whatTheStoreHadNotFlushedComesFromTheLog() {
    EtcdServer first = start();
    for (int i = 0; i < WRITES; i++) {
      put(first, "k" + i);
    }
    first.kill();

    try (EtcdServer second = start()) {
      assertThat(count(second)).isEqualTo(WRITES);
      put(second, "k" + WRITES);
    }
    try (EtcdServer third = start()) {
      assertThat(count(third)).isEqualTo(WRITES + 1);
    }
  }

  private EtcdServer start() {
    ServerOptions options = new ServerOptions();
    new CommandLine(options)
        .parseArgs(
            "--data-dir=" + directory.resolve("data"),
            "--listen-client-urls=http://127.0.0.1:0",
            "--listen-peer-urls=http://127.0.0.1:0",
            "--initial-advertise-peer-urls=http://127.0.0.1:1");
    return EtcdServer.start(options.toConfig());
  }

  private static void put(EtcdServer server, String key) {
    PutRequest put =
        PutRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8(key))
            .setValue(ByteString.copyFromUtf8("v"))
            .build();
    assertThat(call(server, kv -> kv.put(put)).hasHeader()).isTrue();
  }

  private static long count(EtcdServer server) {
    RangeRequest all =
        RangeRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8("k"))
            .setRangeEnd(ByteString.copyFromUtf8("l"))
            .setCountOnly(true)
            .build();
    return call(server, kv -> kv.range(all)).getCount();
  }

  private static <A> A call(EtcdServer server, Function<KVGrpc.KVBlockingStub, A> call) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(server.clientAddresses().getFirst()).usePlaintext().build();
    try {
      return call.apply(KVGrpc.newBlockingStub(channel));
    } finally {
      channel.shutdownNow();
    }
  }
}
