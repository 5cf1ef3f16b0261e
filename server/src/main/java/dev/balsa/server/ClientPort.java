package dev.balsa.server;

import dev.balsa.kv.CommandRules;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.NodeId;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.http.ClientProtocol;
import dev.balsa.server.http.HealthEndpoint;
import dev.balsa.server.http.HttpAnswer;
import dev.balsa.server.http.HttpRoutes;
import dev.balsa.server.lease.LeaseService;
import dev.balsa.server.metrics.ServerMetrics;
import dev.balsa.server.rpc.ApiVersion;
import dev.balsa.server.rpc.ClusterService;
import dev.balsa.server.rpc.Deadlines;
import dev.balsa.server.rpc.Forwarded;
import dev.balsa.server.rpc.Headers;
import dev.balsa.server.rpc.KvService;
import dev.balsa.server.rpc.LeaderHealth;
import dev.balsa.server.rpc.MaintenanceService;
import dev.balsa.server.rpc.Requests;
import dev.balsa.server.rpc.RequireLeader;
import dev.balsa.server.watch.WatchLoop;
import dev.balsa.server.watch.WatchService;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Where clients come in: gRPC and HTTP/1.1 on the same addresses. Calls run on the event loop that
 * read them, since none of ours blocks.
 */
public final class ClientPort implements AutoCloseable {
  /** etcd receives requests somewhat above its limit, to refuse them by its own text. */
  private static final int ABOVE_LIMIT_BYTES = 512 * 1024;

  private static final Duration KEEPALIVE_MIN = Duration.ofSeconds(5);
  private static final Duration FIRST_BYTES_PATIENCE = Duration.ofSeconds(10);
  private static final Duration REFRESH = Duration.ofMillis(250);
  private static final Duration WATCH_PROGRESS = Duration.ofMinutes(10);
  private static final int ELECTIONS_WITHOUT_LEADER = 3;
  private static final Duration DRAIN = Duration.ofSeconds(3);
  private static final int FLOW_CONTROL_WINDOW_BYTES = 1 << 20;

  private final Server server;
  private final Parts parts;

  private ClientPort(Server server, Parts parts) {
    this.server = server;
    this.parts = parts;
  }

  /** What lives as long as the port and what services share. */
  private record Parts(
      Deadlines deadlines,
      Headers headers,
      Requests requests,
      WatchLoop watches,
      LeaseService leases) {
    static Parts start(Settings settings, Backend backend) {
      Deadlines deadlines = new Deadlines(settings.timeout());
      Headers headers = new Headers(backend, settings.cluster(), settings.self());
      Requests requests = new Requests(backend, deadlines, settings.requestBytesMax());
      WatchLoop watches =
          WatchLoop.start(
              backend,
              headers,
              settings.requestBytesMax() + ABOVE_LIMIT_BYTES,
              WATCH_PROGRESS.toMillis(),
              settings.election().multipliedBy(ELECTIONS_WITHOUT_LEADER).toMillis());
      deadlines.every(REFRESH, watches::tick);
      LeaseService leases =
          LeaseService.start(
              backend, requests, headers, deadlines, settings.election(), settings.timeout());
      return new Parts(deadlines, headers, requests, watches, leases);
    }

    /** Ends the streams, which never end by themselves. */
    void endStreams() {
      watches.close();
      leases.close();
    }

    void close() {
      endStreams();
      deadlines.close();
    }
  }

  /**
   * Whom the port speaks for, and how.
   *
   * @param listen where to listen, at least one; port 0 takes a free one
   * @param timeout how long a request may take
   * @param election the least time without a leader's word before an election
   * @param requestBytesMax the largest command, encoded
   * @param txnOpsMax the most operations in a transaction
   */
  public record Settings(
      List<InetSocketAddress> listen,
      ClusterId cluster,
      NodeId self,
      Duration timeout,
      Duration election,
      int requestBytesMax,
      int txnOpsMax) {
    public Settings {
      listen = List.copyOf(listen);
    }
  }

