package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.TestServer;
import dev.balsa.server.Tools;
import dev.balsa.server.tls.SecureServer;
import dev.balsa.server.tls.TestCertificates;
import dev.balsa.server.whole.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Command-line clients at a port that demands certificates. */
class TlsEtcdctlTest {
  @TempDir private static Path folder;

  private static TestCertificates certificates;
  private static SecureServer server;

  @BeforeAll
  static void start() throws IOException {
    certificates =
        TestCertificates.in(folder.resolve("certs")).issue("server", "127.0.0.1").issue("client");
    server =
        SecureServer.start(
            folder.resolve("data"),
            Stream.concat(
                    certificates.serverFlags("server").stream(),
                    certificates.mutualFlags().stream())
                .toList());
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void unmodifiedEtcdctlWritesAndReads() throws Exception {
    Etcdctl etcdctl = new Etcdctl(Tools.require("etcdctl"), folder, server.url());

    Run put = etcdctl.run("", with("client", "put", "greeting", "hello"));
    Run get = etcdctl.run("", with("client", "get", "greeting"));

    assertThat(put.out()).isEqualTo("OK\n");
    assertThat(get.out()).isEqualTo("greeting\nhello\n");
  }

  @Test
  void ctlWritesAndReadsAndSavesABackup() {
    Run put = ctl(with("client", "put", "by", "ctl"));
    Run get = ctl(with("client", "get", "by"));
    Run save =
        Run.of(
            Stream.concat(
                    Stream.of(
                        "snapshot", "save", "--endpoints=" + server.url(), "--dial-timeout=60s"),
                    with("client", folder.resolve("backup").toString()).stream())
                .toArray(String[]::new));

    assertThat(put.out()).isEqualTo("OK\n");
    assertThat(get.out()).isEqualTo("by\nctl\n");
    assertThat(save.code()).isZero();
  }

  @Test
  void ctlAsksOverHttpsWhyToo() {
    Run why = ctl(with("client", "endpoint", "status", "--why"));

    assertThat(why.err()).isEmpty();
    assertThat(why.code()).isZero();
  }

  @Test
  void ctlWithoutACertificateIsToldWhy() {
    Run bare = ctl(List.of("--cacert=" + certificates.ca(), "get", "by"));
    Run unknown = ctl(List.of("get", "by"));

    assertThat(bare.code()).isEqualTo(1);
    assertThat(bare.err()).contains("by TLS (");
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.err()).contains("by TLS (").contains("certification path");
  }

  @Test
  void ctlTakesAnyServerIfToldTo() {
    Run skipping =
        ctl(
            List.of(
                "--insecure-skip-tls-verify",
                "--cert=" + certificates.cert("client"),
                "--key=" + certificates.key("client"),
                "get",
                "nothing"));

    assertThat(skipping.err()).isEmpty();
    assertThat(skipping.code()).isZero();
  }

  @Test
  void ctlNamesAKeyThatIsMissing() {
    Run half = ctl(List.of("--cert=" + certificates.cert("client"), "get", "x"));

    assertThat(half.code()).isEqualTo(2);
    assertThat(half.err()).contains("--cert and --key belong together");
  }

  @Test
  void aMirrorIsMadeFromAndIntoAClusterWithCertificates() throws Exception {
    assertThat(ctl(with("client", "put", "mirrored/k", "v")).code()).isZero();
    try (TestServer plain = new TestServer()) {
      String address = "127.0.0.1:" + plain.address().getPort();
      List<String> out =
          with("client", "make-mirror", address, "--prefix=mirrored/", "--dest-prefix=there/");
      List<String> back = new ArrayList<>();
      back.addAll(List.of("ctl", "--endpoints=" + address, "make-mirror", server.url()));
      back.addAll(List.of("--prefix=there/", "--dest-prefix=back/"));
      certificates.clientFlags("client").forEach(it -> back.add(it.replace("--", "--dest-")));

      try (BalsaRun there = new BalsaRun(ctlWords(out));
          BalsaRun andBack = new BalsaRun(back)) {
        Await.until(
            () -> "back/k: " + there.err() + andBack.err(),
            () -> ctl(with("client", "get", "back/k")).out().equals("back/k\nv\n"));
      }
      Run half =
          Run.of("ctl", "--endpoints=" + address, "make-mirror", "x:1", "--dest-cert=" + folder);

      assertThat(half.code()).isEqualTo(2);
      assertThat(half.err()).contains("--dest-cert and --dest-key belong together");
    }
  }

  @Test
  void curlGetsHealthAndJson() throws Exception {
    assertThat(curl("/health")).contains("\"health\":\"true\"");
    assertThat(curl("/v3/kv/range", "-d", "{\"key\":\"YQ==\"}")).contains("\"header\"");
  }

  private static Run ctl(List<String> words) {
    return Run.of(ctlWords(words).toArray(String[]::new));
  }

  private static List<String> ctlWords(List<String> words) {
    return Stream.concat(
            Stream.of("ctl", "--endpoints=" + server.url(), "--dial-timeout=60s"), words.stream())
        .toList();
  }

  private static String curl(String path, String... more) throws Exception {
    List<String> words = new ArrayList<>();
    words.addAll(List.of(Tools.require("curl").toString(), "--silent", "--show-error"));
    words.addAll(
        List.of(
            "--cacert",
            certificates.ca().toString(),
            "--cert",
            certificates.cert("client").toString(),
            "--key",
            certificates.key("client").toString()));
    words.addAll(List.of(more));
    words.add(server.url() + path);
    Path out = folder.resolve("curl.out");
    Process process =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return Files.readString(out);
    } finally {
      process.destroyForcibly();
    }
  }

  private static List<String> with(String name, String... words) {
    return Stream.concat(certificates.clientFlags(name).stream(), Stream.of(words)).toList();
  }
}
