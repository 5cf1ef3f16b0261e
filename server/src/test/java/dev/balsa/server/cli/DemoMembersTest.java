package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.config.ServerConfig;
import dev.balsa.server.config.ServerOptions;
import dev.balsa.server.whole.Await;
import dev.balsa.server.whole.Ports;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.cluster.Member;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Members that run in one process to be broken by whoever looks. */
class DemoMembersTest {
  private static final ByteSequence KEY = ByteSequence.from("k", StandardCharsets.UTF_8);

  @TempDir private Path folder = Path.of("unset");

  @Test
  void goOnWithoutOneThatIsRemoved() throws Exception {
    List<Integer> ports = Ports.free(6);
    try (Members members = Members.startDemo(configs(ports));
        Client client = Client.builder().endpoints("http://127.0.0.1:" + ports.get(0)).build()) {
      assertThat(members.awaitLeader(Duration.ofMinutes(2))).isTrue();
      CompletableFuture<Void> failed = CompletableFuture.runAsync(members::awaitFailure);

      client.getClusterClient().removeMember(idOf(client, "m3")).get();
      Await.until(() -> "m3 is closed", () -> !isOpen(ports.get(2)));

      assertThat(members.kill("m3")).isFalse();
      assertThat(members.restart("m3")).isFalse();
      Await.until(() -> "a write", () -> isWritten(client));
      assertThat(failed).isNotDone();
      assertThat(client.getClusterClient().listMember().get().getMembers())
          .extracting(Member::getName)
          .containsExactlyInAnyOrder("m1", "m2");
      assertThat(members.kill("m2")).isTrue();
      assertThat(members.restart("m2")).isTrue();
      Await.until(() -> "a write", () -> isWritten(client));
    }
  }

  /** Not while the leader is the one that goes. */
  private static boolean isWritten(Client client) throws InterruptedException {
    try {
      return client.getKVClient().put(KEY, KEY).get().getHeader().getRevision() > 0;
    } catch (ExecutionException refused) {
      return false;
    }
  }

  private static boolean isOpen(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException refused) {
      return false;
    }
  }

  private static long idOf(Client client, String name) throws Exception {
    return client.getClusterClient().listMember().get().getMembers().stream()
        .filter(it -> it.getName().equals(name))
        .findFirst()
        .orElseThrow()
        .getId();
  }

  private List<ServerConfig> configs(List<Integer> ports) {
    List<ServerConfig> configs = new ArrayList<>();
    for (int member = 0; member < 3; member++) {
      ServerOptions options = new ServerOptions();
      new CommandLine(options)
          .parseArgs(
              "--name=m" + (member + 1),
              "--data-dir=" + folder.resolve("m" + (member + 1)),
              "--storage=memory",
              "--listen-client-urls=http://127.0.0.1:" + ports.get(member),
              "--listen-peer-urls=http://127.0.0.1:" + ports.get(3 + member),
              "--initial-cluster=" + cluster(ports));
      configs.add(options.toConfig());
    }
    return configs;
  }

  private static String cluster(List<Integer> ports) {
    return "m1=http://127.0.0.1:%d,m2=http://127.0.0.1:%d,m3=http://127.0.0.1:%d"
        .formatted(ports.get(3), ports.get(4), ports.get(5));
  }
}
