package dev.balsa.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Each test has a {@link TestServer} of its own and speaks HTTP/1.1 with it. */
public abstract class OverHttp {
  private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  protected TestServer server;

  @BeforeEach
  protected void start() throws IOException {
    server = serve();
  }

  /** The server to speak with. */
  protected TestServer serve() throws IOException {
    return new TestServer();
  }

  @AfterEach
  protected void stop() {
    http.close();
    server.close();
  }

  protected HttpResponse<String> get(String path) throws Exception {
    return http.send(request(path).build(), BodyHandlers.ofString());
  }

  /**
   * Posts {@code body}.
   *
   * @param headers names and values in turn; the last of a name counts
   */
  protected HttpResponse<String> post(String path, String body, String... headers)
      throws Exception {
    return http.send(posted(path, body, headers), BodyHandlers.ofString());
  }

  /** The same for an answer of many lines, which may not end; the caller closes it. */
  protected Stream<String> lines(String path, String body, String... headers) throws Exception {
    HttpResponse<Stream<String>> answer =
        http.send(posted(path, body, headers), BodyHandlers.ofLines());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  /** A new token of a user whose password is the name. */
  protected String token(String user) throws Exception {
    String body = "{\"name\":\"%s\",\"password\":\"%s\"}".formatted(user, user);
    String answer = post("/v3/auth/authenticate", body).body();
    Matcher token = TOKEN.matcher(answer);
    assertThat(token.find()).as(answer).isTrue();
    return token.group(1);
  }

  private HttpRequest posted(String path, String body, String... headers) {
    HttpRequest.Builder request = request(path).POST(BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return request.build();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(server.address(), path));
  }

  private static URI uri(InetSocketAddress address, String path) {
    return URI.create("http://127.0.0.1:" + address.getPort() + path);
  }

  /** What any server at {@code address} says at {@code path}, whatever the status. */
  public static String page(InetSocketAddress address, String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(uri(address, path)).build(), BodyHandlers.ofString())
          .body();
    }
  }
}
