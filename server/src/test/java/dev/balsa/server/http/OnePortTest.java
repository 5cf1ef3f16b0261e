package dev.balsa.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.kv.Alarm;
import dev.balsa.proto.PutRequest;
import dev.balsa.raft.Refusal;
import dev.balsa.server.OverHttp;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One port speaks gRPC and HTTP/1.1, and survives everything else. */
class OnePortTest extends OverHttp {
  @Test
  void grpcAndHttpShareThePort() throws Exception {
    long revision = putOverGrpc();
    HttpResponse<String> health = get("/health");

    assertThat(revision).isEqualTo(2);
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(health.body()).isEqualTo("{\"health\":\"true\",\"reason\":\"\"}");
  }

  @Test
  void healthWithoutLeaderIs503() throws Exception {
    server.backend().leader(null);

    HttpResponse<String> health = get("/health?exclude=NOSPACE");

    assertThat(health.statusCode()).isEqualTo(503);
    assertThat(health.body()).isEqualTo("{\"health\":\"false\",\"reason\":\"RAFT NO LEADER\"}");
  }

  @Test
  void healthIs503WhenALinearizableReadFails() throws Exception {
    server.backend().scriptReadRefusal(Refusal.LEADER_CHANGED);

    HttpResponse<String> health = get("/health");

    assertThat(health.statusCode()).isEqualTo(503);
    assertThat(health.body()).startsWith("{\"health\":\"false\",\"reason\":\"READ REFUSED");
  }

  @Test
  void alarmMakesTheMemberUnhealthyUnlessItIsExcluded() throws Exception {
    server.backend().raise(new Alarm(9, Alarm.Type.NOSPACE));

    assertThat(get("/health").statusCode()).isEqualTo(503);
    assertThat(get("/health").body())
        .isEqualTo("{\"health\":\"false\",\"reason\":\"ALARM NOSPACE\"}");
    assertThat(get("/health?serializable=true").statusCode()).isEqualTo(503);
    assertThat(get("/health?exclude=CORRUPT").statusCode()).isEqualTo(503);
    assertThat(get("/health?exclude=CORRUPT&exclude=NOSPACE").statusCode()).isEqualTo(200);
  }

  @Test
  void serializableHealthNeedsNoLeader() throws Exception {
    server.backend().leader(null);

    assertThat(get("/health?serializable=true").statusCode()).isEqualTo(200);
  }

  @Test
  void versionIsPlainNumbers() throws Exception {
    assertThat(get("/version").body())
        .isEqualTo("{\"etcdserver\":\"3.6.0\",\"etcdcluster\":\"3.6.0\",\"storage\":\"3.6.0\"}");
  }

  @Test
  void unknownPathIs404AndWrongMethod405() throws Exception {
    assertThat(get("/nothing").statusCode()).isEqualTo(404);
    assertThat(post("/health", "x").statusCode()).isEqualTo(405);
  }

  @Test
  void requestsOnOneConnectionAreAnsweredInOrder() throws Exception {
    try (Socket socket = connect()) {
      send(
          socket,
          """
          GET /version HTTP/1.1\r
          Host: a\r
          \r
          GET /nothing HTTP/1.1\r
          Host: a\r
          Connection: close\r
          \r
          """);

      String answers = readToEnd(socket);

      assertThat(answers).startsWith("HTTP/1.1 200 OK").contains("HTTP/1.1 404 Not Found");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000", // how TLS begins
        "put k v\n",
        "PRInt this, please\n",
        "\u0000\u0000\u0000\u0000"
      })
  void garbageIsClosedAndOthersAreServed(String garbage) throws Exception {
    try (Socket socket = connect()) {
      send(socket, garbage);

      String answer = readToEnd(socket);

      assertThat(answer).startsWith("HTTP/1.1 400").containsAnyOf("neither gRPC", "nor gRPC");
      assertThat(putOverGrpc()).isEqualTo(2);
    }
  }

  @Test
  void endlessRequestLineIsClosed() throws Exception {
    try (Socket socket = connect()) {
      send(socket, "GET /" + "x".repeat(8192) + " HTTP/1.1\r\n\r\n");

      assertThat(readToEnd(socket)).startsWith("HTTP/1.1 400");
      assertThat(putOverGrpc()).isEqualTo(2);
    }
  }

  @Test
  void prefaceMayArriveByteByByte() throws Exception {
    try (Socket socket = connect()) {
      socket.setTcpNoDelay(true);
      for (char c : "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".toCharArray()) {
        send(socket, String.valueOf(c));
      }
      send(socket, "\0\0\0\u0004\0\0\0\0\0"); // empty SETTINGS

      byte[] frame = socket.getInputStream().readNBytes(9);

      assertThat(frame[3]).describedAs("type of the first frame: SETTINGS").isEqualTo((byte) 4);
    }
  }

  private long putOverGrpc() {
    return server
        .kv()
        .put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build())
        .getHeader()
        .getRevision();
  }

  private Socket connect() throws IOException {
    return new Socket(server.address().getAddress(), server.address().getPort());
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private static String readToEnd(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
  }
}
