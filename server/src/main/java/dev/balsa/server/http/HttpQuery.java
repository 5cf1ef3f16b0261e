package dev.balsa.server.http;

import java.util.List;
import java.util.Map;

/**
 * What came in over HTTP/1.1.
 *
 * @param path without the query
 * @param parameters the query's, each with its values in order
 * @param metadata what the headers say to gRPC, by names in lower case: Authorization, and each
 *     that begins with {@code Grpc-Metadata-}, without that
 * @param provenance what the headers say of where it comes from
 * @param body decoded as UTF-8, empty if there was none
 */
public record HttpQuery(
    String method,
    String path,
    Map<String, List<String>> parameters,
    Map<String, String> metadata,
    Provenance provenance,
    String body) {
  static final String AUTHORIZATION = "authorization";

  /**
   * Where a request comes from, by headers that a browser sets and a page cannot; each is empty if
   * it was not there.
   *
   * @param host to which host and port it was addressed
   * @param origin of which page
   * @param site how that page and this server are related ({@code Sec-Fetch-Site})
   * @param contentType what the body claims to be
   * @param secure whether the request came by TLS
   */
  public record Provenance(
      String host, String origin, String site, String contentType, boolean secure) {
    /** Nothing is said. */
    public static final Provenance UNSAID = new Provenance("", "", "", "", false);

    /** Whether a browser says that a page of another server asks. */
    boolean isOfAnotherPage() {
      return !origin.isEmpty()
          && !origin.equals("http://" + host)
          && !origin.equals("https://" + host);
    }
  }

  /** A query that says nothing of where it comes from. */
  public HttpQuery(
      String method,
      String path,
      Map<String, List<String>> parameters,
      String authorization,
      String body) {
    this(method, path, parameters, Map.of(AUTHORIZATION, authorization), Provenance.UNSAID, body);
  }

  /** A query without the headers that matter here. */
  public HttpQuery(String method, String path, Map<String, List<String>> parameters, String body) {
    this(method, path, parameters, Map.of(), Provenance.UNSAID, body);
  }

  /** The header of that name, empty if there was none. */
  public String authorization() {
    return metadata.getOrDefault(AUTHORIZATION, "");
  }

  /** Whether the query says {@code name=value} at least once. */
  public boolean has(String name, String value) {
    return parameters.getOrDefault(name, List.of()).contains(value);
  }

  /** Headers may be secrets. */
  @Override
  public String toString() {
    return method + " " + path;
  }
}
