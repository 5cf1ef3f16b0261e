package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole server on a real file system that gets full under it. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class FullDiskTest {
  private static final int VALUE_BYTES = 1_000_000;

  /**
   * A run on a small file system of its own: room for two segments of the log and what the keys
   * need beside them, 160 MiB, but not for a third until ballast is thrown off, which happens when
   * a file asks for it.
   */
  private static final String SCRIPT =
      """
      mount -t tmpfs -o size=400m tmpfs disk || exit 9
      head -c 100000000 /dev/zero > disk/ballast
      (until [ -e enough ]; do sleep 0.1; done; rm disk/ballast) &
      exec "$@"
      """;

  @TempDir Path folder;

  @Test
  void fullDiskRefusesWritesByNameAndTakesThemAgainOnceThereIsSpace() throws Exception {
    Files.createDirectory(folder.resolve("disk"));
    List<String> words = withOwnMounts("sh", "-c", SCRIPT, "balsa");
    words.addAll(
        JavaChild.command(
            "server",
            "--data-dir=disk/data",
            "--listen-client-urls=http://127.0.0.1:0",
            "--listen-peer-urls=http://127.0.0.1:0"));

    try (JavaChild child = JavaChild.start(folder.toFile(), words)) {
      int port = child.awaitPort();
      int acknowledged = fillUp(port);

      assertThat(keysHeld(port)).isEqualTo(acknowledged);
      Files.createFile(folder.resolve("enough"));
      putUntilTaken(port);
      assertThat(keysHeld(port)).isEqualTo(acknowledged + 1);
    }
  }

  /** Who may not mount is told so; the node's own tests fill a simulated disk everywhere. */
  private List<String> withOwnMounts(String... words) throws IOException, InterruptedException {
    for (String unshare : List.of("--mount", "--mount --map-root-user")) {
      List<String> prefix = new ArrayList<>(List.of("unshare"));
      prefix.addAll(List.of(unshare.split(" ", -1)));
      List<String> probe = new ArrayList<>(prefix);
      probe.addAll(List.of("mount", "-t", "tmpfs", "tmpfs", "disk"));
      try (JavaChild child = JavaChild.start(folder.toFile(), probe)) {
        if (child.awaitEnd().code() == 0) {
          prefix.addAll(List.of(words));
          return prefix;
        }
      } catch (IOException e) {
        System.err.println("no unshare here: " + e.getMessage());
      }
    }
    String reason = "full disk: this user may not mount a small file system; run it as root";
    System.err.println("skipped: " + reason);
    return Assumptions.abort(reason);
  }

  /** Writes until that is refused for want of space; returns how many writes were acknowledged. */
  private static int fillUp(int port) {
    ManagedChannel channel = channel(port);
    int acknowledged = 0;
    try {
      for (; ; acknowledged++) {
        put(channel, "k" + acknowledged);
      }
    } catch (StatusRuntimeException refused) {
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(refused.getStatus().getDescription())
          .isEqualTo("etcdserver: mvcc: database space exceeded");
      return acknowledged;
    } finally {
      channel.shutdownNow();
    }
  }

  private static void put(ManagedChannel channel, String key) {
    PutRequest put =
        PutRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8(key))
            .setValue(ByteString.copyFrom(new byte[VALUE_BYTES]))
            .build();
    assertThat(KVGrpc.newBlockingStub(channel).put(put).hasHeader()).isTrue();
  }

  private static void putUntilTaken(int port) {
    ManagedChannel channel = channel(port);
    try {
      while (!isTaken(channel)) {
        Thread.onSpinWait();
      }
    } finally {
      channel.shutdownNow();
    }
  }

  private static boolean isTaken(ManagedChannel channel) {
    try {
      put(channel, "kept");
      return true;
    } catch (StatusRuntimeException refused) {
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      return false;
    }
  }

  private static int keysHeld(int port) {
    ManagedChannel channel = channel(port);
    RangeRequest all =
        RangeRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8("k"))
            .setRangeEnd(ByteString.copyFromUtf8("l"))
            .setCountOnly(true)
            .build();
    try {
      return Math.toIntExact(KVGrpc.newBlockingStub(channel).range(all).getCount());
    } finally {
      channel.shutdownNow();
    }
  }

  private static ManagedChannel channel(int port) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }
}
