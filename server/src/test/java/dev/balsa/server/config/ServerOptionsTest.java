package dev.balsa.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class ServerOptionsTest {
  private static final String THREE =
      "a=http://127.0.0.1:2380,b=http://127.0.0.1:22380,c=http://127.0.0.1:32380";

  @Test
  void defaultsAreEtcds() {
    ServerConfig config = parse(Map.of());

    assertThat(config.name()).isEqualTo("default");
    assertThat(config.dataDir()).isEqualTo(Path.of("default.balsa"));
    assertThat(config.listenClient()).containsExactly(new Url("localhost", 2379));
    assertThat(config.advertiseClient()).containsExactly(new Url("localhost", 2379));
    assertThat(config.listenPeer()).isEqualTo(new Url("localhost", 2380));
    assertThat(config.cluster().members()).hasSize(1);
    assertThat(config.heartbeat()).isEqualTo(Duration.ofMillis(100));
    assertThat(config.election()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.requestTimeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(config.requestBytesMax()).isEqualTo(1_572_864);
    assertThat(config.txnOpsMax()).isEqualTo(128);
    assertThat(config.quotaBytes()).isEqualTo(2L << 30);
    assertThat(config.joinsExisting()).isFalse();
    assertThat(config.watchProgress()).isEqualTo(Duration.ofMinutes(10));
    assertThat(config.listenMetrics()).isEmpty();
  }

  @Test
  void everyMemberFindsTheSameIds() {
    ServerConfig a = parse(Map.of(), "--name=a", "--initial-cluster=" + THREE);
    String reordered = "c=http://127.0.0.1:32380,a=http://127.0.0.1:2380,b=http://127.0.0.1:22380";
    ServerConfig b = parse(Map.of(), "--name=b", "--initial-cluster=" + reordered);

    assertThat(a.cluster()).isEqualTo(b.cluster());
    assertThat(a.self().id()).isNotEqualTo(b.self().id());
  }

  @Test
  void quotaOfLessThanNothingIsNoQuota() {
    assertThat(parse(Map.of(), "--quota-backend-bytes=0").quotaBytes()).isEqualTo(2L << 30);
    assertThat(parse(Map.of(), "--quota-backend-bytes=1").quotaBytes()).isEqualTo(1);
    assertThat(parse(Map.of(), "--quota-backend-bytes=-1").quotaBytes()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void tokenSetsClustersApart() {
    ServerConfig one = parse(Map.of(), "--initial-cluster-token=one");
    ServerConfig two = parse(Map.of(), "--initial-cluster-token=two");

    assertThat(one.cluster().id()).isNotEqualTo(two.cluster().id());
    assertThat(one.self().id()).isNotEqualTo(two.self().id());
  }

  @Test
  void flagBeatsOwnVariableBeatsEtcds() {
    Map<String, String> environment =
        Map.of("ETCD_NAME", "etcd", "BALSA_NAME", "own", "ETCD_DATA_DIR", "/var/e");

    assertThat(parse(environment).name()).isEqualTo("own");
    assertThat(parse(environment).dataDir()).isEqualTo(Path.of("/var/e"));
    assertThat(parse(environment, "--name=flag").name()).isEqualTo("flag");
  }

  @Test
  void flagOfTwoNamesHasTwoVariablesAndAnEmptyOneSaysNothing() {
    Map<String, String> environment =
        Map.of(
            "ETCD_CORRUPT_CHECK_TIME", "1m",
            "BALSA_EXPERIMENTAL_WATCH_PROGRESS_NOTIFY_INTERVAL", "2m",
            "BALSA_INITIAL_CLUSTER", "",
            "ETCD_INITIAL_CORRUPT_CHECK", "true");

    ServerConfig config = parse(environment);

    assertThat(config.corruptCheck()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.watchProgress()).isEqualTo(Duration.ofMinutes(2));
    assertThat(config.initialCorruptCheck()).isTrue();
    assertThat(config.cluster().members()).hasSize(1);
  }

  @Test
  void gatesOfLaterEtcdAreFlags() {
    assertThat(parse(Map.of()).initialCorruptCheck()).isFalse();
    assertThat(parse(Map.of(), "--feature-gates=").initialCorruptCheck()).isFalse();
    assertThat(
            parse(
                    Map.of(),
                    "--feature-gates=StopGRPCServiceOnDefrag=false,InitialCorruptCheck=true")
                .initialCorruptCheck())
        .isTrue();
  }

  @Test
  void variableThatIsNoFlagsIsFound() {
    List<String> variables =
        List.of("BALSA_NAME", "ETCD_NAMES", "BALSA_DATADIR", "BALSA_JAVA_OPTS", "ETCDCTL_API");

    assertThat(EnvironmentDefaults.unread(variables, List.of("--name", "--data-dir")))
        .containsExactly("BALSA_DATADIR", "ETCD_NAMES");
  }

  @Test
  void memberMayHaveSeveralPeerUrls() {
    ServerConfig config =
        parse(
            Map.of(),
            "--name=a",
            "--initial-cluster=a=http://h2:2380,a=http://h1:2380,b=http://h3:1");

    assertThat(config.self().peerUrls()).containsExactly(new Url("h1", 2380), new Url("h2", 2380));
    assertThat(config.advertisePeer()).isEqualTo(config.self().peerUrls());
  }

  @Test
  void addressOfIpVersion6KeepsItsBrackets() {
    ServerConfig config = parse(Map.of(), "--listen-client-urls=http://[::1]:2379");

    assertThat(config.listenClient().getFirst().host()).isEqualTo("::1");
    assertThat(config.listenClient().getFirst()).hasToString("http://[::1]:2379");
  }

  @ParameterizedTest
  @MethodSource("badValues")
  void badValueIsRefusedWithItsRemedy(List<String> flags, String message) {
    String[] arguments = flags.toArray(String[]::new);

    assertThatThrownBy(() -> parse(Map.of(), arguments))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  static Stream<Arguments> badValues() {
    return Stream.of(
        Arguments.of(
            List.of("--listen-client-urls=https://127.0.0.1:2379"),
            "--listen-client-urls https://127.0.0.1:2379 needs --cert-file and --key-file;"
                + " name them or use http://"),
        Arguments.of(
            List.of("--listen-peer-urls=127.0.0.1:2380"),
            "--listen-peer-urls '127.0.0.1:2380' is no URL;"
                + " write it like http://127.0.0.1:2379"),
        Arguments.of(
            List.of("--listen-client-urls=http://127.0.0.1"),
            "--listen-client-urls 'http://127.0.0.1' has no host and port;"
                + " write it like http://127.0.0.1:2379"),
        Arguments.of(
            List.of("--listen-client-urls=http://127.0.0.1:1/x"),
            "--listen-client-urls 'http://127.0.0.1:1/x' says more than host and port;"
                + " write it like http://127.0.0.1:2379"),
        Arguments.of(
            List.of("--listen-client-urls=http://a:1,http://a:1"),
            "--listen-client-urls names an address twice: http://a:1,http://a:1; name each once"),
        Arguments.of(
            List.of("--listen-peer-urls=http://a:1,http://b:1"),
            "--listen-peer-urls http://a:1,http://b:1 has 2 addresses;"
                + " peers come in at one, so give one"),
        Arguments.of(
            List.of("--listen-client-urls=http://0.0.0.0:2379"),
            "clients cannot be sent to http://0.0.0.0:2379;"
                + " set --advertise-client-urls to an address they reach"),
        Arguments.of(
            List.of("--name=z", "--initial-cluster=" + THREE),
            "--name z does not stand in --initial-cluster (a, b, c);"
                + " add it there or use one of these names"),
        Arguments.of(
            List.of("--initial-cluster=http://127.0.0.1:2380"),
            "--initial-cluster has 'http://127.0.0.1:2380', which is no NAME=URL;"
                + " write it like a=http://10.0.0.1:2380,b=…"),
        Arguments.of(
            List.of("--name=a", "--initial-cluster=a=http://h:1,b=http://h:1"),
            "--initial-cluster a=http://h:1,b=http://h:1 gives two members the same URLs;"
                + " give each its own"),
        Arguments.of(
            List.of(
                "--name=a",
                "--initial-cluster=" + THREE,
                "--initial-advertise-peer-urls=http://127.0.0.1:9"),
            "--initial-advertise-peer-urls http://127.0.0.1:9 is not among a's URLs in"
                + " --initial-cluster ([http://127.0.0.1:2380]); make them the same"),
        Arguments.of(
            List.of("--initial-cluster-state=old"),
            "--initial-cluster-state 'old' is unknown; say new or existing"),
        Arguments.of(
            List.of("--election-timeout=499"),
            "--election-timeout 499 is less than 5 times --heartbeat-interval 100;"
                + " raise it or lower the other"),
        Arguments.of(
            List.of("--election-timeout=50001"),
            "--election-timeout 50001 is more than 50000 ms; lower it"),
        Arguments.of(
            List.of("--heartbeat-interval=0"), "--heartbeat-interval 0 must be at least 1"),
        Arguments.of(
            List.of("--watch-progress-notify-interval=soon"),
            "--watch-progress-notify-interval 'soon' is no duration; write it as 5m, 1h30m or 0s"),
        Arguments.of(
            List.of("--experimental-watch-progress-notify-interval=0s"),
            "--watch-progress-notify-interval 0 ms must be at least 1ms; write it as 10m or 30s"),
        Arguments.of(
            List.of("--listen-metrics-urls=https://127.0.0.1:2381"),
            "--listen-metrics-urls https://127.0.0.1:2381 needs --cert-file and --key-file;"
                + " name them or use http://"),
        Arguments.of(
            List.of("--feature-gates=InitialCorruptCheck"),
            "--feature-gates 'InitialCorruptCheck' is no NAME=true or NAME=false; write it so"),
        Arguments.of(
            List.of("--feature-gates=LeaseCheckpoint=true,LeaseCheckpointPersist=false"),
            "--feature-gates LeaseCheckpointPersist=false: this server always does that;"
                + " take it out"),
        Arguments.of(
            List.of("--feature-gates=PriorityRequest=true"),
            "--feature-gates has PriorityRequest, which is none of this server's; it has"
                + " InitialCorruptCheck and FastLeaseKeepAlive, LeaseCheckpoint,"
                + " LeaseCheckpointPersist, StopGRPCServiceOnDefrag"),
        Arguments.of(List.of("--max-request-bytes=0"), "--max-request-bytes 0 must be at least 1"),
        Arguments.of(List.of("--max-txn-ops=-1"), "--max-txn-ops -1 must be at least 1"));
  }

  @Test
  void flagThatWouldDoNothingIsRefusedByName() {
    assertThatThrownBy(() -> parse(Map.of(), "--proxy=on"))
        .isInstanceOf(CommandLine.UnmatchedArgumentException.class)
        .hasMessageContaining("--proxy");
  }

  private static ServerConfig parse(Map<String, String> environment, String... arguments) {
    Command command = new Command();
    new CommandLine(command)
        .setDefaultValueProvider(new EnvironmentDefaults(environment))
        .parseArgs(arguments);
    return command.options.toConfig();
  }

  @CommandLine.Command(name = "server")
  private static final class Command {
    @CommandLine.Mixin private final ServerOptions options = new ServerOptions();
  }
}
