package dev.balsa.server;

import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.kv.MemoryStore;
import dev.balsa.kv.OrderedStore;
import dev.balsa.node.Consistency;
import dev.balsa.node.NodeConfig;
import dev.balsa.node.NodeListener;
import dev.balsa.node.NodeStatus;
import dev.balsa.node.RaftNode;
import dev.balsa.node.SnapshotTriggers;
import dev.balsa.node.StorageException;
import dev.balsa.node.TransferOutcome;
import dev.balsa.node.net.NetworkException;
import dev.balsa.node.tls.Tls;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.RaftConfig;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.backend.ClusterMember;
import dev.balsa.server.backend.Examination;
import dev.balsa.server.backend.MemberContext;
import dev.balsa.server.backend.Publication;
import dev.balsa.server.backend.RaftBackend;
import dev.balsa.server.backend.ServerMachine;
import dev.balsa.server.config.ServerConfig;
import dev.balsa.server.config.Storage;
import dev.balsa.server.config.Url;
import dev.balsa.server.live.Instruments;
import dev.balsa.server.metrics.ServerMetrics;
import dev.balsa.server.rocks.RocksSettings;
import dev.balsa.server.rocks.RocksStore;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One member: a node with its log and its peers, and the client port in front of it. Starts in that
 * order and closes in the other. Thread-safe.
 */
public final class EtcdServer implements AutoCloseable {
  private static final Logger LOG = System.getLogger(EtcdServer.class.getName());

  /** Commands waiting for the core: more than this and new ones are refused. */
  private static final long INTAKE_BYTES_MAX = 64L << 20;

  /** The folder of the keys in the data directory. */
  private static final String STORE = "store";

  private final ServerConfig config;
  private final Origin origin;
  private final OrderedStore store;
  private final RaftNode<KvResult, ServerMachine> node;
  private final ClientPort port;
  private final Publication publication;
  private final MemberListener listener;

  private EtcdServer(
      ServerConfig config,
      Origin origin,
      OrderedStore store,
      RaftNode<KvResult, ServerMachine> node,
      ClientPort port,
      Publication publication,
      MemberListener listener) {
    this.config = config;
    this.origin = origin;
    this.store = store;
    this.node = node;
    this.port = port;
    this.publication = publication;
    this.listener = listener;
  }

  /**
   * Opens the data directory, joins the peers and opens the client port.
   *
   * @throws StartException if disk, network or settings do not allow it; nothing is left open
   */
  public static EtcdServer start(ServerConfig config) {
    return start(config, Surroundings.REAL);
  }

  /** The same on another disk, network or clock. */
  public static EtcdServer start(ServerConfig config, Surroundings surroundings) {
    MemberTls tls = MemberTls.open(config);
    requireListenable("--listen-client-urls", config.listenClient());
    requireListenable("--listen-metrics-urls", config.listenMetrics());
    ForcedCluster.ifAsked(config, surroundings);
    Origin origin = Origin.of(config, surroundings.disk(), tls.peer());
    ServerMetrics metrics = new ServerMetrics();
    Instruments instruments = new Instruments();
    MemberListener listener =
        new MemberListener(
            metrics,
            instruments,
            new CompletableFuture<>(),
            new CompletableFuture<>(),
            surroundings.beforeTurn());
    OrderedStore store = openStore(config, surroundings);
    RaftNode<KvResult, ServerMachine> node =
        startNode(config, origin, tls.peer(), surroundings, store, listener);
    Backend backend = new RaftBackend(node);
    Examination examination = Examination.begin(origin.self(), backend);
    if (config.initialCorruptCheck()) {
      examination
          .objection(config.requestTimeout())
          .ifPresent(
              reason -> {
                node.close();
                store.close();
                throw new StartException(
                    "%s; if theirs are right move --data-dir %s away and start this member empty, see CORRUPT in docs/operations.md"
                        .formatted(reason, config.dataDir()));
              });
    }
    metrics.peers().watch(node::peers, config.heartbeat());
    instruments.watchPeers(node::peers);
    instruments.watchCertificates(tls.all());
    ClientPort port;
    try {
      port =
          ClientPort.open(
              settings(config, origin, surroundings, tls.client()), backend, metrics, instruments);
    } catch (IOException e) {
      node.close();
      store.close();
      throw cannotListen(
          "--listen-client-urls and --listen-metrics-urls",
          urls(
              Stream.concat(config.listenClient().stream(), config.listenMetrics().stream())
                  .toList()),
          e);
    }
    List<String> advertised = advertised(config, port.addresses());
    Publication publication =
        Publication.begin(
            backend, new ClusterMember(origin.self(), config.name(), List.of(), advertised));
    LOG.log(
        Level.INFO,
        "member {0} ({1}) of cluster {2} serves clients on {3}",
        config.name(),
        origin.self(),
        origin.cluster(),
        String.join(", ", advertised));
    MemberTls.warnOfPlaintext(config);
    return new EtcdServer(config, origin, store, node, port, publication, listener);
  }

