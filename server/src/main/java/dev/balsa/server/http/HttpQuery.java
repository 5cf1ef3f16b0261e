package dev.balsa.server.http;

import java.util.List;
import java.util.Map;

/**
 * What came in over HTTP/1.1.
 *
 * @param path without the query
 * @param parameters the query's, each with its values in order
 * @param body decoded as UTF-8, empty if there was none
 */
public record HttpQuery(
    String method, String path, Map<String, List<String>> parameters, String body) {
  /** Whether the query says {@code name=value} at least once. */
  public boolean has(String name, String value) {
    return parameters.getOrDefault(name, List.of()).contains(value);
  }
}
