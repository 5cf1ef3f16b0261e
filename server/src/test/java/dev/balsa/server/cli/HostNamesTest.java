package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server asks for a name each time, in a JVM of its own, since what a JVM remembers is set once.
 */
class HostNamesTest {
  @TempDir Path folder;

  @Test
  void aNameThatMovesIsFoundWhereItIsNow() throws Exception {
    Path hosts = folder.resolve("hosts");
    Path said = folder.resolve("said");
    List<String> words =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djdk.net.hosts.file=" + hosts,
            "-cp",
            System.getProperty("java.class.path"),
            HostNamesTest.class.getName(),
            hosts.toString());

    int code =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start()
            .waitFor();

    assertThat(Files.readString(said))
        .endsWith("not there, 127.0.0.2, 127.0.0.3, not there, 127.0.0.4\n");
    assertThat(code).isZero();
  }

  /** In a process of its own: what it is told of one name while a file says this and that of it. */
  public static void main(String[] args) throws IOException {
    Path hosts = Path.of(args[0]);
    Run server = Run.of("server", "--initial-cluster=nobody"); // refused, but it has begun
    assertThat(server.code()).isEqualTo(2);
    System.out.println(
        String.join(
            ", ",
            address(hosts, ""),
            address(hosts, "127.0.0.2 moving"),
            address(hosts, "127.0.0.3 moving"),
            address(hosts, ""),
            address(hosts, "127.0.0.4 moving")));
  }

  private static String address(Path hosts, String line) throws IOException {
    Files.writeString(hosts, line + "\n");
    try {
      return InetAddress.getAllByName("moving")[0].getHostAddress();
    } catch (UnknownHostException e) {
      return "not there";
    }
  }
}
