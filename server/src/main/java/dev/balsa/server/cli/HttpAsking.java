package dev.balsa.server.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Asks a member what it tells over HTTP only.
 *
 * @param timeout bounds each question
 * @param tls how to connect
 */
record HttpAsking(Duration timeout, CtlTls tls) {
  private static final int OK = 200;

  /**
   * What stands at {@code path}.
   *
   * @throws CommandFailure if nothing answers, or something else than a success
   */
  String get(Endpoint endpoint, String path) {
    String host = endpoint.host().contains(":") ? "[" + endpoint.host() + "]" : endpoint.host();
    String scheme = tls.isFor(endpoint) ? "https" : "http";
    URI uri = URI.create("%s://%s:%d%s".formatted(scheme, host, endpoint.port(), path));
    try (HttpClient client = client()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(uri).timeout(timeout).build(),
              HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != OK) {
        throw new CommandFailure("%s answers %d".formatted(uri, response.statusCode()));
      }
      return response.body();
    } catch (IOException e) {
      throw new CommandFailure("no answer from %s (%s)".formatted(endpoint.text(), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted");
    }
  }

  private HttpClient client() {
    return HttpClient.newBuilder().connectTimeout(timeout).sslContext(tls.tls().context()).build();
  }
}
