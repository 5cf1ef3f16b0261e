package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.proto.RangeRequest;
import dev.balsa.server.TestServer;
import dev.balsa.server.Tools;
import dev.balsa.server.whole.Await;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ctl lock} and {@code ctl elect} beside the real etcdctl, at one server. */
final class LockAndElectTest {
  @TempDir Path folder;

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
  void aCommandRunsUnderTheLockWhichIsThenFree() throws Exception {
    String script = "echo held $ETCD_LOCK_KEY";

    Run ours = ended(ours("lock", "job", "--", "sh", "-c", script));
    Run theirs = etcdctl().run("", List.of("lock", "job", "--", "sh", "-c", script));

    assertThat(ours.code()).as(ours.err()).isZero();
    assertThat(ours.err().lines().toList().getLast()).matches("held job/[0-9a-f]+");
    assertThat(theirs.out().strip()).matches("held job/[0-9a-f]+");
    assertThat(keys("job/")).isZero();
  }

  @Test
  void aCommandThatFailsFailsTheLock() throws Exception {
    Run ours = ended(ours("lock", "job", "--", "sh", "-c", "exit 3"));

    assertThat(ours.code()).isEqualTo(1);
    assertThat(ours.err()).contains("sh ended with code 3");
    assertThat(keys("job/")).isZero();
  }

  @Test
  void theLockIsHeldUntilTheCommandIsToldToEnd() throws Exception {
    List<String> ours = lockedAndStopped(ours("lock", "door"));
    List<String> theirs = lockedAndStopped(theirs("lock", "door"));

    assertThat(ours).isEqualTo(theirs);
    assertThat(ours.getFirst()).isEqualTo("door/ID");
  }

  private List<String> lockedAndStopped(JavaChild child) throws Exception {
    try (child) {
      List<String> said = new ArrayList<>();
      said.add(child.linesUpTo("door/").getLast());
      assertThat(keys("door/")).isEqualTo(1);
      child.terminate();
      Run end = child.awaitEnd();
      said.add(end.err());
      said.add("code " + end.code());
      Await.until(() -> "the lock is free", () -> keys("door/") == 0);
      return said.stream().map(LockAndElectTest::masked).toList();
    }
  }

  @Test
  void theElectedLeadsUntilItIsToldToEndAndListenersSeeIt() throws Exception {
    List<String> ours = elected(ours("elect", "office", "chosen"), ours("elect", "-l", "office"));
    List<String> theirs =
        elected(theirs("elect", "office", "chosen"), theirs("elect", "-l", "office"));

    assertThat(ours).isEqualTo(theirs);
    assertThat(ours).contains("office/ID", "chosen");
  }

  private List<String> elected(JavaChild elected, JavaChild listener) throws Exception {
    try (elected;
        listener) {
      List<String> said = new ArrayList<>();
      for (JavaChild child : List.of(elected, listener)) {
        said.add(child.linesUpTo("office/").getLast());
        said.addAll(child.linesUpTo("chosen"));
      }
      elected.terminate();
      said.add("code " + elected.awaitEnd().code());
      Await.until(() -> "the office is free", () -> keys("office/") == 0);
      return said.stream().map(LockAndElectTest::masked).toList();
    }
  }

  @Test
  void anElectionWithoutAProposalIsBadUsage() {
    Run ours = Run.of("ctl", "--endpoints", endpoint(), "elect", "office");

    assertThat(ours.code()).isEqualTo(2);
    assertThat(ours.err()).contains("elect takes a name and a proposal");
  }

  private JavaChild ours(String... words) throws IOException {
    Stream<String> arguments =
        Stream.concat(Stream.of("ctl", "--endpoints", endpoint()), Stream.of(words));
    return JavaChild.start(folder(), JavaChild.command(arguments.toArray(String[]::new)));
  }

  private JavaChild theirs(String... words) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("env", "ETCDCTL_API=3", Tools.require("etcdctl").toString()));
    command.addAll(List.of("--endpoints", endpoint()));
    command.addAll(List.of(words));
    return JavaChild.start(folder(), command);
  }

  private static Run ended(JavaChild child) throws Exception {
    try (child) {
      return child.awaitEnd();
    }
  }

  private Etcdctl etcdctl() {
    return new Etcdctl(Tools.require("etcdctl"), folder, endpoint());
  }

  private File folder() {
    return folder.toFile();
  }

  private String endpoint() {
    return "127.0.0.1:" + server.address().getPort();
  }

  private long keys(String prefix) {
    ByteString from = ByteString.copyFromUtf8(prefix);
    ByteString end = ByteString.copyFromUtf8(prefix.replace('/', '0'));
    return server
        .kv()
        .range(RangeRequest.newBuilder().setKey(from).setRangeEnd(end).setCountOnly(true).build())
        .getCount();
  }

  private static String masked(String line) {
    return line.replaceAll("/[0-9a-f]+$", "/ID");
  }
}
