package dev.balsa.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.server.OverHttp;
import dev.balsa.server.TestServer;
import dev.balsa.server.auth.Users;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The streams of the JSON gateway over a WebSocket, as a page speaks it. */
@Timeout(120)
class WebSocketTest extends OverHttp {
  private static final String FOO = "Zm9v"; // "foo" in base64
  private static final String WATCH_FOO = "{\"create_request\":{\"key\":\"" + FOO + "\"}}";

  /** As of a body: a request in base64, and what etcd receives above its limit. */
  private static final int MESSAGE_BYTES_MAX = (TestServer.REQUEST_BYTES_MAX + 512 * 1024) / 2 * 3;

  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void closeClient() {
    client.shutdownNow(); // close would wait for the sockets that tests leave open
  }

  @Test
  void aWatchIsMadeHeardAndCanceledOnOneSocket() throws Exception {
    Socket watch = open("/v3/watch", client.newWebSocketBuilder());

    watch.say(WATCH_FOO);
    assertThat(watch.next()).startsWith("{\"result\":{\"header\":").contains("\"created\":true");
    post("/v3/kv/put", "{\"key\":\"" + FOO + "\",\"value\":\"" + FOO + "\"}");
    assertThat(watch.next()).contains("\"events\":[{\"kv\":{\"key\":\"" + FOO + "\"");
    watch.say(WATCH_FOO);
    assertThat(watch.next()).contains("\"watch_id\":\"1\",\"created\":true");
    watch.say("{\"cancel_request\":{\"watch_id\":1}}");
    assertThat(watch.next()).contains("\"watch_id\":\"1\",\"canceled\":true");

    watch.leave();
    assertThat(watch.end()).isEqualTo(WebSocket.NORMAL_CLOSURE);
  }

  @Test
  void aLeaseIsKeptAliveAgainAndAgain() throws Exception {
    post("/v3/lease/grant", "{\"ID\":\"77\",\"TTL\":\"60\"}");
    Socket alive = open("/v3/lease/keepalive", client.newWebSocketBuilder());

    for (int time = 0; time < 3; time++) {
      alive.say("{\"ID\":\"77\"}");
      assertThat(alive.next()).endsWith("\"ID\":\"77\",\"TTL\":\"60\"}}");
    }
  }

  @Test
  void whatAnswersManyTimesToOneRequestEndsTheSocket() throws Exception {
    Socket backup = open("/v3/maintenance/snapshot", client.newWebSocketBuilder());

    backup.say("{}");

    assertThat(backup.next()).startsWith("{\"result\":{\"header\":");
    assertThat(backup.end()).isEqualTo(WebSocket.NORMAL_CLOSURE);
  }

  @Test
  void whatIsNoRequestIsToldSoAndEndsTheSocket() throws Exception {
    Socket watch = open("/v3/watch", client.newWebSocketBuilder());

    watch.say("{\"create_request\":[]}");

    assertThat(watch.next())
        .startsWith("{\"error\":{\"grpc_code\":3,\"http_code\":400")
        .contains("request is not the JSON of this call");
    assertThat(watch.end()).isEqualTo(WebSocket.NORMAL_CLOSURE);
  }

  @Test
  void aMessageThatIsTooLongEndsTheSocket() throws Exception {
    Socket watch = open("/v3/watch", client.newWebSocketBuilder());

    watch.socket.sendText(" ".repeat(MESSAGE_BYTES_MAX), false).get(60, TimeUnit.SECONDS);
    watch.say(" "); // with the end of the message, so that nothing is left unread

    assertThat(watch.end()).isEqualTo(1009);
  }

  @Test
  void aTokenIsGivenAsTheSecondProtocol() throws Exception {
    new Users(server.channel()).enable();
    String token = token("root");

    Socket named = open("/v3/watch", client.newWebSocketBuilder().subprotocols("Bearer", token));
    Socket nameless = open("/v3/watch", client.newWebSocketBuilder());
    named.say(WATCH_FOO);
    nameless.say(WATCH_FOO);

    assertThat(named.socket.getSubprotocol()).isEqualTo("Bearer");
    assertThat(named.next()).contains("\"created\":true").doesNotContain("canceled");
    assertThat(nameless.next()).contains("\"canceled\":true", "user name is empty");
  }

  @Test
  void onlyPagesOfThisServerMayOpenOne() throws Exception {
    String here = "http://127.0.0.1:" + server.address().getPort();

    assertRefused(403, "/v3/watch", "https://evil.example");
    Socket own = open("/v3/watch", client.newWebSocketBuilder().header("Origin", here));
    own.say(WATCH_FOO);

    assertThat(own.next()).contains("\"created\":true");
  }

  @Test
  void whatAnswersOnceIsNotSpokenWith() {
    assertRefused(405, "/v3/kv/range", "");
    assertRefused(404, "/v3/kv/what", "");
  }

  private void assertRefused(int status, String path, String origin) {
    WebSocket.Builder builder = client.newWebSocketBuilder();
    if (!origin.isEmpty()) {
      builder.header("Origin", origin);
    }
    assertThatThrownBy(() -> open(path, builder))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            refused -> assertThat(refused.getResponse().statusCode()).isEqualTo(status));
  }

  private Socket open(String path, WebSocket.Builder builder) throws Exception {
    Heard heard = new Heard(new LinkedBlockingQueue<>(), new CompletableFuture<>());
    URI uri = URI.create("ws://127.0.0.1:" + server.address().getPort() + path);
    return new Socket(builder.buildAsync(uri, heard).get(60, TimeUnit.SECONDS), heard);
  }

  private record Socket(WebSocket socket, Heard heard) {
    void say(String text) throws Exception {
      socket.sendText(text, true).get(60, TimeUnit.SECONDS);
    }

    String next() throws InterruptedException {
      return String.valueOf(heard.messages().poll(60, TimeUnit.SECONDS));
    }

    void leave() throws Exception {
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(60, TimeUnit.SECONDS);
    }

    int end() throws Exception {
      return heard.end().get(60, TimeUnit.SECONDS);
    }
  }

  private record Heard(BlockingQueue<String> messages, CompletableFuture<Integer> end)
      implements WebSocket.Listener {
    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      assertThat(last).isTrue();
      messages.add(data.toString());
      socket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      end.complete(status);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      end.completeExceptionally(error);
    }
  }
}