  /** Looks whether clients could come in before the log is opened and the peers are disturbed. */
  private static void requireListenable(String flag, List<Url> urls) {
    for (Url url : urls) {
      if (url.address().isUnresolved()) {
        throw new StartException(
            "%s %s: the host %s has no address; name one of this machine's"
                .formatted(flag, url, url.host()));
      }
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(url.address());
      } catch (IOException e) {
        throw cannotListen(flag, url.toString(), e);
      }
    }
  }

  private static StartException cannotListen(String flags, String urls, IOException cause) {
    String reason = reason(cause);
    String remedy =
        reason.contains("in use")
            ? "stop what holds the port or choose another by " + flags
            : "change " + flags;
    return new StartException(
        "cannot listen on %s (%s); %s".formatted(urls, reason, remedy), cause);
  }

  private static OrderedStore openStore(ServerConfig config, Surroundings surroundings) {
    try {
      surroundings.disk().open(config.dataDir()).close(); // makes it, as durable as its content
      return openStore(config.storage(), config.dataDir());
    } catch (StorageException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * The store within a data directory, which is there.
   *
   * @throws StorageException if it cannot be used
   */
  static OrderedStore openStore(Storage storage, Path dataDir) {
    return switch (storage) {
      case MEMORY -> new MemoryStore();
      case ROCKSDB -> RocksStore.open(dataDir.resolve(STORE), RocksSettings.DEFAULT);
    };
  }

  private static RaftNode<KvResult, ServerMachine> startNode(
      ServerConfig config,
      Origin origin,
      @Nullable Tls tls,
      Surroundings surroundings,
      OrderedStore store,
      NodeListener listener) {
    NodeId self = origin.self();
    RaftConfig raft =
        RaftConfig.of(self, System.nanoTime() ^ self.value())
            .withTimings(
                config.election().toNanos(),
                2 * config.election().toNanos(),
                config.heartbeat().toNanos());
    NodeConfig nodeConfig =
        new NodeConfig(
            origin.cluster(),
            surroundings.routed(origin.peers()),
            Origin.address(config.listenPeer()),
            config.dataDir(),
            raft,
            surroundings
                .wal()
                .withReserve(
                    config.storage() == Storage.ROCKSDB ? RocksSettings.DEFAULT.flushBytes() : 0),
            INTAKE_BYTES_MAX,
            SnapshotTriggers.DEFAULT.withEntries(config.snapshotCount()),
            origin.founding(),
            context -> MemberContext.address(context).map(surroundings.route()),
            tls);
    try {
      return RaftNode.start(
          nodeConfig,
          surroundings.disk().open(config.dataDir(), config.walDir()),
          new ServerMachine(new KvMachine(store)),
          listener);
    } catch (StorageException | NetworkException e) {
      store.close();
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  private static ClientPort.Settings settings(
      ServerConfig config, Origin origin, Surroundings surroundings, ClientTls tls) {
    return new ClientPort.Settings(
        config.listenClient().stream().map(Url::address).toList(),
        config.listenMetrics().stream().map(Url::address).toList(),
        origin.cluster(),
        origin.self(),
        config.requestTimeout(),
        config.election(),
        config.requestBytesMax(),
        config.txnOpsMax(),
        config.quotaBytes(),
        config.retention(),
        config.corruptCheck(),
        config.watchProgress(),
        surroundings.leaseMillis(),
        config.auth(),
        tls,
        config.uiOperations(),
        surroundings.demo());
  }

  /** What is advertised, with the port that the system chose where it was to choose. */
  private static List<String> advertised(ServerConfig config, List<InetSocketAddress> taken) {
    List<String> urls = new ArrayList<>();
    for (Url url : config.advertiseClient()) {
      int place = config.listenClient().indexOf(url);
      boolean chosen = url.port() == 0 && place >= 0;
      urls.add((chosen ? url.withPort(taken.get(place).getPort()) : url).toString());
    }
    return urls;
  }

  private static String urls(List<Url> urls) {
    return String.join(", ", urls.stream().map(Url::toString).toList());
  }

  /** The innermost cause says what the operating system said. */
  private static String reason(Throwable thrown) {
    Throwable innermost = thrown;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    return innermost.getMessage() != null ? innermost.getMessage() : innermost.toString();
  }

  /** What the server was started with. */
  public ServerConfig config() {
    return config;
  }

  /** This member's id, which need not be the one that its flags would give a new cluster's. */
  public NodeId id() {
    return origin.self();
  }

  /** Where clients come in, with the ports that were really taken. */
  public List<InetSocketAddress> clientAddresses() {
    return port.addresses();
  }

  /** Where metrics and health are besides, with the ports that were really taken. */
  public List<InetSocketAddress> metricsAddresses() {
    return port.metricsAddresses();
  }

  /** The port on which peers come in, also if the system chose it. */
  public int peerPort() {
    return node.peerPort();
  }

  /** How the node stands. */
  public NodeStatus status() {
    return node.status();
  }

  /**
   * Runs {@code action} on the thread that applies commands, between two batches: while it does not
   * return, nothing is applied and nothing read. For tests.
   */
  public void betweenBatches(Runnable action) {
    var unused =
        node.read(
            Consistency.STALE,
            machine -> {
              action.run();
              return true;
            });
  }

  /** Completes with the first leader that this member hears of. */
  public CompletableFuture<NodeId> leaderKnown() {
    return listener.leader().copy();
  }

  /** Completes with the reason if the node stops by itself; the server must then be closed. */
  public CompletableFuture<Throwable> failure() {
    return listener.failure().copy();
  }

  /**
   * Hands the leadership over if this member leads, so that the others need not miss it first; then
   * ends the calls under way, then the node. Returns when files and sockets are closed.
   */
  @Override
  public void close() {
    publication.close();
    handOver();
    port.close();
    node.close();
    store.close();
  }

  /**
   * Ends as a killed process does: hands nothing over and lets no call end. Returns when files and
   * sockets are closed.
   */
  public void kill() {
    publication.close();
    port.kill();
    node.close();
    store.abandon();
  }

  private void handOver() {
    try {
      TransferOutcome outcome =
          node.handOver().get(config.election().toNanos(), TimeUnit.NANOSECONDS);
      LOG.log(Level.DEBUG, "member {0} before its end: {1}", config.name(), outcome);
    } catch (TimeoutException e) {
      LOG.log(
          Level.WARNING,
          "member {0} ends as the leader: nobody took over within --election-timeout",
          config.name());
    } catch (ExecutionException e) {
      throw new IllegalStateException("handing over broke", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the rest must be closed all the same
    }
  }
}
