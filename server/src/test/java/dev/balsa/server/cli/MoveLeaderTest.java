package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.node.TransferOutcome;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.TransferFailure;
import dev.balsa.server.LocalBackend;
import dev.balsa.server.TestServer;
import dev.balsa.server.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code ctl move-leader} beside the real etcdctl, at a server that plays the leader. */
final class MoveLeaderTest {
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void movedLeaderIsPrintedAsEtcdctlDoes() throws Exception {
    server.backend().transfers(new TransferOutcome.Done(new NodeId(0xb2), 8));

    Run ours = Run.of(arguments("b2"));

    assertThat(ours.out())
        .isEqualTo(
            "Leadership transferred from %s to b2\n"
                .formatted(Long.toHexString(LocalBackend.SELF.value())));
    assertThat(ours.out()).isEqualTo(etcdctl("b2"));
  }

  @Test
  void movedLeaderIsPrintedWholeForPrograms() throws Exception {
    server.backend().transfers(new TransferOutcome.Done(new NodeId(0xb2), 8));

    assertThat(Run.of(arguments("b2", "-w", "json")).out()).isEqualTo(etcdctl("b2", "-w", "json"));
    assertThat(Run.of(arguments("b2", "-w", "protobuf")).out())
        .isEqualTo(etcdctl("b2", "-w", "protobuf"));
    assertThat(Run.of(arguments("b2", "-w", "table")).code()).isEqualTo(2);
  }

  @Test
  void refusedTransferFailsInTheServersWords() {
    server.backend().transfers(new TransferOutcome.Failed(TransferFailure.NOT_A_VOTER));

    Run ours = Run.of(arguments("b2"));

    assertThat(ours.code()).isEqualTo(1);
    assertThat(ours.err()).contains("etcdserver: bad leader transferee");
  }

  @Test
  void endpointsWithoutTheLeaderAreNamed() {
    server.backend().leader(new NodeId(0xb2));

    Run ours = Run.of(arguments("b2"));

    assertThat(ours.code()).isEqualTo(1);
    assertThat(ours.err()).contains("no leader endpoint given at " + endpoint());
  }

  @Test
  void idThatIsNoHexadecimalNumberIsBadUsage() {
    Run ours = Run.of(arguments("leader"));

    assertThat(ours.code()).isEqualTo(2);
    assertThat(ours.err()).contains("bad member ID arg (leader), expecting ID in Hex");
  }

  private String endpoint() {
    return "127.0.0.1:" + server.address().getPort();
  }

  private String[] arguments(String... more) {
    List<String> words = new ArrayList<>(List.of("ctl", "--endpoints", endpoint(), "move-leader"));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private String etcdctl(String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of(Tools.require("etcdctl").toString()));
    words.addAll(List.of("--endpoints", endpoint(), "move-leader"));
    words.addAll(List.of(more));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put("ETCDCTL_API", "3");
    Process process = builder.start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
