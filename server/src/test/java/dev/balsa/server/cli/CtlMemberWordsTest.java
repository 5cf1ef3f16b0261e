package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.NoLeader;
import dev.balsa.server.TestServer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code ctl} passes on of what a member says: reasons, downgrades, and its own settings. */
final class CtlMemberWordsTest {
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
  void statusSaysWhyNothingGoesOnAndWhatToDo() {
    Run good = ctl("endpoint", "status", "--why");
    server.backend().because(List.of(new NoLeader.ElectionDue(7_000_000)));

    Run simple = ctl("endpoint", "status", "--why");
    Run json = ctl("endpoint", "status", "--why", "-w", "json");
    Run fields = ctl("endpoint", "status", "--why", "-w", "fields");
    Run table = ctl("endpoint", "status", "--why", "-w", "table");

    assertThat(good.out()).isEqualTo(address() + ", a1, LEADER: nothing is held up\n");
    assertThat(simple.out())
        .isEqualTo(
            address()
                + ", a1, LEADER: NO_LEADER: no leader was heard; this node asks for votes in 7 ms;"
                + " wait for the election\n");
    assertThat(json.out())
        .startsWith("[{\"Endpoint\":\"" + address() + "\",\"Why\":{\"member\":\"a1\"");
    assertThat(fields.out()).contains("\"Remedy\" : \"wait for the election\"\n");
    assertThat(table.out()).contains("| wait for the election |");
  }

  @Test
  void endpointThatCannotSayWhyIsNamed() {
    Run run = Run.of("ctl", "--endpoints", "127.0.0.1:1", "endpoint", "status", "--why");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("Error: no reasons from 127.0.0.1:1\n");
  }

  @Test
  void downgradeIsAnsweredInTheServersWords() {
    assertThat(ctl("downgrade", "validate", "3.5").out())
        .isEqualTo("Downgrade validate success, cluster version 3.6\n");
    assertThat(ctl("downgrade", "validate", "3.5", "-w", "fields").out())
        .contains("\"Version\" : \"3.6\"\n");
    assertThat(ctl("downgrade", "validate", "3.1").err())
        .isEqualTo("Error: etcdserver: invalid downgrade target version\n");
    assertThat(ctl("downgrade", "enable", "3.5").err())
        .isEqualTo(
            "Error: etcdserver: a downgrade can be validated, not enabled: there is no older format\n");
    assertThat(ctl("downgrade", "cancel").err())
        .isEqualTo("Error: etcdserver: no inflight downgrade job\n");
  }

  @Test
  void sharedFlagsComeFromTheEnvironmentAndTheirOwnOfACommandDoNot() {
    Map<String, String> environment =
        Map.of(
            "ETCDCTL_ENDPOINTS", "127.0.0.1:1",
            "ETCDCTL_WRITE_OUT", "fields",
            "ETCDCTL_PREFIX", "true");

    Run byFlag = Run.inEnvironment(environment, "ctl", "--endpoints", address(), "get", "a", "b");
    Run byVariable = Run.inEnvironment(environment, "ctl", "get", "a");
    Run alone = Run.inEnvironment(environment, "snapshot", "save", "unwritten");

    assertThat(byFlag.out()).contains("\"Count\" : 0");
    assertThat(byVariable.err()).contains("nothing answers at 127.0.0.1:1");
    assertThat(alone.err()).contains("nothing answers at 127.0.0.1:1");
  }

  @Test
  void memberListMayBeTheMembersOwn() {
    assertThat(ctl("member", "list", "--consistency=s").code()).isZero();
    assertThat(ctl("member", "list", "--consistency=x").err())
        .contains("unknown consistency flag \"x\"");
  }

  @Test
  void optionsAreTheOnesThatAllCommandsTake() {
    assertThat(Run.of("ctl", "options").out())
        .contains("--endpoints", "--command-timeout", "--write-out")
        .doesNotContain("--prefix");
  }

  @Test
  void completionIsAScriptThatKnowsTheCommands() {
    Run bash = Run.of("ctl", "completion", "bash");
    Run fish = Run.of("ctl", "completion", "fish");

    assertThat(bash.out()).startsWith("#!/usr/bin/env bash\n").contains("make-mirror");
    assertThat(fish.code()).isEqualTo(2);
    assertThat(fish.err()).contains("no completion for shell \"fish\"; it is bash or zsh");
  }

  private Run ctl(String... command) {
    return Run.of(
        Stream.concat(Stream.of("ctl", "--endpoints", address()), Stream.of(command))
            .toArray(String[]::new));
  }

  private String address() {
    return "127.0.0.1:" + server.address().getPort();
  }
}
