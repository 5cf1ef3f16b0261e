package dev.balsa.server.http;

import java.util.List;
import java.util.Map;

/**
 * What came in over HTTP/1.1.
 *
 * @param path without the query
 * @param parameters the query's, each with its values in order
 * @param authorization the header of that name, empty if there was none
 * @param body decoded as UTF-8, empty if there was none
 */
public record HttpQuery(
    String method,
    String path,
    Map<String, List<String>> parameters,
    String authorization,
    String body) {
  /** A query without the header Authorization. */
  public HttpQuery(String method, String path, Map<String, List<String>> parameters, String body) {
    this(method, path, parameters, "", body);
  }

  /** Whether the query says {@code name=value} at least once. */
  public boolean has(String name, String value) {
    return parameters.getOrDefault(name, List.of()).contains(value);
  }

  /** The header is a secret. */
  @Override
  public String toString() {
    return method + " " + path;
  }
}
