package dev.balsa.server.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

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
    return ask(endpoint, path, HttpRequest.newBuilder(), HttpResponse.BodyHandlers.ofString());
  }

  /**
   * What {@code path} answers to a POST without a body.
   *
   * @param token of a user, or null
   * @throws CommandFailure if nothing answers, or something else than a success
   */
  byte[] post(Endpoint endpoint, String path, @Nullable String token) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.noBody());
    if (token != null) {
      request.header("Authorization", token);
    }
    return ask(endpoint, path, request, HttpResponse.BodyHandlers.ofByteArray());
  }

  private <T> T ask(
      Endpoint endpoint, String path, HttpRequest.Builder request, BodyHandler<T> body) {
    String host = endpoint.host().contains(":") ? "[" + endpoint.host() + "]" : endpoint.host();
    String scheme = tls.isFor(endpoint) ? "https" : "http";
    URI uri = URI.create("%s://%s:%d%s".formatted(scheme, host, endpoint.port(), path));
    try (HttpClient client = client()) {
      HttpResponse<T> response = client.send(request.uri(uri).timeout(timeout).build(), body);
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
