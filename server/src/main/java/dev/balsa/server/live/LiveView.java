package dev.balsa.server.live;

import dev.balsa.node.ReadOutcome;
import dev.balsa.node.tls.Tls;
import dev.balsa.raft.Member;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.backend.ClusterMember;
import dev.balsa.server.http.HttpAnswer;
import dev.balsa.server.http.HttpQuery;
import dev.balsa.server.http.HttpRoutes;
import dev.balsa.server.metrics.ServerMetrics;
import dev.balsa.web.Json;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * The live view's two paths on the client port. {@link #SELF_PATH} says how this member is; {@link
 * #STREAM_PATH} sends an open page how all of them are, twice a second, by server-sent events. Only
 * while somebody looks are the others asked. Thread-safe.
 */
public final class LiveView implements AutoCloseable {
  /** How often a page is told, and the others are asked. */
  public static final Duration PERIOD = Duration.ofMillis(500);

  static final String SELF_PATH = "/ui/live/self";
  static final String STREAM_PATH = "/ui/live/stream";

  private static final int VIEWERS_MAX = 64;

  /** Who is there is learned by the first look, how they are by the second. */
  private static final int LOOKS_BEFORE_TOLD = 2;

  private static final Duration CONNECT = Duration.ofMillis(800);

  private final Backend backend;
  private final NodeId self;
  private final SelfReport report;
  private final Tls tls;
  private volatile boolean operations; // set once, before the port opens
  private volatile boolean demo; // set once, before the port opens
  private final List<Viewer> viewers = new ArrayList<>();
  private final Map<NodeId, Neighbor> neighbors = new TreeMap<>();
  private final Story story = new Story();
  private List<ClusterMember> members = List.of();
  private int looks; // since somebody began to look
  private boolean closed;
  private @Nullable HttpClient client; // made when somebody looks for the first time

  /**
   * The view of the member {@code self} behind {@code backend}, which asks others by {@code tls}
   * where their URLs want it.
   */
  public LiveView(
      Backend backend, NodeId self, Instruments instruments, ServerMetrics metrics, Tls tls) {
    this.backend = backend;
    this.self = self;
    this.report = new SelfReport(backend, self, instruments, metrics);
    this.tls = tls;
  }

