package dev.balsa.server.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The table of what the client port answers over HTTP/1.1: an exact path or the beginning of one,
 * the one method it takes, and who answers. A path that is not there gets 404, another method 405.
 * Filled before the port opens, read by many threads after that.
 */
public final class HttpRoutes {
  private final Map<String, Route> routes = new LinkedHashMap<>();
  private final Map<String, Route> below = new LinkedHashMap<>();
  private final Map<String, Function<HttpQuery, HttpStream.Dialogue>> dialogues =
      new LinkedHashMap<>();

  /** Answers a query some time later; must not block. */
  @FunctionalInterface
  public interface Endpoint {
    CompletableFuture<HttpAnswer> answer(HttpQuery query);
  }

  /** Lets {@code endpoint} answer {@code method} on every path that begins with {@code prefix}. */
  public HttpRoutes below(String method, String prefix, Endpoint endpoint) {
    below.put(prefix, new Route(method, endpoint));
    return this;
  }

  private record Route(String method, Endpoint endpoint) {}

  /** Lets {@code endpoint} answer {@code method} on {@code path}. */
  public HttpRoutes with(String method, String path, Endpoint endpoint) {
    if (routes.putIfAbsent(path, new Route(method, endpoint)) != null) {
      throw new IllegalArgumentException("path " + path + " has an endpoint already");
    }
    return this;
  }

  /** Begins what {@code dialogue} makes with whoever asks for a WebSocket on {@code path}. */
  public HttpRoutes withDialogue(String path, Function<HttpQuery, HttpStream.Dialogue> dialogue) {
    dialogues.put(path, dialogue);
    return this;
  }

  /** What to say and hear over a WebSocket on the query's path; null if there is none. */
  HttpStream.@Nullable Dialogue dialogue(HttpQuery query) {
    Function<HttpQuery, HttpStream.Dialogue> begins = dialogues.get(query.path());
    return begins == null ? null : begins.apply(query);
  }

  private @Nullable Route route(String path) {
    Route exact = routes.get(path);
    if (exact != null) {
      return exact;
    }
    for (Map.Entry<String, Route> each : below.entrySet()) {
      if (path.startsWith(each.getKey())) {
        return each.getValue();
      }
    }
    return null;
  }

  /** What the endpoint of the query's path answers, or that there is none. */
  public CompletableFuture<HttpAnswer> answer(HttpQuery query) {
    Route route = route(query.path());
    if (route == null) {
      return CompletableFuture.completedFuture(HttpAnswer.text(404, "404 page not found"));
    }
    if (!route.method().equals(query.method())) {
      return CompletableFuture.completedFuture(
          HttpAnswer.text(405, "Method Not Allowed").with("Allow", route.method()));
    }
    return route.endpoint().answer(query);
  }
}
