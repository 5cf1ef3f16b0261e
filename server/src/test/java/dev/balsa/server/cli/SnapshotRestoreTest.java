package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.Tools;
import dev.balsa.server.whole.ThreeServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup of one member becomes a cluster of three real processes, which goes on from there. */
class SnapshotRestoreTest {
  @TempDir Path folder;

  @Test
  void clusterIsRestoredFromTheBackupOfOneMember() throws Exception {
    Path file = folder.resolve("backup");
    Path foreign = folder.resolve("by-etcdctl");
    String hash;
    try (ThreeServers before = ThreeServers.start(Files.createDirectory(folder.resolve("old")))) {
      String endpoint = before.endpoint("m2");
      for (String command : List.of("put a 1", "put a 2", "put b 3", "del b", "compaction 3")) {
        ctl(endpoint, command);
      }
      Run granted = ctl(endpoint, "lease grant 1000");
      ctl(endpoint, "put leased v --lease " + granted.out().split(" ", 3)[1]);
      hash = ctl(endpoint, "endpoint hashkv").out().split(", ", 3)[1];

      Run saved = Run.of("snapshot", "save", "--endpoints", endpoint, file.toString());
      Run byEtcdctl =
          new Etcdctl(Tools.require("etcdctl"), folder, endpoint)
              .run("", List.of("snapshot", "save", foreign.toString()));

      assertThat(saved).isEqualTo(new Run(0, "Snapshot saved at " + file + "\n", ""));
      assertThat(byEtcdctl.code()).as(byEtcdctl.err()).isZero();
      assertThat(foreign).hasSameBinaryContentAs(file);
      assertThat(Files.getPosixFilePermissions(file))
          .as("whoever may read it reads all keys, so as etcdctl's it is its owner's alone")
          .isEqualTo(Files.getPosixFilePermissions(foreign));
    }
    Run status = Run.of("snapshot", "status", file.toString(), "-w", "fields");
    assertThat(status.out()).contains("\"Revision\" : 6\n\"Keys\" : 2\n");

    List<String> names = ThreeServers.NAMES;
    Path data = Files.createDirectory(folder.resolve("new"));
    try (ThreeServers after =
        ThreeServers.start(data, (name, cluster) -> restore(file, data, name, cluster))) {
      for (String name : names) {
        String endpoint = after.endpoint(name);
        assertThat(ctl(endpoint, "get a -w fields").out())
            .contains("\"Revision\" : 6\n", "\"ModRevision\" : 3\n", "\"Value\" : \"2\"\n");
        assertThat(ctl(endpoint, "endpoint hashkv").out()).endsWith(", " + hash);
        assertThat(ctl(endpoint, "lease list").out()).startsWith("found 1 leases\n");
      }
      assertThat(Run.of("ctl", "--endpoints", after.endpoint("m1"), "get", "a", "--rev", "2").err())
          .contains("required revision has been compacted");
      assertThat(ctl(after.endpoint("m1"), "member list").out().lines()).hasSize(3);
      ctl(after.endpoint("m3"), "put a 4");
      after.kill("m1");
      after.launch("m1");
      after.awaitServing("m1");
      assertThat(ctl(after.endpoint("m1"), "get a").out()).isEqualTo("a\n4\n");
    }
  }

  private static void restore(Path file, Path data, String name, String cluster) {
    List<String> words =
        new ArrayList<>(List.of("snapshot", "restore", file.toString(), "--name", name));
    words.addAll(List.of("--data-dir", data.resolve(name).toString()));
    words.addAll(List.of("--initial-cluster", cluster));
    String own =
        cluster.substring(cluster.indexOf(name + "=") + name.length() + 1).split(",", 2)[0];
    words.addAll(List.of("--initial-advertise-peer-urls", own));
    Run restored = Run.of(words.toArray(String[]::new));

    assertThat(restored.code()).as(restored.err()).isZero();
    assertThat(restored.out()).startsWith("Restored revision 6 into ");
  }

  private static Run ctl(String endpoint, String command) {
    List<String> words = new ArrayList<>(List.of("ctl", "--endpoints", endpoint));
    words.addAll(List.of("--command-timeout=60s", "--dial-timeout=60s"));
    words.addAll(List.of(command.split(" ")));
    Run run = Run.of(words.toArray(String[]::new));
    assertThat(run.code()).as(command + ": " + run.err()).isZero();
    return run;
  }
}
