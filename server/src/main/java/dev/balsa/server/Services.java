package dev.balsa.server;

import dev.balsa.kv.CommandRules;
import dev.balsa.server.auth.Auth;
import dev.balsa.server.auth.CommonNames;
import dev.balsa.server.backend.Agreement;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.compact.AutoCompaction;
import dev.balsa.server.compact.Sweeper;
import dev.balsa.server.concurrency.Carried;
import dev.balsa.server.concurrency.ElectionService;
import dev.balsa.server.concurrency.LockService;
import dev.balsa.server.concurrency.Recipes;
import dev.balsa.server.lease.LeaseService;
import dev.balsa.server.live.LiveView;
import dev.balsa.server.metrics.ServerMetrics;
import dev.balsa.server.rpc.ClusterService;
import dev.balsa.server.rpc.Deadlines;
import dev.balsa.server.rpc.Fence;
import dev.balsa.server.rpc.Headers;
import dev.balsa.server.rpc.KvService;
import dev.balsa.server.rpc.LeaderHealth;
import dev.balsa.server.rpc.MaintenanceService;
import dev.balsa.server.rpc.Quota;
import dev.balsa.server.rpc.Requests;
import dev.balsa.server.rpc.SessionService;
import dev.balsa.server.watch.WatchLoop;
import dev.balsa.server.watch.WatchService;
import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** All that the client port offers, and what it shares and lives as long as the port. */
final class Services implements AutoCloseable {
  private static final Duration REFRESH = Duration.ofMillis(250);
  private static final int ELECTIONS_WITHOUT_LEADER = 3;

  private final Deadlines deadlines;
  private final WatchLoop watches;
  private final LeaseService leases;
  private final Recipes recipes;
  private final Auth auth;
  private final Fence fence;
  private final List<ServerServiceDefinition> definitions;

  private Services(
      Deadlines deadlines,
      WatchLoop watches,
      LeaseService leases,
      Recipes recipes,
      Auth auth,
      Fence fence,
      List<ServerServiceDefinition> definitions) {
    this.deadlines = deadlines;
    this.watches = watches;
    this.leases = leases;
    this.recipes = recipes;
    this.auth = auth;
    this.fence = fence;
    this.definitions = definitions;
  }

  static Services start(
      ClientPort.Settings settings, Backend backend, ServerMetrics metrics, LiveView live) {
    Deadlines deadlines = new Deadlines(settings.timeout());
    deadlines.every(LiveView.PERIOD, live::tick);
    Headers headers = new Headers(backend, settings.cluster(), settings.self());
    Quota quota = new Quota(settings.self(), settings.quotaBytes());
    backend.observe(quota);
    Requests requests = new Requests(backend, deadlines, settings.requestBytesMax(), quota);
    WatchLoop watches =
        WatchLoop.start(
            backend,
            headers,
            settings.requestBytesMax() + ClientPort.ABOVE_LIMIT_BYTES,
            settings.watchProgress().toMillis(),
            settings.election().multipliedBy(ELECTIONS_WITHOUT_LEADER).toMillis());
    deadlines.every(REFRESH, watches::tick);
    LeaseService leases =
        LeaseService.start(
            backend,
            requests,
            headers,
            deadlines,
            new LeaseService.Times(settings.election(), settings.timeout(), settings.leaseMillis()),
            settings.tls().others());
    Fence fence = new Fence(settings.self());
    backend.observe(fence);
    compareMembers(settings, backend, deadlines);
    AutoCompaction.start(settings.retention(), backend, deadlines);
    Sweeper sweeper = Sweeper.start(backend, deadlines);
    Recipes recipes = new Recipes();
    CommonNames names = new CommonNames(settings.tls().commonNames());
    Auth auth = Auth.start(settings.auth(), names, backend, requests, headers, deadlines);
    LeaderHealth health = new LeaderHealth(backend);
    deadlines.every(REFRESH, health::refresh);
    List<ServerServiceDefinition> definitions =
        Stream.of(
                new KvService(
                    requests, headers, new CommandRules(settings.txnOpsMax()), sweeper::afterwards),
                new SessionService(requests, headers),
                new ClusterService(backend, requests, headers),
                new MaintenanceService(
                    backend, requests, headers, sweeper::afterwards, settings.quotaBytes()),
                new WatchService(watches),
                leases,
                new LockService(recipes),
                new ElectionService(recipes),
                auth.service(),
                health.service())
            .map(BindableService::bindService)
            .toList();
    metrics.watch(settings.self(), backend, requests);
    metrics.quota(settings.quotaBytes());
    metrics.watchStreams(figures(watches, leases));
    definitions.forEach(metrics.grpc()::count);
    return new Services(deadlines, watches, leases, recipes, auth, fence, definitions);
  }

  private static void compareMembers(
      ClientPort.Settings settings, Backend backend, Deadlines deadlines) {
    Agreement agreement = new Agreement(settings.self(), backend);
    backend.observe(agreement);
    if (!settings.corruptCheck().isZero()) {
      deadlines.every(settings.corruptCheck(), agreement::look);
    }
  }

  private static ServerMetrics.StreamFigures figures(WatchLoop watches, LeaseService leases) {
    return new ServerMetrics.StreamFigures(
        watches::watchers,
        watches::streams,
        watches::watchersBehind,
        watches::events,
        watches::eventsPending,
        leases::leases,
        leases::granted,
        leases::revoked,
        leases::renewed);
  }

  List<ServerServiceDefinition> definitions() {
    return definitions;
  }

  /** Lets services that are made of others reach these: {@code channel} leads to this member. */
  void connect(Channel channel) {
    recipes.connect(channel);
  }

  /** Looks who makes a call; to run before all that depends on it. */
  ServerInterceptor authentication() {
    return auth.authentication();
  }

  /** Turns calls away while this member's keys are known to be wrong. */
  ServerInterceptor fence() {
    return fence;
  }

  /** Keeps what a call says of its caller, for calls in the same name. */
  ServerInterceptor carried() {
    return new Carried(auth.names());
  }

  /** Ends the streams, which never end by themselves. */
  void endStreams() {
    watches.close();
    leases.close();
  }

  @Override
  public void close() {
    endStreams();
    recipes.close(); // by now what it ran has been told why the watches ended
    auth.close();
    deadlines.close();
  }
}
