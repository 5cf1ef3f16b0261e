package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.trace.Trace;
import dev.balsa.raft.trace.TraceReader;
import dev.balsa.server.EtcdServer;
import dev.balsa.server.tls.SecureServer;
import dev.balsa.server.tls.TestCertificates;
import dev.balsa.server.whole.Await;
import dev.balsa.server.whole.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The flight records of members that take nobody without a certificate, each other included. */
class TraceByTlsTest {
  private static final List<String> NAMES = List.of("a", "b", "c");

  @TempDir private Path folder;

  private final List<EtcdServer> servers = new ArrayList<>();
  private TestCertificates certificates;
  private List<Integer> ports;

  @BeforeEach
  void start() throws Exception {
    certificates = TestCertificates.in(folder.resolve("certs")).issue("client");
    ports = Ports.free(2 * NAMES.size());
    List<String> cluster = NAMES.stream().map(it -> it + "=" + peerUrl(it)).toList();
    for (String name : NAMES) {
      certificates.issue(name, "127.0.0.1");
      List<String> flags = new ArrayList<>(certificates.serverFlags(name));
      flags.addAll(certificates.mutualFlags());
      flags.add("--name=" + name);
      flags.add("--listen-client-urls=" + clientUrl(name));
      flags.add("--advertise-client-urls=" + clientUrl(name));
      flags.add("--listen-peer-urls=" + peerUrl(name));
      flags.add("--initial-cluster=" + String.join(",", cluster));
      flags.addAll(List.of("--heartbeat-interval=50", "--election-timeout=500"));
      flags.add("--peer-cert-file=" + certificates.cert(name));
      flags.add("--peer-key-file=" + certificates.key(name));
      flags.add("--peer-client-cert-auth");
      flags.add("--peer-trusted-ca-file=" + certificates.ca());
      servers.add(EtcdServer.start(SecureServer.config(folder.resolve(name), flags)));
    }
  }

  @AfterEach
  void stop() {
    servers.forEach(EtcdServer::close);
  }

  private String clientUrl(String name) {
    return "https://127.0.0.1:" + ports.get(NAMES.indexOf(name));
  }

  private String peerUrl(String name) {
    return "https://127.0.0.1:" + ports.get(NAMES.size() + NAMES.indexOf(name));
  }

  private Run save(Path file) {
    Stream<String> words = Stream.of("ctl", "--endpoints=" + clientUrl("b"), "--dial-timeout=60s");
    return Run.of(
        Stream.of(
                words,
                certificates.clientFlags("client").stream(),
                Stream.of("trace", "save", file.toString()))
            .flatMap(it -> it)
            .toArray(String[]::new));
  }

  private static Trace read(Path file) throws Exception {
    TraceReader reader = new TraceReader();
    reader.feed(Files.readAllBytes(file));
    return reader.finish();
  }

  @Test
  void oneMemberSavesTheRecordsOfAllByMutualTls() throws Exception {
    Path file = folder.resolve("all.trace");
    List<Run> runs = new ArrayList<>();

    Await.until( // each member publishes where it is once there is a leader
        () -> "three records, the last try said: " + runs.getLast(),
        () -> {
          runs.add(save(file));
          return runs.getLast().code() == 0 && read(file).recordings().size() == NAMES.size();
        });

    assertThat(read(file).absent()).isEmpty();
    assertThat(read(file).recordings())
        .extracting(Trace.Recording::name)
        .containsExactlyInAnyOrderElementsOf(NAMES);
  }

  @Test
  void whoHasNoCertificateGetsNothing() {
    Path file = folder.resolve("none.trace");

    Run run =
        Run.of(
            "ctl",
            "--endpoints=" + clientUrl("a"),
            "--cacert=" + certificates.ca(),
            "--dial-timeout=60s",
            "trace",
            "save",
            file.toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("no trace was saved");
    assertThat(file).doesNotExist();
  }
}