  /**
   * Opens the port.
   *
   * @throws IOException if an address cannot be listened on
   */
  public static ClientPort open(Settings settings, Backend backend, ServerMetrics metrics)
      throws IOException {
    Parts parts = Parts.start(settings, backend);
    try {
      return new ClientPort(builder(settings, backend, metrics, parts).build().start(), parts);
    } catch (IOException e) {
      parts.close();
      throw e;
    }
  }

  private static NettyServerBuilder builder(
      Settings settings, Backend backend, ServerMetrics metrics, Parts parts) {
    Requests requests = parts.requests();
    Headers headers = parts.headers();
    LeaderHealth health = new LeaderHealth(backend);
    parts.deadlines().every(REFRESH, health::refresh);
    metrics.watch(settings.self(), backend, requests);
    metrics.watchStreams(figures(parts));

    int receiveBytesMax = settings.requestBytesMax() + ABOVE_LIMIT_BYTES;
    HttpRoutes routes = routes(settings, backend, metrics);
    ClientProtocol protocol = new ClientProtocol(routes, receiveBytesMax, FIRST_BYTES_PATIENCE);
    List<InetSocketAddress> listen = settings.listen();
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(listen.getFirst(), protocol.asCredentials())
            .directExecutor()
            .maxInboundMessageSize(receiveBytesMax)
            .permitKeepAliveTime(KEEPALIVE_MIN.toMillis(), TimeUnit.MILLISECONDS)
            .permitKeepAliveWithoutCalls(true)
            .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
            .addStreamTracerFactory(metrics.grpc())
            .intercept(new RequireLeader(backend))
            .intercept(new Forwarded());
    listen.stream().skip(1).forEach(builder::addListenAddress);
    for (BindableService service :
        List.of(
            new KvService(requests, headers, new CommandRules(settings.txnOpsMax())),
            new ClusterService(backend, requests, headers),
            new MaintenanceService(backend, requests, headers),
            new WatchService(parts.watches()),
            parts.leases(),
            health.service())) {
      metrics.grpc().count(service.bindService());
      builder.addService(service);
    }
    return builder;
  }

  private static ServerMetrics.StreamFigures figures(Parts parts) {
    WatchLoop watches = parts.watches();
    LeaseService leases = parts.leases();
    return new ServerMetrics.StreamFigures(
        watches::watchers,
        watches::streams,
        watches::watchersBehind,
        watches::events,
        leases::leases,
        leases::granted,
        leases::revoked,
        leases::renewed);
  }

  private static HttpRoutes routes(Settings settings, Backend backend, ServerMetrics metrics) {
    String version =
        "{\"etcdserver\":\"%s\",\"etcdcluster\":\"%s\",\"storage\":\"%s\"}"
            .formatted(ApiVersion.SERVER, ApiVersion.CLUSTER, ApiVersion.CLUSTER);
    return new HttpRoutes()
        .with("GET", "/health", new HealthEndpoint(backend, settings.timeout()))
        .with(
            "GET",
            "/version",
            query -> CompletableFuture.completedFuture(HttpAnswer.json(200, version)))
        .with(
            "GET",
            "/metrics",
            query ->
                metrics
                    .render(backend)
                    .thenApply(
                        text ->
                            new HttpAnswer(200, "text/plain; version=0.0.4; charset=utf-8", text)));
  }

  /** Where clients reach the port, with the ports that were really taken. */
  public List<InetSocketAddress> addresses() {
    return server.getListenSockets().stream().map(ClientPort::inet).toList();
  }

  private static InetSocketAddress inet(SocketAddress address) {
    return (InetSocketAddress) address;
  }

  /** Takes no new calls, lets those under way end for a short while, then ends them. */
  @Override
  public void close() {
    server.shutdown();
    parts.endStreams();
    try {
      if (!server.awaitTermination(DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    parts.close();
  }
}
