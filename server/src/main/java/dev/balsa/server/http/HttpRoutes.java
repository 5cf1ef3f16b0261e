package dev.balsa.server.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The table of what the client port answers over HTTP/1.1: an exact path, the one method it takes,
 * and who answers. A path that is not there gets 404, another method 405. Filled before the port
 * opens, read by many threads after that.
 */
public final class HttpRoutes {
  private final Map<String, Route> routes = new LinkedHashMap<>();

  /** Answers a query some time later; must not block. */
  @FunctionalInterface
  public interface Endpoint {
    CompletableFuture<HttpAnswer> answer(HttpQuery query);
  }

  private record Route(String method, Endpoint endpoint) {}

  /** Lets {@code endpoint} answer {@code method} on {@code path}. */
  public HttpRoutes with(String method, String path, Endpoint endpoint) {
    if (routes.putIfAbsent(path, new Route(method, endpoint)) != null) {
      throw new IllegalArgumentException("path " + path + " has an endpoint already");
    }
    return this;
  }

  CompletableFuture<HttpAnswer> answer(HttpQuery query) {
    Route route = routes.get(query.path());
    if (route == null) {
      return CompletableFuture.completedFuture(HttpAnswer.text(404, "404 page not found"));
    }
    if (!route.method().equals(query.method())) {
      return CompletableFuture.completedFuture(HttpAnswer.text(405, "Method Not Allowed"));
    }
    return route.endpoint().answer(query);
  }
}
