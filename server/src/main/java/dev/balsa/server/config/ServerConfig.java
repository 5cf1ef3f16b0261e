package dev.balsa.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * One member's settings, checked as far as that is possible without touching disk or network.
 *
 * @param name this member's, one of {@code cluster}'s
 * @param dataDir where everything durable is but the log
 * @param walDir where the log is; {@code dataDir} unless told
 * @param listenClient where clients come in, at least one
 * @param advertiseClient where clients are sent; the same as {@code listenClient} unless told
 * @param listenMetrics where metrics and health are besides, any number
 * @param listenPeer where peers come in
 * @param advertisePeer where peers are sent; one of this member's URLs in {@code cluster}
 * @param joinsExisting whether the cluster exists already, so that this member founds none
 * @param heartbeat how often a leader speaks
 * @param election the least time without a leader's word before an election
 * @param snapshotCount how many entries after a snapshot of the store the next one is taken
 * @param requestBytesMax the largest request, in bytes
 * @param txnOpsMax the most operations in a transaction
 * @param quotaBytes how large the store may grow, {@link Long#MAX_VALUE} for no limit
 * @param retention how much history is kept
 * @param corruptCheck how often members compare their keys, zero for never
 * @param initialCorruptCheck whether the member compares its keys with the others' before it serves
 * @param watchProgress how often a watcher that wants it hears that nothing happens
 * @param auth how users log in
 * @param storage where the keys are
 * @param tls where the certificates are
 * @param forceNewCluster whether this member's data becomes a cluster of its own
 * @param uiOperations whether the page may change the cluster
 */
public record ServerConfig(
    String name,
    Path dataDir,
    Path walDir,
    List<Url> listenClient,
    List<Url> advertiseClient,
    List<Url> listenMetrics,
    Url listenPeer,
    List<Url> advertisePeer,
    InitialCluster cluster,
    boolean joinsExisting,
    Duration heartbeat,
    Duration election,
    long snapshotCount,
    int requestBytesMax,
    int txnOpsMax,
    long quotaBytes,
    Retention retention,
    Duration corruptCheck,
    boolean initialCorruptCheck,
    Duration watchProgress,
    AuthConfig auth,
    Storage storage,
    TlsConfig tls,
    boolean forceNewCluster,
    boolean uiOperations) {
  private static final Duration REQUEST_BASE = Duration.ofSeconds(5);

  /** etcd's advice and limit: an election needs several heartbeats. */
  private static final int HEARTBEATS_IN_ELECTION = 5;

  private static final Duration ELECTION_MAX = Duration.ofSeconds(50);

  /** Checks every value and their relations. */
  public ServerConfig {
    listenClient = List.copyOf(listenClient);
    advertiseClient = List.copyOf(advertiseClient);
    listenMetrics = List.copyOf(listenMetrics);
    advertisePeer = List.copyOf(advertisePeer);
    positive("--heartbeat-interval", heartbeat.toMillis());
    positive("--snapshot-count", snapshotCount);
    positive("--max-request-bytes", requestBytesMax);
    positive("--max-txn-ops", txnOpsMax);
    positive("--quota-backend-bytes", quotaBytes);
    if (watchProgress.toMillis() <= 0) {
      throw new ConfigException(
          "--watch-progress-notify-interval %d ms must be at least 1ms; write it as 10m or 30s"
              .formatted(watchProgress.toMillis()));
    }
    if (election.compareTo(heartbeat.multipliedBy(HEARTBEATS_IN_ELECTION)) < 0) {
      throw new ConfigException(
          "--election-timeout %d is less than %d times --heartbeat-interval %d; raise it or lower the other"
              .formatted(election.toMillis(), HEARTBEATS_IN_ELECTION, heartbeat.toMillis()));
    }
    if (election.compareTo(ELECTION_MAX) > 0) {
      throw new ConfigException(
          "--election-timeout %d is more than %d ms; lower it"
              .formatted(election.toMillis(), ELECTION_MAX.toMillis()));
    }
    for (Url url : advertiseClient) {
      if (url.isWildcard()) {
        throw new ConfigException(
            "clients cannot be sent to %s; set --advertise-client-urls to an address they reach"
                .formatted(url));
      }
    }
    InitialMember self = cluster.member(name);
    for (Url url : advertisePeer) {
      if (!self.peerUrls().contains(url)) {
        throw new ConfigException(
            "--initial-advertise-peer-urls %s is not among %s's URLs in --initial-cluster (%s); make them the same"
                .formatted(url, name, self.peerUrls()));
      }
    }
    tls.requireFor(listenClient, listenMetrics, listenPeer, cluster);
  }

  private static void positive(String flag, long value) {
    if (value <= 0) {
      throw new ConfigException("%s %d must be at least 1".formatted(flag, value));
    }
  }

  /**
   * Where the log is, given {@code --wal-dir}.
   *
   * @param flag what the flag says, empty if it was not given
   * @throws ConfigException if it lies in {@code dataDir} or around it: either may be renamed as a
   *     whole, and must not take the other along
   */
  public static Path walDir(Path dataDir, String flag) {
    if (flag.isEmpty()) {
      return dataDir;
    }
    Path walDir = Path.of(flag);
    Path data = dataDir.toAbsolutePath().normalize();
    Path log = walDir.toAbsolutePath().normalize();
    if (data.startsWith(log) || log.startsWith(data)) {
      throw new ConfigException(
          "--wal-dir %s and --data-dir %s lie one within the other; put them side by side, or leave --wal-dir out to have the log in the data directory"
              .formatted(walDir, dataDir));
    }
    return walDir;
  }

  /** This member's entry in the initial cluster. */
  public InitialMember self() {
    return cluster.member(name);
  }

  /** How long a request may take: etcd's 5 s and two elections. */
  public Duration requestTimeout() {
    return REQUEST_BASE.plus(election.multipliedBy(2));
  }
}
