package dev.balsa.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.tls.Spoken.Versions;
import dev.balsa.node.tls.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class TlsOptionsTest {
  private static final String HTTPS = "--listen-client-urls=https://127.0.0.1:2379";
  private static final String PEERS = "--listen-peer-urls=https://127.0.0.1:2380";

  @Test
  void certificateAloneDemandsNothing() {
    TlsConfig tls = parse(Map.of(), HTTPS, "--cert-file=c", "--key-file=k").tls();

    TlsFiles client = Objects.requireNonNull(tls.client());
    assertThat(client.certificate()).isEqualTo(Path.of("c"));
    assertThat(client.demandsCertificates()).isFalse();
    assertThat(client.takesTls12()).isFalse();
    assertThat(tls.commonNames()).isFalse();
    assertThat(tls.peer()).isNull();
  }

  @Test
  void namingAnAuthorityDemandsItsCertificates() {
    TlsConfig tls =
        parse(Map.of(), HTTPS, "--cert-file=c", "--key-file=k", "--trusted-ca-file=a").tls();

    assertThat(Objects.requireNonNull(tls.client()).demandsCertificates()).isTrue();
    assertThat(tls.commonNames()).isFalse();
  }

  @Test
  void environmentOfEtcdWorks() {
    Map<String, String> environment =
        Map.of(
            "ETCD_CERT_FILE", "c",
            "ETCD_KEY_FILE", "k",
            "ETCD_CLIENT_CERT_AUTH", "true",
            "ETCD_TRUSTED_CA_FILE", "a",
            "ETCD_TLS_MIN_VERSION", "TLS1.2",
            "ETCD_LISTEN_CLIENT_URLS", "https://127.0.0.1:2379");

    TlsConfig tls = parse(environment).tls();

    assertThat(tls.commonNames()).isTrue();
    assertThat(Objects.requireNonNull(tls.client()).takesTls12()).isTrue();
    assertThat(tls.others().trusted()).isEqualTo(Path.of("a"));
  }

  @Test
  void theNewestVersionMayBeLimitedToo() {
    String[] pair = {HTTPS, "--cert-file=c", "--key-file=k"};

    assertThat(spoken(pair, "--tls-max-version=TLS1.3")).isEqualTo(Versions.ONLY_13);
    assertThat(spoken(pair, "--tls-min-version=TLS1.2")).isEqualTo(Versions.BOTH);
    assertThat(spoken(pair, "--tls-min-version=TLS1.2", "--tls-max-version=TLS1.2"))
        .isEqualTo(Versions.ONLY_12);
  }

  private static Versions spoken(String[] pair, String... versions) {
    String[] flags =
        Stream.concat(Arrays.stream(pair), Arrays.stream(versions)).toArray(String[]::new);
    return Objects.requireNonNull(parse(Map.of(), flags).tls().client()).spoken().versions();
  }

  @Test
  void certificatesMadeHereAreGoodForAYearOrAsManyAsAreSaid() {
    assertThat(parse(Map.of()).tls().selfSignedFor()).isEqualTo(Duration.ofDays(365));
    assertThat(parse(Map.of(), "--self-signed-cert-validity=3").tls().selfSignedFor())
        .isEqualTo(Duration.ofDays(3 * 365));
  }

  @Test
  void aCertificateMayBeForMetricsAlone() {
    ServerConfig config =
        parse(
            Map.of(),
            "--listen-metrics-urls=https://127.0.0.1:2381",
            "--cert-file=c",
            "--key-file=k");

    assertThat(config.listenMetrics()).extracting(Url::secure).containsExactly(true);
  }

  @Test
  void bothKindsOfUrlsMayStandSideBySide() {
    ServerConfig config =
        parse(
            Map.of(),
            "--listen-client-urls=https://127.0.0.1:2379,http://127.0.0.1:2378",
            "--cert-file=c",
            "--key-file=k");

    assertThat(config.listenClient()).extracting(Url::secure).containsExactly(true, false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --cert-file=c                            | --cert-file c has no key; name it by --key-file
          --key-file=k                             | --key-file k has no certificate; name it by --cert-file
          --auto-tls                               | --auto-tls is not used, since --listen-client-urls http://localhost:2379 has no https://; write https:// or leave it out
          %s --auto-tls --cert-file=c --key-file=k | --auto-tls and --cert-file c say two different things; leave one out
          --peer-cert-file=c                       | --peer-cert-file c has no key; name it by --peer-key-file
          --client-cert-auth                       | what is asked of clients needs --cert-file and --key-file
          --peer-trusted-ca-file=a                 | what is asked of peers needs --peer-cert-file and --peer-key-file
          --cert-file=c --key-file=k               | --cert-file c is not used, since --listen-client-urls http://localhost:2379 has no https://; write https:// or leave the certificate out
          %s                                       | --listen-client-urls https://127.0.0.1:2379 needs --cert-file and --key-file; name them or use http://
          %s --cert-file=c --key-file=k --client-cert-auth | --trusted-ca-file names no authority that signs them; name it
          %s --cert-file=c --key-file=k --tls-min-version=TLS1.1 | --tls-min-version 'TLS1.1' is not spoken; say TLS1.3 or TLS1.2
          %s --cert-file=c --key-file=k --cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 | cipher suites cannot be configured when only TLS1.3 is enabled
          %s --cert-file=c --key-file=k --tls-min-version=TLS1.2 --cipher-suites=TLS_NONE | --cipher-suites: unexpected TLS cipher suite "TLS_NONE"; there are TLS_
          --tls-max-version=TLS1.2                 | --tls-max-version TLS1.2 is below --tls-min-version TLS1.3; say --tls-min-version=TLS1.2, too, or leave it out
          --tls-max-version=1.3                    | --tls-max-version '1.3' is not spoken; say TLS1.3 or TLS1.2
          --self-signed-cert-validity=0            | --self-signed-cert-validity 0 is no number of years from 1 to 100; say one
          --peer-auto-tls                          | --peer-auto-tls is not used, since --listen-peer-urls http://localhost:2380 has no https://
          %p --peer-auto-tls --peer-cert-file=c --peer-key-file=k | --peer-auto-tls and --peer-cert-file c say two different things; leave one out
          %p                                       | --listen-peer-urls https://127.0.0.1:2380 needs --peer-cert-file and --peer-key-file
          --name=a --initial-cluster=a=http://127.0.0.1:2380,b=https://127.0.0.1:9 | --initial-cluster has https://127.0.0.1:9 for b, which needs --peer-cert-file and --peer-key-file
          """)
  void piecesThatDoNotFitAreNamedWithTheRemedy(String flags, String message) {
    String[] arguments = flags.replace("%s", HTTPS).replace("%p", PEERS).split(" +", -1);

    assertThatThrownBy(() -> parse(Map.of(), arguments))
        .as(Arrays.toString(arguments))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  private static ServerConfig parse(Map<String, String> environment, String... arguments) {
    ServerOptions options = new ServerOptions();
    new CommandLine(options)
        .setDefaultValueProvider(new EnvironmentDefaults(environment))
        .parseArgs(arguments);
    return options.toConfig();
  }
}
