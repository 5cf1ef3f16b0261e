package dev.balsa.server.live;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Plan;
import dev.balsa.raft.Refusal;
import dev.balsa.raft.Seat;
import dev.balsa.raft.Sentence;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.http.HttpAnswer;
import dev.balsa.server.http.HttpQuery;
import dev.balsa.server.http.HttpRoutes;
import dev.balsa.web.Json;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the page may change, where the server was started to let it: paths of their own for some
 * calls of the JSON gateway. They take POST only, from pages of this server only ({@link
 * SamePage}), and, with authentication on, from root only, but for a write of a key, which is for
 * whoever may write that; each is logged with its outcome. Thread-safe.
 */
public final class Operations {
  static final String PREFIX = "/ui/live/operations/";

  private static final Logger LOG = System.getLogger(Operations.class.getName());

  /** What was compacted is deleted at some hundred thousand revisions a second. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Asks for root and changes nothing. */
  private static final String FOR_ROOT = "/v3/auth/role/list";

  /** Whoever may write a key may write it from the page. */
  private static final String PUT = "put";

  /** Another member does it, if the query says {@code member=ID}. */
  private static final String DEFRAG = "defrag";

  private static final Map<String, String> CALLS =
      new TreeMap<>(
          Map.of(
              "transfer",
              "/v3/maintenance/transfer-leadership",
              "add",
              "/v3/cluster/member/add",
              "promote",
              "/v3/cluster/member/promote",
              "remove",
              "/v3/cluster/member/remove",
              "compact",
              "/v3/kv/compaction",
              "disarm",
              "/v3/maintenance/alarm",
              DEFRAG,
              "/v3/maintenance/defragment",
              PUT,
              "/v3/kv/txn",
              "snapshot",
              "/v3/maintenance/snapshot"));

  private final Backend backend;
  private final LiveView live;
  private final HttpRoutes routes;

  /** Operations on the cluster behind {@code backend}, by the calls that {@code routes} has. */
  public Operations(Backend backend, LiveView live, HttpRoutes routes) {
    this.backend = backend;
    this.live = live;
    this.routes = routes;
  }

  /** Adds the paths; they must come before the page's own files. */
  public void addTo(HttpRoutes to) {
    live.offerOperations();
    CALLS.forEach((name, call) -> to.with("POST", PREFIX + name, query -> ask(name, call, query)));
    to.with("GET", PREFIX + "plan", query -> CompletableFuture.completedFuture(plan(query)));
  }

  private CompletableFuture<HttpAnswer> ask(String name, String call, HttpQuery query) {
    Sentence objection = SamePage.objection(query.provenance(), live.members());
    if (objection != null) {
      LOG.log(Level.WARNING, "operation {0} refused: {1}", name, objection);
      return CompletableFuture.completedFuture(problem(403, objection));
    }
    HttpQuery meant = call(call, query, query.body());
    String member = query.parameters().getOrDefault("member", List.of("")).getFirst();
    boolean isOwn = !name.equals(DEFRAG) || member.isEmpty() || live.isSelf(member);
    HttpRoutes.Endpoint asked = isOwn ? routes::answer : it -> askOther(member, it);
    return (name.equals(PUT) ? routes.answer(meant) : asRoot(meant, asked))
        .thenApply(
            answer -> {
              LOG.log(Level.INFO, "operation {0} by the page: {1}", name, answer.status());
              return answer;
            });
  }

  private CompletableFuture<HttpAnswer> asRoot(HttpQuery meant, HttpRoutes.Endpoint call) {
    return routes
        .answer(call(FOR_ROOT, meant, ""))
        .thenCompose(
            root ->
                root.status() == 200
                    ? call.answer(meant)
                    : CompletableFuture.completedFuture(root));
  }

  /** The same call of another member, which judges by itself who may ask. */
  private CompletableFuture<HttpAnswer> askOther(String id, HttpQuery meant) {
    String url =
        live.members().stream()
            .filter(it -> it.id().toString().equals(id))
            .flatMap(it -> it.clientUrls().stream())
            .findFirst()
            .orElse(null);
    if (url == null) {
      return CompletableFuture.completedFuture(
          problem(404, Sentence.of("no address of member %s is known here", id)));
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + meant.path()))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(meant.body()));
    if (!meant.authorization().isEmpty()) {
      request.header("Authorization", meant.authorization());
    }
    return live.asking()
        .sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
        .handle(
            (answer, failure) ->
                failure == null
                    ? HttpAnswer.json(answer.statusCode(), answer.body())
                    : problem(503, Sentence.of("no answer from %s; does it run?", url)));
  }

  private static HttpQuery call(String path, HttpQuery query, String body) {
    return new HttpQuery("POST", path, Map.of(), query.authorization(), body);
  }

  /** What a change of the members would mean for the quorum, with those that answer now. */
  private HttpAnswer plan(HttpQuery query) {
    Membership members = backend.members();
    NodeId newcomer = newcomer(members);
    List<Change> changes = changes(query, newcomer);
    if (changes.size() != 1) {
      return problem(
          400, Sentence.of("say one of add=voter, add=learner, promote=ID and remove=ID"));
    }
    // Whoever is added votes only once it has caught up, so it answers.
    Predicate<NodeId> alive = node -> node.equals(newcomer) || live.answers(node);
    Json json = Json.ofMembers().open();
    switch (Plan.of(members, changes)) {
      case Plan.Refused(Refusal reason, @Nullable NodeId node) ->
          json.field("refused", reason.name());
      case Plan.Possible plan -> {
        json.field("loses", plan.losesQuorum(alive));
        phase(json, "before", plan.before(), alive);
        phase(json, "after", plan.after(), alive);
      }
    }
    return HttpAnswer.json(200, json.close().toString());
  }

  private static void phase(
      Json json, String name, Membership membership, Predicate<NodeId> alive) {
    json.name(name).open().field("voters", membership.electorate().size());
    json.field("spare", membership.spare(alive)).close();
  }

  /** An id that nobody has or had. */
  private static NodeId newcomer(Membership members) {
    NodeId id = new NodeId(1);
    while (members.member(id) != null || members.removed().contains(id)) {
      id = new NodeId(id.value() + 1);
    }
    return id;
  }

  private static List<Change> changes(HttpQuery query, NodeId newcomer) {
    List<Change> asked = new ArrayList<>();
    if (query.has("add", "voter")) {
      asked.add(new Change.Add(newcomer, Seat.VOTER, Bytes.EMPTY));
    }
    if (query.has("add", "learner")) {
      asked.add(new Change.Add(newcomer, Seat.LEARNER, Bytes.EMPTY));
    }
    NodeId promoted = node(query, "promote");
    if (promoted != null) {
      asked.add(new Change.Promote(promoted));
    }
    NodeId removed = node(query, "remove");
    if (removed != null) {
      asked.add(new Change.Remove(removed));
    }
    return asked;
  }

  private static @Nullable NodeId node(HttpQuery query, String name) {
    String id = query.parameters().getOrDefault(name, List.of("")).getFirst();
    return id.matches("[0-9a-f]{1,16}") && !id.matches("0+")
        ? new NodeId(Long.parseUnsignedLong(id, 16))
        : null;
  }

  /** In English for whoever asks, and so that the page can say it in its reader's language. */
  static HttpAnswer problem(int status, Sentence message) {
    Json json = Json.ofMembers().open().field("message", message.toString());
    return HttpAnswer.json(status, json.field("said", message).close().toString());
  }
}
