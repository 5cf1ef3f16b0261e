package dev.balsa.server;

import dev.balsa.kv.CommandRules;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.NodeId;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.http.ClientProtocol;
import dev.balsa.server.http.HealthEndpoint;
import dev.balsa.server.http.HttpAnswer;
import dev.balsa.server.http.HttpRoutes;
import dev.balsa.server.http.PageFiles;
import dev.balsa.server.metrics.ServerMetrics;
import dev.balsa.server.rpc.ApiVersion;
import dev.balsa.server.rpc.ClusterService;
import dev.balsa.server.rpc.Deadlines;
import dev.balsa.server.rpc.Headers;
import dev.balsa.server.rpc.KvService;
import dev.balsa.server.rpc.LeaderHealth;
import dev.balsa.server.rpc.MaintenanceService;
import dev.balsa.server.rpc.Requests;
import dev.balsa.server.rpc.RequireLeader;
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
  private static final Duration DRAIN = Duration.ofSeconds(3);
  private static final int FLOW_CONTROL_WINDOW_BYTES = 1 << 20;

  private final Server server;
  private final Deadlines deadlines;

  private ClientPort(Server server, Deadlines deadlines) {
    this.server = server;
    this.deadlines = deadlines;
  }

  /**
   * Whom the port speaks for, and how.
   *
   * @param listen where to listen, at least one; port 0 takes a free one
   * @param timeout how long a request may take
   * @param requestBytesMax the largest command, encoded
   * @param txnOpsMax the most operations in a transaction
   */
  public record Settings(
      List<InetSocketAddress> listen,
      ClusterId cluster,
      NodeId self,
      Duration timeout,
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
    Deadlines deadlines = new Deadlines(settings.timeout());
    try {
      Server server = builder(settings, backend, metrics, deadlines).build().start();
      return new ClientPort(server, deadlines);
    } catch (IOException e) {
      deadlines.close();
      throw e;
    }
  }

  private static NettyServerBuilder builder(
      Settings settings, Backend backend, ServerMetrics metrics, Deadlines deadlines) {
    Requests requests = new Requests(backend, deadlines, settings.requestBytesMax());
    Headers headers = new Headers(backend, settings.cluster(), settings.self());
    LeaderHealth health = new LeaderHealth(backend);
    deadlines.every(REFRESH, health::refresh);
    metrics.watch(settings.self(), backend, requests);

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
            .intercept(new RequireLeader(backend));
    listen.stream().skip(1).forEach(builder::addListenAddress);
    for (BindableService service :
        List.of(
            new KvService(requests, headers, new CommandRules(settings.txnOpsMax())),
            new ClusterService(backend, requests, headers),
            new MaintenanceService(backend, requests, headers),
            health.service())) {
      metrics.grpc().count(service.bindService());
      builder.addService(service);
    }
    return builder;
  }

  private static HttpRoutes routes(Settings settings, Backend backend, ServerMetrics metrics) {
    String version =
        "{\"etcdserver\":\"%s\",\"etcdcluster\":\"%s\",\"storage\":\"%s\"}"
            .formatted(ApiVersion.SERVER, ApiVersion.CLUSTER, ApiVersion.CLUSTER);
    return new HttpRoutes()
        .with("GET", "/ui", query -> CompletableFuture.completedFuture(PageFiles.redirect()))
        .below("GET", PageFiles.PREFIX, new PageFiles())
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
    try {
      if (!server.awaitTermination(DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    deadlines.close();
  }
}
