package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Variables that look like a flag's and are none, in a process of its own. */
@Timeout(120)
final class UnreadVariableTest {
  @TempDir Path folder;

  @Test
  void aVariableThatIsNoFlagsIsNamedInTheLog() throws Exception {
    List<String> words = new ArrayList<>(List.of("env", "BALSA_DATADIR=x", "ETCD_NAME=m1"));
    words.addAll(JavaChild.command("server", "--initial-cluster=m2=http://127.0.0.1:2380"));

    try (JavaChild member = JavaChild.start(folder.toFile(), words)) {
      Run run = member.awaitEnd();

      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err())
          .contains("WARN", "the environment variable BALSA_DATADIR is no flag of this server")
          .contains("--name m1 does not stand in --initial-cluster")
          .doesNotContain("ETCD_NAME is no flag");
    }
  }
}
