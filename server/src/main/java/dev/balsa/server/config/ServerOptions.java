package dev.balsa.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A member's flags, to be mixed into a picocli command: etcd's names, meanings and defaults. A flag
 * that would do nothing yet is not here, so it is refused by name. Values that are not given come
 * from {@link EnvironmentDefaults} if the command uses it.
 */
public final class ServerOptions {
  private static final long QUOTA_BYTES_DEFAULT = 2L << 30;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "This member's name (default: ${DEFAULT-VALUE}).")
  private String name = "default";

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where the data is (default: NAME.balsa).")
  private @Nullable Path dataDir;

  @Option(
      names = "--wal-dir",
      paramLabel = "DIR",
      description = "Where the log is, on a disk of its own (default: in the data directory).")
  private String walDir = "";

  @Option(
      names = "--listen-client-urls",
      paramLabel = "URLS",
      defaultValue = "http://localhost:2379",
      description = "Where clients come in (default: ${DEFAULT-VALUE}).")
  private String listenClientUrls = "";

  @Option(
      names = "--listen-metrics-urls",
      paramLabel = "URLS",
      description = "Where /metrics, /health, /livez and /readyz are, too (default: nowhere else).")
  private @Nullable String listenMetricsUrls;

  @Option(
      names = "--advertise-client-urls",
      paramLabel = "URLS",
      description = "Where clients are sent (default: where they come in).")
  private @Nullable String advertiseClientUrls;

  @Option(
      names = "--listen-peer-urls",
      paramLabel = "URL",
      defaultValue = "http://localhost:2380",
      description = "Where the other members come in (default: ${DEFAULT-VALUE}).")
  private String listenPeerUrls = "";

  @Option(
      names = "--initial-advertise-peer-urls",
      paramLabel = "URLS",
      description = "Where the other members are sent (default: NAME's in --initial-cluster).")
  private @Nullable String initialAdvertisePeerUrls;

  @Option(
      names = "--initial-cluster",
      paramLabel = "NAME=URL,...",
      description = "The members at the start, this one too (default: this one alone).")
  private @Nullable String initialCluster;

  @Option(
      names = "--initial-cluster-state",
      paramLabel = "STATE",
      defaultValue = "new",
      description = "new, or existing to join a running cluster (default: new).")
  private String initialClusterState = "new";

  @Option(
      names = "--initial-cluster-token",
      paramLabel = "TOKEN",
      defaultValue = "etcd-cluster",
      description = "Sets clusters with the same URLs apart (default: ${DEFAULT-VALUE}).")
  private String initialClusterToken = "etcd-cluster";

  @Option(
      names = "--heartbeat-interval",
      paramLabel = "MS",
      defaultValue = "100",
      description = "How often a leader speaks, in milliseconds (default: ${DEFAULT-VALUE}).")
  private long heartbeatInterval;

  @Option(
      names = "--election-timeout",
      paramLabel = "MS",
      defaultValue = "1000",
      description = "Silence before an election, in milliseconds (default: ${DEFAULT-VALUE}).")
  private long electionTimeout;

  @Option(
      names = "--snapshot-count",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Writes between two snapshots of the store (default: ${DEFAULT-VALUE}).")
  private long snapshotCount;

  @Option(
      names = "--storage",
      paramLabel = "KIND",
      defaultValue = "rocksdb",
      description = "Where the keys are: rocksdb or memory (default: ${DEFAULT-VALUE}).")
  private String storage = "rocksdb";

  @Option(
      names = "--max-request-bytes",
      paramLabel = "BYTES",
      defaultValue = "1572864",
      description = "The largest request (default: ${DEFAULT-VALUE}).")
  private int maxRequestBytes;

  @Option(
      names = "--max-txn-ops",
      paramLabel = "N",
      defaultValue = "128",
      description = "The most operations in a transaction (default: ${DEFAULT-VALUE}).")
  private int maxTxnOps;

  @Option(
      names = "--quota-backend-bytes",
      paramLabel = "BYTES",
      defaultValue = "0",
      description =
          "How large the store may grow: 0 for 2 GiB, a negative one for no limit (default: 0).")
  private long quotaBackendBytes;

  @Option(
      names = "--auto-compaction-mode",
      paramLabel = "MODE",
      defaultValue = "periodic",
      description = "Keep history by time (periodic) or by count (revision) (default: periodic).")
  private String autoCompactionMode = "periodic";

  @Option(
      names = "--auto-compaction-retention",
      paramLabel = "AMOUNT",
      defaultValue = "0",
      description =
          "How much history to keep: 10h, 30m, or revisions; 0 for all (default: ${DEFAULT-VALUE}).")
  private String autoCompactionRetention = "0";

  @Option(
      names = "--auth-token",
      paramLabel = "TYPE",
      defaultValue = "simple",
      description =
          "Tokens of users: simple, or jwt,pub-key=FILE,priv-key=FILE,sign-method=METHOD,ttl=5m"
              + " (default: simple).")
  private String authToken = "simple";

  @Option(
      names = "--auth-token-ttl",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "How long an unused simple token lives (default: ${DEFAULT-VALUE}).")
  private long authTokenTtl;

  @Option(
      names = "--bcrypt-cost",
      paramLabel = "N",
      defaultValue = "10",
      description = "How much work it is to hash a password, 4 to 31 (default: ${DEFAULT-VALUE}).")
  private int bcryptCost;

  @Option(
      names = "--force-new-cluster",
      description = "Go on alone with this member's data, when a majority is lost for ever.")
  private boolean forceNewCluster;

  @Option(
      names = {"--corrupt-check-time", "--experimental-corrupt-check-time"},
      paramLabel = "DURATION",
      defaultValue = "5m",
      description =
          "How often members compare their keys; 0s is never (default: ${DEFAULT-VALUE}).")
  private String corruptCheckTime = "5m";

  @Option(
      names = {"--initial-corrupt-check", "--experimental-initial-corrupt-check"},
      description =
          "Compare all keys with the other members' before serving; one that differs does not start.")
  private boolean initialCorruptCheck;

  @Option(
      names = "--feature-gates",
      paramLabel = "NAME=BOOL,...",
      description = "As etcd's, such as InitialCorruptCheck=true.")
  private String featureGates = "";

  @Option(
      names = {"--watch-progress-notify-interval", "--experimental-watch-progress-notify-interval"},
      paramLabel = "DURATION",
      defaultValue = "10m",
      description =
          "How often a watcher that wants it hears that nothing happens"
              + " (default: ${DEFAULT-VALUE}).")
  private String watchProgressNotifyInterval = "10m";

  @Option(
      names = "--ui-operations",
      description = "Let the page change the cluster, too: members, leader, history (default: no).")
  private boolean uiOperations;

  @Mixin private TlsOptions tls = new TlsOptions();

  /**
   * The settings that the flags say.
   *
   * @throws ConfigException if a value cannot be used
   */
  public ServerConfig toConfig() {
    List<Url> listenClient = Url.list("--listen-client-urls", listenClientUrls);
    List<Url> listenPeer = Url.list("--listen-peer-urls", listenPeerUrls);
    if (listenPeer.size() > 1) {
      throw new ConfigException(
          "--listen-peer-urls %s has %d addresses; peers come in at one, so give one"
              .formatted(listenPeerUrls, listenPeer.size()));
    }
    InitialCluster cluster = cluster(listenPeer);
    InitialMember self = cluster.member(name);
    Path data = dataDir != null ? dataDir : Path.of(name + ".balsa");
    return new ServerConfig(
        name,
        data,
        ServerConfig.walDir(data, walDir),
        listenClient,
        advertiseClientUrls != null
            ? Url.list("--advertise-client-urls", advertiseClientUrls)
            : listenClient,
        listenMetricsUrls == null || listenMetricsUrls.isEmpty()
            ? List.of()
            : Url.list("--listen-metrics-urls", listenMetricsUrls),
        listenPeer.getFirst(),
        initialAdvertisePeerUrls != null
            ? Url.list("--initial-advertise-peer-urls", initialAdvertisePeerUrls)
            : self.peerUrls(),
        cluster,
        joinsExisting(),
        Duration.ofMillis(heartbeatInterval),
        Duration.ofMillis(electionTimeout),
        snapshotCount,
        maxRequestBytes,
        maxTxnOps,
        quotaBytes(),
        Retention.parse(autoCompactionMode, autoCompactionRetention),
        duration("--corrupt-check-time", corruptCheckTime),
        FeatureGates.parse(featureGates).initialCorruptCheck() || initialCorruptCheck,
        duration("--watch-progress-notify-interval", watchProgressNotifyInterval),
        new AuthConfig(authToken, bcryptCost, Duration.ofSeconds(authTokenTtl)),
        Storage.parse(storage),
        tls.toConfig(),
        forceNewCluster,
        uiOperations);
  }

  /** Who says nothing is a cluster of one, reached where it is sent to or listens. */
  private InitialCluster cluster(List<Url> listenPeer) {
    if (initialCluster != null) {
      return InitialCluster.parse(initialCluster, initialClusterToken);
    }
    String url =
        initialAdvertisePeerUrls != null
            ? initialAdvertisePeerUrls
            : listenPeer.getFirst().toString();
    return InitialCluster.parse(
        name + "=" + url.replace(",", "," + name + "="), initialClusterToken);
  }

  /** As in etcd 0 stands for the default and what is below it for no limit. */
  private long quotaBytes() {
    if (quotaBackendBytes == 0) {
      return QUOTA_BYTES_DEFAULT;
    }
    return quotaBackendBytes < 0 ? Long.MAX_VALUE : quotaBackendBytes;
  }

  private static Duration duration(String flag, String value) {
    return GoDuration.parse(value)
        .orElseThrow(
            () ->
                new ConfigException(
                    "%s '%s' is no duration; write it as 5m, 1h30m or 0s".formatted(flag, value)));
  }

  private boolean joinsExisting() {
    return switch (initialClusterState) {
      case "new" -> false;
      case "existing" -> true;
      default ->
          throw new ConfigException(
              "--initial-cluster-state '%s' is unknown; say new or existing"
                  .formatted(initialClusterState));
    };
  }
}