  private HttpClient newClient(SSLContext context) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(context)
        .sslParameters(new SSLParameters(null, tls.protocols()))
        .connectTimeout(CONNECT)
        .build();
  }

  /** Asks other members. */
  synchronized HttpClient asking() {
    return client();
  }

  /** Made anew when the certificates have changed; what the former still does comes to its end. */
  private HttpClient client() {
    SSLContext latest = tls.context();
    HttpClient former = client;
    if (former != null && latest.equals(former.sslContext())) {
      return former;
    }
    if (former != null) {
      former.shutdown();
    }
    HttpClient made = newClient(latest);
    client = made;
    return made;
  }

  /** Adds the paths; they must come before the page's own files. */
  public void addTo(HttpRoutes routes) {
    routes.with("GET", SELF_PATH, this::self);
    routes.with("GET", STREAM_PATH, query -> CompletableFuture.completedFuture(stream()));
  }

  private CompletableFuture<HttpAnswer> self(HttpQuery query) {
    String after = query.parameters().getOrDefault("after", List.of("0")).getFirst();
    if (!after.matches("\\d{1,18}")) {
      return CompletableFuture.completedFuture(
          HttpAnswer.text(400, "after is \"" + after + "\", must be an event's number"));
    }
    return SelfReport.store(backend)
        .thenApply(
            outcome ->
                switch (outcome) {
                  case ReadOutcome.Served<SelfReport.Store> served ->
                      HttpAnswer.text(
                          200,
                          report.sighting(served.value(), Long.parseLong(after)).text().strip());
                  case ReadOutcome.Refused<SelfReport.Store> refused ->
                      HttpAnswer.text(503, "this member is too busy: " + refused.reason());
                  case ReadOutcome.Stopped<SelfReport.Store> stopped ->
                      HttpAnswer.text(503, "this member has stopped");
                });
  }

  private synchronized HttpAnswer stream() {
    if (closed || viewers.size() >= VIEWERS_MAX) {
      return HttpAnswer.text(
          503, VIEWERS_MAX + " pages look already, or this member stops; look at another");
    }
    Viewer[] place = new Viewer[1];
    place[0] = new Viewer(() -> leave(place[0]));
    viewers.add(place[0]);
    return HttpAnswer.stream("text/event-stream; charset=utf-8", place[0]);
  }

  private synchronized void leave(Viewer viewer) {
    viewers.remove(viewer);
  }

  /** Asks everybody, and tells everybody who looks; does nothing while nobody does. */
  public synchronized void tick() {
    if (viewers.isEmpty() || closed) {
      looks = 0;
      return;
    }
    Neighbor own = neighbor(self);
    var unused =
        SelfReport.store(backend)
            .thenAccept(
                outcome -> {
                  if (outcome instanceof ReadOutcome.Served<SelfReport.Store> served) {
                    know(served.value().members());
                    Sighting sighting = report.sighting(served.value(), own.sequence());
                    own.saw(sighting, sighting.wall());
                  }
                });
    for (ClusterMember member : members) {
      if (!member.id().equals(self) && !member.clientUrls().isEmpty()) {
        neighbor(member.id()).ask(client(), member.clientUrls().getFirst(), () -> {});
      }
    }
    if (++looks > LOOKS_BEFORE_TOLD) {
      tell();
    }
  }

  /** Pages are told that they may change the cluster. */
  void offerOperations() {
    operations = true;
  }

  /** Pages are told that they may break the members. */
  void offerDemo() {
    demo = true;
  }

  /** Whether {@code id} is this member's. */
  boolean isSelf(String id) {
    return self.toString().equals(id);
  }

  /** Whether a member answers now; known only while a page looks. */
  synchronized boolean answers(NodeId id) {
    return neighbor(id).view().known();
  }

  /** All members, as they told of themselves last. */
  synchronized List<ClusterMember> members() {
    return members;
  }

  private synchronized void know(List<ClusterMember> now) {
    members = List.copyOf(now);
  }

  private Neighbor neighbor(NodeId id) {
    return neighbors.computeIfAbsent(
        id, unused -> new Neighbor(System::nanoTime, System::currentTimeMillis));
  }

  private void tell() {
    Map<String, String> parts = new LinkedHashMap<>();
    Json ages = Json.ofMembers().open();
    Membership membership = backend.members();
    parts.put("cluster", cluster(membership));
    for (ClusterMember member : members) {
      Neighbor neighbor = neighbor(member.id());
      Neighbor.View view = neighbor.view();
      Json part = Json.ofMembers().open().field("known", view.known());
      part.field("ahead", view.aheadMillis());
      if (!view.report().isEmpty()) {
        part.raw("report", view.report());
      }
      parts.put(member.id().toString(), part.close().toString());
      ages.field(member.id().toString(), view.ageMillis());
      story.add(neighbor.takeNews());
    }
    String told = ages.close().toString();
    viewers.forEach(viewer -> viewer.tell(parts, told, story));
  }

  /** Who there is, and what may still fail. */
  private String cluster(Membership membership) {
    Json json = Json.ofMembers().open().field("self", self);
    json.field("operations", operations).field("demo", demo).field("joint", membership.isJoint());
    json.field("voters", membership.electorate().size());
    json.field("spare", membership.spare(id -> neighbor(id).view().known()));
    json.name("members").openList();
    for (ClusterMember member : members) {
      Member seat = membership.member(member.id());
      json.open().field("id", member.id()).field("name", member.name());
      json.field("seat", seat == null ? "NONE" : seat.seat().name());
      json.name("peerUrls").openList();
      member.peerUrls().forEach(json::value);
      json.closeList().name("clientUrls").openList();
      member.clientUrls().forEach(json::value);
      json.closeList().close();
    }
    return json.closeList().close().toString();
  }

  /** Ends the streams, which never end by themselves, and asks nobody any more. */
  @Override
  public void close() {
    List<Viewer> last;
    HttpClient latest; // null if nobody has looked
    synchronized (this) {
      closed = true;
      last = List.copyOf(viewers);
      latest = client;
    }
    last.forEach(Viewer::end);
    if (latest != null) {
      latest.shutdownNow();
    }
  }
}
