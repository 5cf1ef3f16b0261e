package dev.balsa.server;

import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.node.NodeConfig;
import dev.balsa.node.NodeListener;
import dev.balsa.node.NodeStatus;
import dev.balsa.node.RaftNode;
import dev.balsa.node.SnapshotTriggers;
import dev.balsa.node.StorageException;
import dev.balsa.node.TransferOutcome;
import dev.balsa.node.net.NetworkException;
import dev.balsa.node.net.PeerAddress;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.Member;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.RaftConfig;
import dev.balsa.raft.Seat;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.backend.ClusterMember;
import dev.balsa.server.backend.MemberContext;
import dev.balsa.server.backend.Publication;
import dev.balsa.server.backend.RaftBackend;
import dev.balsa.server.backend.ServerMachine;
import dev.balsa.server.config.InitialMember;
import dev.balsa.server.config.ServerConfig;
import dev.balsa.server.config.Url;
import dev.balsa.server.metrics.ServerMetrics;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One member: a node with its log and its peers, and the client port in front of it. Starts in that
 * order and closes in the other. Thread-safe.
 */
public final class EtcdServer implements AutoCloseable {
  private static final Logger LOG = System.getLogger(EtcdServer.class.getName());

  /** Commands waiting for the core: more than this and new ones are refused. */
  private static final long INTAKE_BYTES_MAX = 64L << 20;

  private final ServerConfig config;
  private final RaftNode<KvResult, ServerMachine> node;
  private final ClientPort port;
  private final Publication publication;
  private final CompletableFuture<Throwable> failure;

  private EtcdServer(
      ServerConfig config,
      RaftNode<KvResult, ServerMachine> node,
      ClientPort port,
      Publication publication,
      CompletableFuture<Throwable> failure) {
    this.config = config;
    this.node = node;
    this.port = port;
    this.publication = publication;
    this.failure = failure;
  }

  /** Tells the metrics what happens, and whoever waits that the node has failed. */
  private record Listener(ServerMetrics metrics, CompletableFuture<Throwable> failure)
      implements NodeListener {
    @Override
    public void forced(long nanos) {
      metrics.forced(nanos);
    }

    @Override
    public void failed(Throwable cause) {
      failure.complete(cause);
    }
  }

  /**
   * Opens the data directory, joins the peers and opens the client port.
   *
   * @throws StartException if disk, network or settings do not allow it; nothing is left open
   */
  public static EtcdServer start(ServerConfig config) {
    if (config.joinsExisting() && isEmpty(config.dataDir())) {
      throw new StartException(
          "--initial-cluster-state existing, but --data-dir %s holds no data; say new to start a cluster"
              .formatted(config.dataDir()));
    }
    requireListenable(config.listenClient());
    ServerMetrics metrics = new ServerMetrics();
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    RaftNode<KvResult, ServerMachine> node = startNode(config, new Listener(metrics, failure));
    Backend backend = new RaftBackend(node);
    metrics.watchPeers(node::peers);
    ClientPort port;
    try {
      port = ClientPort.open(settings(config), backend, metrics);
    } catch (IOException e) {
      node.close();
      throw cannotListen(urls(config.listenClient()), e);
    }
    List<String> advertised = advertised(config, port.addresses());
    Publication publication =
        Publication.begin(
            backend, new ClusterMember(config.self().id(), config.name(), List.of(), advertised));
    LOG.log(
        Level.INFO,
        "member {0} ({1}) of cluster {2} serves clients on {3}",
        config.name(),
        config.self().id(),
        config.cluster().id(),
        String.join(", ", advertised));
    return new EtcdServer(config, node, port, publication, failure);
  }

  /** Looks whether clients could come in before the log is opened and the peers are disturbed. */
  private static void requireListenable(List<Url> urls) {
    for (Url url : urls) {
      if (url.address().isUnresolved()) {
        throw new StartException(
            "--listen-client-urls %s: the host %s has no address; name one of this machine's"
                .formatted(url, url.host()));
      }
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(url.address());
      } catch (IOException e) {
        throw cannotListen(url.toString(), e);
      }
    }
  }

  private static StartException cannotListen(String urls, IOException cause) {
    String reason = reason(cause);
    String remedy =
        reason.contains("in use")
            ? "stop what holds the port or choose another by --listen-client-urls"
            : "change --listen-client-urls";
    return new StartException(
        "cannot listen on %s (%s); %s".formatted(urls, reason, remedy), cause);
  }

  private static RaftNode<KvResult, ServerMachine> startNode(
      ServerConfig config, NodeListener listener) {
    NodeId self = config.self().id();
    Map<NodeId, PeerAddress> members = new TreeMap<>();
    for (InitialMember member : config.cluster().members()) {
      members.put(member.id(), address(member.peerUrls().getFirst()));
    }
    RaftConfig raft =
        RaftConfig.of(self, System.nanoTime() ^ self.value())
            .withTimings(
                config.election().toNanos(),
                2 * config.election().toNanos(),
                config.heartbeat().toNanos());
    NodeConfig nodeConfig =
        new NodeConfig(
            config.cluster().id(),
            members,
            address(config.listenPeer()),
            config.dataDir(),
            raft,
            WalConfig.DEFAULT,
            INTAKE_BYTES_MAX,
            SnapshotTriggers.DEFAULT.withEntries(config.snapshotCount()),
            founding(config),
            MemberContext::address);
    try {
      return RaftNode.start(nodeConfig, new ServerMachine(new KvMachine()), listener);
    } catch (StorageException | NetworkException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  /** The members of {@code --initial-cluster}; of no account once the log holds a membership. */
  private static Membership founding(ServerConfig config) {
    List<Member> members = new ArrayList<>();
    for (InitialMember member : config.cluster().members()) {
      List<String> peerUrls = member.peerUrls().stream().map(Url::toString).toList();
      members.add(new Member(member.id(), Seat.VOTER, MemberContext.encode(peerUrls), null));
    }
    return new Membership(members, List.of());
  }

  private static ClientPort.Settings settings(ServerConfig config) {
    return new ClientPort.Settings(
        config.listenClient().stream().map(Url::address).toList(),
        config.cluster().id(),
        config.self().id(),
        config.requestTimeout(),
        config.election(),
        config.requestBytesMax(),
        config.txnOpsMax());
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

  private static PeerAddress address(Url url) {
    return new PeerAddress(url.host(), url.port());
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

  private static boolean isEmpty(Path directory) {
    if (!Files.isDirectory(directory)) {
      return true;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      return !files.iterator().hasNext();
    } catch (IOException e) {
      throw new StartException(
          "--data-dir %s cannot be read (%s); check its permissions"
              .formatted(directory, e.getMessage()),
          e);
    }
  }

  /** What the server was started with. */
  public ServerConfig config() {
    return config;
  }

  /** Where clients come in, with the ports that were really taken. */
  public List<InetSocketAddress> clientAddresses() {
    return port.addresses();
  }

  /** The port on which peers come in, also if the system chose it. */
  public int peerPort() {
    return node.peerPort();
  }

  /** How the node stands. */
  public NodeStatus status() {
    return node.status();
  }

  /** Completes with the reason if the node stops by itself; the server must then be closed. */
  public CompletableFuture<Throwable> failure() {
    return failure.copy();
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
