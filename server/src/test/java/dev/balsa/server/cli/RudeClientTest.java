package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.PutRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What comes in that should not: each sender is told, the log has at most a line, everyone else is
 * served, and SIGTERM still ends the server with code 0.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class RudeClientTest {
  private static final int REQUEST_BYTES_MAX = 1_572_864;

  @TempDir Path folder;
  private JavaChild server;
  private ManagedChannel channel;
  private int port;

  @BeforeEach
  void start() throws IOException {
    server =
        JavaChild.start(
            folder.toFile(),
            JavaChild.command(
                "server",
                "--data-dir=data",
                "--listen-client-urls=http://127.0.0.1:0",
                "--listen-peer-urls=http://127.0.0.1:0"));
    port = server.awaitPort();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  @AfterEach
  void stop() throws IOException {
    channel.shutdownNow();
    server.close();
  }

  @Test
  void requestJustAboveTheLimitIsRefusedInEtcdsWords() throws Exception {
    assertThatThrownBy(() -> put(REQUEST_BYTES_MAX))
        .hasMessage("INVALID_ARGUMENT: etcdserver: request is too large");

    assertThat(logAfterGoodWrite()).isEmpty();
  }

  @Test
  void requestFarAboveTheLimitIsRefusedWithBothSizesAndOneLineInTheLog() throws Exception {
    assertThatThrownBy(() -> put(REQUEST_BYTES_MAX + 600_000))
        .hasMessageStartingWith("RESOURCE_EXHAUSTED: gRPC message exceeds maximum size 2097152: 2");

    assertThat(logAfterGoodWrite())
        .singleElement()
        .asString()
        .contains("WARN", "RESOURCE_EXHAUSTED: gRPC message exceeds maximum size 2097152");
  }

  @Test
  void garbageAfterThePrefaceOfHttp2LeavesNoStackTrace() throws Exception {
    assertThat(answerTo("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nthis is no frame, this is no frame"))
        .contains("First received frame was not SETTINGS");

    assertThat(logAfterGoodWrite()).isEmpty();
  }

  @Test
  void bodyThatIsTooLongIsRefusedBeforeItIsRead() throws Exception {
    assertThat(answerTo("POST /health HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n"))
        .startsWith("HTTP/1.1 413")
        .contains("the body has more than 3145728 bytes; send less");

    assertThat(logAfterGoodWrite()).isEmpty();
  }

  /** Shows that others are served, stops the server and returns what it logged of its clients. */
  private List<String> logAfterGoodWrite() throws Exception {
    put(1);
    server.terminate();
    Run end = server.awaitEnd();
    assertThat(end.code()).as(end.err()).isZero();
    Map<Boolean, List<String>> ofPlaintext =
        end.err()
            .lines()
            .collect(Collectors.partitioningBy(line -> line.contains("EtcdServer: no TLS on")));
    assertThat(ofPlaintext.get(true)).as("warned once, however many clients come").hasSize(1);
    return List.copyOf(ofPlaintext.get(false));
  }

  private void put(int valueBytes) {
    PutRequest request =
        PutRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8("k"))
            .setValue(ByteString.copyFrom(new byte[valueBytes]))
            .build();
    assertThat(KVGrpc.newBlockingStub(channel).put(request).hasHeader()).isTrue();
  }

  private String answerTo(String bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
