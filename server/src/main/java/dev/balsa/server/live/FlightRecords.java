package dev.balsa.server.live;

import dev.balsa.node.ReadOutcome;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Sentence;
import dev.balsa.raft.trace.Trace;
import dev.balsa.raft.trace.TraceException;
import dev.balsa.raft.trace.TraceReader;
import dev.balsa.raft.trace.TraceWriter;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.backend.ClusterMember;
import dev.balsa.server.http.HttpAnswer;
import dev.balsa.server.http.HttpQuery;
import dev.balsa.server.http.HttpQuery.Provenance;
import dev.balsa.server.http.HttpRoutes;
import dev.balsa.server.rpc.ApiVersion;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Gives out what this member's flight recorder kept, or all members' in one file. It takes POST
 * only, from this server's own page or from what is no browser, and, with authentication on, from
 * root only. Keys and values are not in it. Thread-safe.
 */
public final class FlightRecords {
  /** Where the records are; {@code ?all=true} for those of all members. */
  public static final String PATH = "/ui/live/trace";

  /** Asks for root and changes nothing. */
  private static final String FOR_ROOT = "/v3/auth/role/list";

  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final NodeId self;
  private final Instruments instruments;
  private final Backend backend;
  private final LiveView live;
  private final HttpRoutes routes;

  /** The records of member {@code self}; others are asked as {@code live} asks them. */
  public FlightRecords(
      Backend backend, NodeId self, Instruments instruments, LiveView live, HttpRoutes routes) {
    this.self = self;
    this.instruments = instruments;
    this.backend = backend;
    this.live = live;
    this.routes = routes;
  }

  /** Adds the path; it must come before the page's own files. */
  public void addTo(HttpRoutes to) {
    to.with("POST", PATH, this::answer);
  }

  private CompletableFuture<HttpAnswer> answer(HttpQuery query) {
    return members()
        .thenCompose(
            members -> {
              Sentence objection = objection(query.provenance(), members);
              if (objection != null) {
                return CompletableFuture.completedFuture(Operations.problem(403, objection));
              }
              return routes
                  .answer(new HttpQuery("POST", FOR_ROOT, Map.of(), query.authorization(), ""))
                  .thenCompose(
                      root ->
                          root.status() == 200
                              ? records(query, members)
                              : CompletableFuture.completedFuture(root));
            });
  }

  /** A browser always says where a POST comes from; other programs do not. */
  private static @Nullable Sentence objection(Provenance from, List<ClusterMember> members) {
    return from.origin().isEmpty() && from.site().isEmpty()
        ? null
        : SamePage.objection(from, members);
  }

  /** All members as far as they are known here; none if the store cannot be asked. */
  private CompletableFuture<List<ClusterMember>> members() {
    return SelfReport.store(backend)
        .thenApply(
            outcome ->
                outcome instanceof ReadOutcome.Served<SelfReport.Store> served
                    ? served.value().members()
                    : List.of());
  }

  private CompletableFuture<HttpAnswer> records(HttpQuery query, List<ClusterMember> members) {
    byte[] own = own(members);
    if (!query.has("all", "true")) {
      return CompletableFuture.completedFuture(file(own));
    }
    List<CompletableFuture<byte[]>> parts = new ArrayList<>();
    parts.add(CompletableFuture.completedFuture(own));
    for (ClusterMember member : members) {
      if (!member.id().equals(self)) {
        parts.add(other(member, query.authorization()));
      }
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            unused -> {
              ByteArrayOutputStream all = new ByteArrayOutputStream();
              parts.forEach(part -> all.writeBytes(part.join()));
              return file(all.toByteArray());
            });
  }

  private static HttpAnswer file(byte[] bytes) {
    return new HttpAnswer(
        200,
        "application/octet-stream",
        bytes,
        Map.of("Content-Disposition", "attachment; filename=\"balsa.trace\""),
        null);
  }

  private byte[] own(List<ClusterMember> members) {
    String name =
        members.stream()
            .filter(member -> member.id().equals(self))
            .map(ClusterMember::name)
            .findFirst()
            .orElse("");
    return new TraceWriter()
        .add(
            new Trace.Recording(
                self,
                name,
                "member",
                ApiVersion.SERVER,
                instruments.recorder().segments(Long.MIN_VALUE)))
        .finish();
  }

  private CompletableFuture<byte[]> other(ClusterMember member, String authorization) {
    if (member.clientUrls().isEmpty()) {
      return CompletableFuture.completedFuture(absent(member, "it never told its address"));
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(member.clientUrls().getFirst() + PATH))
            .timeout(PATIENCE)
            .POST(HttpRequest.BodyPublishers.noBody());
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return live.asking()
        .sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray())
        .handle(
            (answer, failure) ->
                failure != null
                    ? absent(member, "no answer (" + failure.getClass().getSimpleName() + ")")
                    : answer.statusCode() == 200
                        ? checked(member, answer.body())
                        : absent(member, "it answered " + answer.statusCode()));
  }

  /** What is damaged must not spoil the others' records. */
  private static byte[] checked(ClusterMember member, byte[] file) {
    try {
      TraceReader reader = new TraceReader();
      reader.feed(file);
      return reader.finish().recordings().isEmpty() ? absent(member, "it has none") : file;
    } catch (TraceException damaged) {
      return absent(member, "its record " + damaged.getMessage());
    }
  }

  private static byte[] absent(ClusterMember member, String reason) {
    String name = member.name().isEmpty() ? member.id().toString() : member.name();
    return new TraceWriter().add(new Trace.Absent(name, reason)).finish();
  }
}
