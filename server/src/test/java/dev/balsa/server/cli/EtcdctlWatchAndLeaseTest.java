package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.Tools;
import dev.balsa.server.whole.Await;
import dev.balsa.server.whole.EtcdAndServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The real etcdctl watches and holds leases in three servers as it does in a real etcd. */
class EtcdctlWatchAndLeaseTest {
  private static final Pattern GRANTED = Pattern.compile("lease ([0-9a-f]+) granted");

  @RegisterExtension static final EtcdAndServers both = EtcdAndServers.ofOne();

  private static Path program;

  @BeforeAll
  static void start() throws Exception {
    program = Tools.require("etcdctl");
  }

  @Test
  void leaseCommandsPrintTheSame() throws Exception {
    List<String> theirs = leases(new Etcdctl(program, both.folder(), both.etcd().endpoint()));
    List<String> ours =
        leases(new Etcdctl(program, both.folder(), String.join(",", both.servers().endpoints())));

    assertThat(ours).isEqualTo(theirs);
    assertThat(ours.toString()).contains("requested lease not found");
  }

  private static List<String> leases(Etcdctl etcdctl) throws Exception {
    String granted = etcdctl.run("", List.of("lease", "grant", "1000")).out();
    Matcher id = GRANTED.matcher(granted);
    assertThat(id.find()).as(granted).isTrue();
    List<String> said = new ArrayList<>();
    said.add(granted.replace(id.group(1), "ID"));
    for (String command :
        List.of(
            "put leased v --lease=ID",
            "lease timetolive ID",
            "lease timetolive ID --keys",
            "lease list",
            "lease keep-alive --once ID",
            "get leased -w fields",
            "lease revoke ID",
            "get leased",
            "lease timetolive ID",
            "lease list",
            "lease keep-alive --once ID",
            "put leased v --lease=ID",
            "lease revoke ID",
            "lease grant 9000000001")) {
      List<String> words = List.of(command.replace("ID", id.group(1)).split(" "));
      Run run = etcdctl.run("", words);
      said.add(command + " -> " + run.code() + masked(run.out() + run.err(), id.group(1)));
    }
    return said;
  }

  private static String masked(String text, String id) {
    return text.replace(id, "ID")
        .replace(Long.toString(Long.parseUnsignedLong(id, 16)), "ID")
        .replaceAll("remaining\\(\\d+s\\)", "remaining")
        .replaceAll("\"(ClusterID|MemberID|RaftTerm)\" : \\d+", "$1")
        .replaceAll("\\{\"level\".*?\"attempt\".*\n", "");
  }

  @Test
  void watchPrintsTheSame() throws Exception {
    String theirs = watched(new Etcdctl(program, both.folder(), both.etcd().endpoint()), "theirs");
    String ours =
        watched(new Etcdctl(program, both.folder(), both.servers().endpoint("m2")), "ours");

    assertThat(ours).isEqualTo(theirs).contains("DELETE", "last");
  }

  /** What {@code etcdctl watch} prints of the past and of the present, until the last key comes. */
  private static String watched(Etcdctl etcdctl, String name) throws Exception {
    for (String command : List.of("put w/a 1", "put w/a 2", "del w/a")) {
      assertThat(etcdctl.run("", List.of(command.split(" "))).code()).isZero();
    }
    Path out = both.folder().resolve(name);
    ProcessBuilder builder =
        new ProcessBuilder(
                program.toString(),
                "--endpoints",
                etcdctl.endpoints(),
                "watch",
                "--prefix",
                "w/",
                "--rev=1",
                "--prev-kv")
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().put("ETCDCTL_API", "3");
    Process process = builder.start();
    try {
      Await.until(() -> "the past in " + read(out), () -> read(out).contains("DELETE"));
      assertThat(etcdctl.run("", List.of("put", "w/b", "x")).code()).isZero();
      assertThat(etcdctl.run("", List.of("put", "w/last", "y")).code()).isZero();
      Await.until(() -> "the present in " + read(out), () -> read(out).contains("last\ny\n"));
      return read(out);
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
