package dev.balsa.server.whole;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The package etcd3 of Node.js, unmodified, at three servers. {@code ./check} installs it. */
class NodeClientTest {
  private static final Path SCRIPTS = Path.of("src", "test", "node").toAbsolutePath();
  private static final Path PACKAGES =
      Path.of("..", "target", "node-client", "node_modules").toAbsolutePath().normalize();

  @TempDir Path folder;

  @Test
  void keysTransactionsWatchesLeasesAndLocksWork() throws Exception {
    Path node = Tools.require("node");
    Assumptions.assumeTrue(
        Files.isDirectory(PACKAGES.resolve("etcd3")),
        () -> "no etcd3 in " + PACKAGES + "; ./check installs it where npm can reach its registry");
    try (ThreeServers servers = ThreeServers.start(Files.createDirectory(folder.resolve("data")))) {
      Path out = folder.resolve("out");
      ProcessBuilder builder =
          new ProcessBuilder(
                  node.toString(), SCRIPTS.resolve("client.js").toString(), servers.endpoint("m2"))
              .redirectErrorStream(true)
              .redirectOutput(out.toFile());
      builder.environment().put("NODE_PATH", PACKAGES.toString());
      Process process = builder.start();
      boolean ended = process.waitFor(2, TimeUnit.MINUTES);
      process.destroyForcibly();

      String said = Files.readString(out);
      assertThat(ended).as(said).isTrue();
      assertThat(said)
          .isEqualTo(
              """
              get: "1"
              missing: null
              prefix: {"n/a":"1","n/b":"2"}
              delete: "1"
              txn that holds: true
              txn that does not: [false,"new"]
              watch: [["put","w/1","one"],["put","w/2","two"],["delete","w/1",""]]
              lease keeps its key: "leased"
              lease: ["60",["l/1"]]
              revoked lease takes it along: null
              second holder of a lock: "EtcdLockFailedError"
              lock: "held"
              """);
      assertThat(process.exitValue()).isZero();
    }
  }
}
