package dev.balsa.server.live;

import dev.balsa.raft.Sentence;
import dev.balsa.server.StartException;
import dev.balsa.server.http.HttpAnswer;
import dev.balsa.server.http.HttpQuery;
import dev.balsa.server.http.HttpRoutes;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What the page of a demonstration may do to its members: kill one, and start it again. As {@link
 * Operations}, for pages of this server only. Thread-safe.
 */
public final class DemoControls {
  static final String PREFIX = "/ui/live/demo/";

  private final DemoMembers members;
  private final LiveView live;

  /** Controls for the pages that {@code live} serves. */
  public DemoControls(DemoMembers members, LiveView live) {
    this.members = members;
    this.live = live;
  }

  /** Adds the paths; they must come before the page's own files. */
  public void addTo(HttpRoutes routes) {
    live.offerDemo();
    routes
        .with("POST", PREFIX + "kill", query -> act(query, () -> kill(member(query))))
        .with("POST", PREFIX + "restart", query -> act(query, () -> restart(member(query))));
  }

  private static String member(HttpQuery query) {
    return query.parameters().getOrDefault("member", List.of("")).getFirst();
  }

  /** On a thread of its own: what reads requests belongs to a member, which must not wait. */
  private CompletableFuture<HttpAnswer> act(HttpQuery query, Supplier<HttpAnswer> action) {
    Sentence objection = SamePage.objection(query.provenance(), live.members());
    return objection == null
        ? CompletableFuture.supplyAsync(action, Thread::startVirtualThread)
        : CompletableFuture.completedFuture(Operations.problem(403, objection));
  }

  private HttpAnswer kill(String name) {
    return members.kill(name)
        ? HttpAnswer.json(200, "{}")
        : Operations.problem(409, Sentence.of("no member \"%s\" runs here", name));
  }

  private HttpAnswer restart(String name) {
    try {
      return members.restart(name)
          ? HttpAnswer.json(200, "{}")
          : Operations.problem(409, Sentence.of("no member \"%s\" was killed here", name));
    } catch (StartException e) {
      return Operations.problem(
          500, Sentence.of("member \"%s\" cannot start: %s", name, e.getMessage()));
    }
  }
}
