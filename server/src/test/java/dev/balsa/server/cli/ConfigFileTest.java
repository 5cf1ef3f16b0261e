package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a file says reaches the checks of the settings, or is refused before a member starts. */
class ConfigFileTest {
  @TempDir private Path folder;

  @Test
  void settingsAreTakenFromTheFile() throws Exception {
    Path file =
        file(
            """
            # as etcd's own
            name: 'm1'
            data-dir: %s
            wal-dir:
            initial-cluster: m2=http://127.0.0.1:2380
            client-transport-security:
              auto-tls: true
            """
                .formatted(folder.resolve("data")));

    Run run = server(file);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("m1").contains("--initial-cluster");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "client-transport-security: {cert-file: c.pem} | --cert-file c.pem has no key",
        "peer-transport-security: {cert-file: p.pem} | --peer-cert-file p.pem has no key",
        "peer-cert-file: p.pem | --peer-cert-file p.pem has no key",
        "election-timeout: 10 | --election-timeout 10 is less",
        "log-level: loud | --log-level loud is unknown",
        "heartbeat-interval: often | Invalid value for option '--heartbeat-interval'",
        "enable-pprof: true | enable-pprof is no setting of this server; take it out",
        "'listen-client-urls: [http://a:1, http://b:1]' | listen-client-urls is not a single value",
        "'config-file: other.yml' | config-file is no setting of this server",
        "name | holds no names and values",
        "'name: {' | line 2: ",
        "'{name: a, name: b}' | duplicate key name",
      })
  void whatCannotBeUsedIsNamed(String text, String complaint) throws Exception {
    Run run = server(file(text));

    assertThat(run.err()).contains(complaint);
    assertThat(run.code()).isEqualTo(2);
  }

  @Test
  void aFlagBesideTheFileIsRefused() throws Exception {
    Path file = file("name: m1");

    Run run = Run.of("server", "--config-file", file.toString(), "--snapshot-count=5");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains(
            "--config-file %s says everything, and --snapshot-count is given, too".formatted(file));
  }

  @Test
  void aFileThatIsNotThereIsNamed() throws Exception {
    Run run = server(folder.resolve("none.yml"));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--config-file " + folder.resolve("none.yml") + " is not there");
  }

  private static Run server(Path file) {
    return Run.of("server", "--config-file=" + file);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("member.yml"), text + "\n");
  }
}
