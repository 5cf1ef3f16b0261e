package dev.balsa.server;

import dev.balsa.raft.ClusterId;
import dev.balsa.raft.NodeId;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.config.AuthConfig;
import dev.balsa.server.config.Retention;
import dev.balsa.server.gateway.JsonGateway;
import dev.balsa.server.gateway.LocalServer;
import dev.balsa.server.http.ClientProtocol;
import dev.balsa.server.http.ConnectionThread;
import dev.balsa.server.http.HealthEndpoint;
import dev.balsa.server.http.HttpAnswer;
import dev.balsa.server.http.HttpRoutes;
import dev.balsa.server.http.PageFiles;
import dev.balsa.server.http.Probes;
import dev.balsa.server.http.Runbook;
import dev.balsa.server.http.WhyEndpoint;
import dev.balsa.server.live.DemoControls;
import dev.balsa.server.live.DemoMembers;
import dev.balsa.server.live.FlightRecords;
import dev.balsa.server.live.Instruments;
import dev.balsa.server.live.LiveView;
import dev.balsa.server.live.MeasuredBackend;
import dev.balsa.server.live.Operations;
import dev.balsa.server.metrics.ServerMetrics;
import dev.balsa.server.rpc.ApiVersion;
import dev.balsa.server.rpc.Forwarded;
import dev.balsa.server.rpc.LearnerCalls;
import dev.balsa.server.rpc.Once;
import dev.balsa.server.rpc.RequireLeader;
import dev.balsa.server.rpc.Unreadable;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where clients come in: gRPC and HTTP/1.1 on the same addresses. Calls run on the event loop that
 * read them, since none of ours blocks.
 */
public final class ClientPort implements AutoCloseable {
  /** etcd receives requests somewhat above its limit, to refuse them by its own text. */
  static final int ABOVE_LIMIT_BYTES = 512 * 1024;

  private static final Duration KEEPALIVE_MIN = Duration.ofSeconds(5);
  private static final Duration FIRST_BYTES_PATIENCE = Duration.ofSeconds(10);
  private static final Duration DRAIN = Duration.ofSeconds(3);
  private static final int FLOW_CONTROL_WINDOW_BYTES = 1 << 20;

  private final Server server;
  private final LocalServer gateway;
  private final Services services;
  private final LiveView live;
  private final MetricsPort metricsPort;

  private ClientPort(
      Server server,
      LocalServer gateway,
      Services services,
      LiveView live,
      MetricsPort metricsPort) {
    this.server = server;
    this.metricsPort = metricsPort;
    this.gateway = gateway;
    this.services = services;
    this.live = live;
  }

  /**
   * Whom the port speaks for, and how.
   *
   * @param listen where to listen, at least one; port 0 takes a free one
   * @param metrics where metrics and health are besides, any number
   * @param timeout how long a request may take
   * @param election the least time without a leader's word before an election
   * @param requestBytesMax the largest command, encoded
   * @param txnOpsMax the most operations in a transaction
   * @param quotaBytes how large the store may grow, {@link Long#MAX_VALUE} for no limit
   * @param retention how much history is kept
   * @param corruptCheck how often members compare their keys, zero for never
   * @param watchProgress how often a watcher that wants it hears that nothing happens
   * @param leaseMillis the clock by which leases end: milliseconds from any moment, never falling
   * @param auth how users log in
   * @param tls where TLS is spoken, and how to others
   * @param operations whether the page may change the cluster
   * @param demo the members that the page may break; null but in a demonstration
   */
  public record Settings(
      List<InetSocketAddress> listen,
      List<InetSocketAddress> metrics,
      ClusterId cluster,
      NodeId self,
      Duration timeout,
      Duration election,
      int requestBytesMax,
      int txnOpsMax,
      long quotaBytes,
      Retention retention,
      Duration corruptCheck,
      Duration watchProgress,
      LongSupplier leaseMillis,
      AuthConfig auth,
      ClientTls tls,
      boolean operations,
      @Nullable DemoMembers demo) {
    public Settings {
      listen = List.copyOf(listen);
      metrics = List.copyOf(metrics);
    }
  }

  /**
   * Opens the port.
   *
   * @throws IOException if an address cannot be listened on
   */
  public static ClientPort open(Settings settings, Backend backend, ServerMetrics metrics)
      throws IOException {
    return open(settings, backend, metrics, new Instruments());
  }

