package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.TestServer;
import dev.balsa.server.Tools;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ctl check}: what it does to a server, and what it makes of the figures. */
final class CheckTest {
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
  void perfPutsAtTheRateOfTheLoadAndLeavesNothingBehind() {
    Run run = ctl("check", "perf", "--duration=200ms", "--auto-compact", "--auto-defrag");

    // 30 puts and one delete lead to revision 32, however fast or slow they were.
    assertThat(run.out())
        .startsWith(
            """
            Compacting with revision 32
            Compacted with revision 32
            Defragmenting "%s"
            Defragmented "%s"
            """
                .formatted(address(), address()))
        .containsPattern("(PASS: Throughput is|FAIL: Throughput too low:) [0-9]+ writes/s\n")
        .endsWith(run.code() == 0 ? "\nPASS\n" : "\nFAIL\n");
    assertThat(ctl("get", "", "--prefix", "--count-only", "-w", "fields").out())
        .contains("\"Count\" : 0");
  }

  @Test
  void datascaleTellsTheMemoryThatItsDataTook() {
    Run run = ctl("check", "datascale");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .matches(
            "(?s)Start data scale check for work load \\[10000 key-value pairs, 1024 bytes per"
                + " key-value, 50 concurrent clients\\]\\.\n"
                + "PASS: Approximate system memory used : -?[0-9]+\\.[0-9]{2} MB\\.\n");
    assertThat(ctl("get", "x", "-w", "fields").out()).contains("\"Revision\" : 10002\n");
  }

  @Test
  void unmodifiedEtcdctlTellsTheMemoryToo(@TempDir Path folder) throws Exception {
    Etcdctl etcdctl = new Etcdctl(Tools.require("etcdctl"), folder, address());

    Run run = etcdctl.run("", List.of("check", "datascale", "--auto-compact", "--auto-defrag"));

    assertThat(run.out())
        .contains("Start data scale check for work load [10000 key-value pairs")
        .contains("Defragmented \"" + address() + "\"\n")
        .containsPattern("PASS: Approximate system memory used : -?[0-9.]+ MB\\.");
    assertThat(run.code()).as(run.out() + run.err()).isZero();
  }

  @Test
  void keysOfOthersAreNotTouched() {
    ctl("put", "/etcdctl-check-perf/mine", "x");

    Run run = ctl("check", "perf", "--duration=200ms");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("prefix \"/etcdctl-check-perf/\" has keys. Delete with etcdctl del --prefix");
    assertThat(ctl("get", "/etcdctl-check-perf/mine", "--print-value-only").out()).isEqualTo("x\n");
  }

  @Test
  void verdictFollowsTheFigures() {
    assertThat(PerfVerdict.of(new Load.Result(9_000, 60, 0.5, 0.1, Map.of()), 150))
        .isEqualTo(
            new PerfVerdict(
                true,
                List.of(
                    "PASS: Throughput is 151 writes/s",
                    "PASS: Slowest request took 0.500000s",
                    "PASS: Stddev is 0.100000s",
                    "PASS")));
    assertThat(
            PerfVerdict.of(
                new Load.Result(8_100, 60, 0.51, 0.11, Map.of("etcdserver: no leader", 2L)), 150))
        .isEqualTo(
            new PerfVerdict(
                false,
                List.of(
                    "FAIL: too many errors",
                    "FAIL: ERROR(etcdserver: no leader) -> 2",
                    "FAIL: Throughput too low: 136 writes/s",
                    "FAIL: Slowest request took too long: 0.510000s",
                    "FAIL: Stddev too high: 0.110000s",
                    "FAIL")));
  }

  private Run ctl(String... command) {
    List<String> words = new ArrayList<>(List.of("ctl", "--endpoints", address()));
    words.addAll(List.of(command));
    return Run.of(words.toArray(String[]::new));
  }

  private String address() {
    return "127.0.0.1:" + server.address().getPort();
  }
}
