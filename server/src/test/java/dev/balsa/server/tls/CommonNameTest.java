package dev.balsa.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.balsa.node.tls.Tls;
import dev.balsa.node.tls.TlsFiles;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.LockGrpc;
import dev.balsa.proto.LockRequest;
import dev.balsa.proto.PutRequest;
import dev.balsa.server.auth.CommonNames;
import dev.balsa.server.auth.Users;
import dev.balsa.server.rpc.Login;
import dev.balsa.server.rpc.SecureChannels;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With certificates demanded and users asked for, a certificate's common name is a user. */
class CommonNameTest {
  @TempDir private static Path folder;

  private static final Map<String, ManagedChannel> CHANNELS = new TreeMap<>();
  private static TestCertificates certificates;
  private static SecureServer server;

  @BeforeAll
  static void start() throws IOException {
    certificates =
        TestCertificates.in(folder.resolve("certs"))
            .issue("server", "127.0.0.1")
            .issue("alice")
            .issue("mallory");
    List<String> flags =
        Stream.of(
                certificates.serverFlags("server"),
                certificates.mutualFlags(),
                List.of("--bcrypt-cost=4"))
            .flatMap(List::stream)
            .toList();
    server = SecureServer.start(folder.resolve("data"), flags);
    new Users(channel("alice")).enable();
  }

  @AfterAll
  static void stop() {
    CHANNELS.values().forEach(ManagedChannel::shutdownNow);
    if (server != null) {
      server.close();
    }
  }

  @Test
  void certificateOfAUserMayWhatTheUserMay() {
    assertThat(put(channel("alice"), "w/1")).isPositive();
    assertThatThrownBy(() -> put(channel("alice"), "x"))
        .hasMessage("PERMISSION_DENIED: etcdserver: permission denied");
  }

  @Test
  void certificateOfNobodyMayNothing() {
    assertThatThrownBy(() -> put(channel("mallory"), "w/1"))
        .hasMessage("PERMISSION_DENIED: etcdserver: permission denied");
  }

  @Test
  void tokenWinsOverTheCertificate() {
    assertThat(put(withHeader(Login.TOKEN, token("root")), "x")).isPositive();
  }

  @Test
  void badTokenIsNoReasonToLookAtTheCertificate() {
    assertThatThrownBy(() -> put(withHeader(Login.TOKEN, "no such token"), "w/1"))
        .hasMessage("UNAUTHENTICATED: etcdserver: invalid auth token");
  }

  @Test
  void nobodyIsBelievedTheHeaderThatTheServerUsesItself() {
    assertThatThrownBy(() -> put(withHeader(CommonNames.KEY, "root"), "x"))
        .hasMessage("PERMISSION_DENIED: etcdserver: permission denied");
  }

  @Test
  void gatewayDoesNotLookAtTheCertificate() throws Exception {
    try (HttpClient http =
        HttpClient.newBuilder().sslContext(Tls.open(files("alice")).context()).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(server.url() + "/v3/kv/put"))
              .POST(BodyPublishers.ofString("{\"key\":\"dy8x\",\"value\":\"dg==\"}"))
              .build();

      assertThat(http.send(request, BodyHandlers.ofString()).body())
          .contains("etcdserver: user name is empty");
    }
  }

  @Test
  void whatALockDoesIsDoneInTheNameOfTheCertificate() {
    LockRequest request = LockRequest.newBuilder().setName(ByteString.copyFromUtf8("x")).build();

    assertThatThrownBy(() -> LockGrpc.newBlockingStub(channel("alice")).lock(request))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("etcdserver: permission denied"); // and not: user name is empty
  }

  private static long put(Channel channel, String key) {
    PutRequest request = PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
    return KVGrpc.newBlockingStub(channel).put(request).getHeader().getRevision();
  }

  private static String token(String user) {
    return new Users(channel("alice")).token(user);
  }

  private static Channel withHeader(Metadata.Key<String> key, String value) {
    Metadata metadata = new Metadata();
    metadata.put(key, value);
    return ClientInterceptors.intercept(
        channel("alice"), MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  private static TlsFiles files(String name) {
    return TlsFiles.of(certificates.cert(name), certificates.key(name)).trusting(certificates.ca());
  }

  private static ManagedChannel channel(String name) {
    return CHANNELS.computeIfAbsent(
        name,
        it -> SecureChannels.builder("127.0.0.1", server.port(), Tls.open(files(it))).build());
  }
}