  /**
   * The same, with what the live view shows of the node.
   *
   * @throws IOException if an address cannot be listened on
   */
  public static ClientPort open(
      Settings settings, Backend measured, ServerMetrics metrics, Instruments instruments)
      throws IOException {
    Backend backend = new MeasuredBackend(measured, instruments, metrics.reads());
    LiveView live =
        new LiveView(backend, settings.self(), instruments, metrics, settings.tls().others());
    Services services = Services.start(settings, backend, metrics, live);
    LearnerCalls learner = new LearnerCalls(backend, settings.self());
    LocalServer gateway =
        LocalServer.start(
            builder -> common(builder.intercept(learner), services, backend, metrics));
    services.connect(gateway.channel());
    HttpRoutes routes = health(new HttpRoutes(), settings, backend, metrics);
    pages(routes, backend);
    new JsonGateway(gateway.channel()).addTo(routes, services.definitions());
    live.addTo(routes);
    new FlightRecords(backend, settings.self(), instruments, live, routes).addTo(routes);
    if (settings.operations()) {
      new Operations(backend, live, routes).addTo(routes);
    }
    if (settings.demo() != null) {
      new DemoControls(settings.demo(), live).addTo(routes);
    }
    MetricsPort metricsPort = null;
    try {
      metricsPort =
          MetricsPort.open(
              settings.metrics(),
              settings.tls().metrics(),
              health(new HttpRoutes(), settings, backend, metrics));
      NettyServerBuilder builder = builder(settings, routes);
      common(builder.intercept(learner), services, backend, metrics);
      return new ClientPort(builder.build().start(), gateway, services, live, metricsPort);
    } catch (IOException e) {
      if (metricsPort != null) {
        metricsPort.close();
      }
      live.close();
      gateway.close();
      services.close();
      throw e;
    }
  }

  /** The same rules and counts hold on whatever way a call comes in. */
  private static void common(
      ServerBuilder<?> builder, Services services, Backend backend, ServerMetrics metrics) {
    builder
        .directExecutor()
        .addStreamTracerFactory(metrics.grpc())
        .intercept(services.authentication())
        .intercept(services.fence())
        .intercept(new RequireLeader(backend))
        .intercept(new Forwarded())
        .intercept(services.carried())
        .intercept(new ConnectionThread())
        .intercept(new Once.Reader())
        .intercept(new Unreadable.Refusing())
        .addServices(services.definitions().stream().map(Unreadable::tolerated).toList());
  }

  private static NettyServerBuilder builder(Settings settings, HttpRoutes routes) {
    int receiveBytesMax = settings.requestBytesMax() + ABOVE_LIMIT_BYTES;
    // JSON has bytes in base64, which takes a third more.
    int bodyBytesMax = receiveBytesMax + receiveBytesMax / 2;
    ClientProtocol protocol =
        new ClientProtocol(routes, bodyBytesMax, FIRST_BYTES_PATIENCE, settings.tls().listening());
    List<InetSocketAddress> listen = settings.listen();
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(listen.getFirst(), protocol.asCredentials())
            .maxInboundMessageSize(receiveBytesMax)
            .permitKeepAliveTime(KEEPALIVE_MIN.toMillis(), TimeUnit.MILLISECONDS)
            .permitKeepAliveWithoutCalls(true)
            .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES);
    listen.stream().skip(1).forEach(builder::addListenAddress);
    return builder;
  }

  private static void pages(HttpRoutes routes, Backend backend) {
    String version =
        "{\"etcdserver\":\"%s\",\"etcdcluster\":\"%s\",\"storage\":\"%s\"}"
            .formatted(ApiVersion.SERVER, ApiVersion.CLUSTER, ApiVersion.CLUSTER);
    routes
        .with("GET", "/ui", query -> CompletableFuture.completedFuture(PageFiles.redirect()))
        .with("GET", Runbook.PATH, new Runbook())
        .below("GET", PageFiles.PREFIX, new PageFiles())
        .with("GET", "/debug/why", new WhyEndpoint(backend))
        .with(
            "GET",
            "/version",
            query -> CompletableFuture.completedFuture(HttpAnswer.json(200, version)));
  }

  /** What says how the member does, and no more. */
  private static HttpRoutes health(
      HttpRoutes routes, Settings settings, Backend backend, ServerMetrics metrics) {
    new Probes(backend, settings.self(), settings.timeout(), metrics.health()::checked)
        .addTo(routes);
    return routes
        .with("GET", "/health", counted(new HealthEndpoint(backend, settings.timeout()), metrics))
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

  private static HttpRoutes.Endpoint counted(HealthEndpoint health, ServerMetrics metrics) {
    return query ->
        health
            .answer(query)
            .thenApply(
                answer -> {
                  metrics.health().asked(answer.status() == 200);
                  return answer;
                });
  }

  /** Where clients reach the port, with the ports that were really taken. */
  public List<InetSocketAddress> addresses() {
    return server.getListenSockets().stream().map(ClientPort::inet).toList();
  }

  /** Where metrics and health are besides, with the ports that were really taken. */
  public List<InetSocketAddress> metricsAddresses() {
    return metricsPort.addresses();
  }

  private static InetSocketAddress inet(SocketAddress address) {
    return (InetSocketAddress) address;
  }

  /** Breaks all connections off. */
  void kill() {
    server.shutdownNow();
    close();
  }

  /** Takes no new calls, lets those under way end for a short while, then ends them. */
  @Override
  public void close() {
    server.shutdown();
    metricsPort.close();
    services.endStreams();
    live.close();
    try {
      if (!server.awaitTermination(DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    gateway.close();
    services.close();
  }
}
