package dev.balsa.junit;

import com.google.common.io.BaseEncoding;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import dev.balsa.node.tls.CertificateAuthority;
import dev.balsa.node.tls.CertificateAuthority.Issued;
import dev.balsa.node.tls.CertificateAuthority.Subject;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A program of somebody whose gRPC, protobuf and Guava are years old, and who starts the server
 * beside them. Knows nothing of Balsa but what is public; run by {@link OwnLibrariesIT} in a
 * process of its own. Prints a line for each thing that went well.
 */
public final class OldLibraries {
  private static final MethodDescriptor.Marshaller<UnknownFieldSet> FIELDS =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(UnknownFieldSet fields) {
          return new ByteArrayInputStream(fields.toByteArray());
        }

        @Override
        public UnknownFieldSet parse(InputStream in) {
          try {
            return UnknownFieldSet.parseFrom(in);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private OldLibraries() {}

  /** Takes an empty folder; ends by an exception if something does not work. */
  public static void main(String[] args) throws Exception {
    for (Class<?> type :
        new Class<?>[] {ManagedChannel.class, ByteString.class, BaseEncoding.class}) {
      URI origin = type.getProtectionDomain().getCodeSource().getLocation().toURI();
      System.out.println(type.getName() + " of " + Path.of(origin).getFileName());
    }
    aServer();
    aClusterThatLosesItsLeader();
    aServerWithTls(Path.of(args[0]));
  }

  private static void aServer() throws Exception {
    try (BalsaServer server = BalsaServer.builder().start()) {
      ManagedChannel channel = channel(server.endpoint());
      put(channel, "greeting", "hello");
      say("old gRPC reads", value(channel, "greeting"));
      channel.shutdownNow();

      HttpClient http = HttpClient.newHttpClient();
      say("JSON reads", json(http, server.endpoint(), "greeting"));
      String user = "{\"name\":\"root\",\"password\":\"secret\"}";
      post(http, server.endpoint(), "/v3/auth/user/add", user);
      String metrics = get(http, server.endpoint(), "/metrics");
      say(
          "metrics tell a leader",
          metrics.replaceFirst("(?s).*\netcd_server_has_leader (\\S+)\n.*", "$1"));
    }
  }

  private static void aClusterThatLosesItsLeader() throws Exception {
    try (TestCluster cluster = TestCluster.start(3)) {
      cluster.awaitLeader().kill();
      ManagedChannel channel = channel(cluster.awaitLeader().endpoint());
      put(channel, "greeting", "hello again");
      say("old gRPC reads", value(channel, "greeting"));
      channel.shutdownNow();
    }
  }

  private static void aServerWithTls(Path folder) throws Exception {
    Path certificate = folder.resolve("server.crt");
    Path key = folder.resolve("server.key");
    Instant now = Instant.now();
    Instant until = now.plus(Duration.ofDays(1));
    Subject subject = new Subject("balsa", List.of("127.0.0.1"), now, until);
    Issued issued = CertificateAuthority.selfSigned(subject);
    issued.write(certificate, key);
    try (BalsaServer server = BalsaServer.builder().tls(certificate, key).start()) {
      // That old gRPC with OkHttp knows no TLS 1.3.
      HttpClient http = HttpClient.newBuilder().sslContext(trusting(issued)).build();
      String put =
          "{\"key\":\"%s\",\"value\":\"%s\"}"
              .formatted(coded("greeting"), coded("hello in private"));
      post(http, server.endpoint(), "/v3/kv/put", put);
      say("JSON reads by TLS", json(http, server.endpoint(), "greeting"));
    }
  }

  private static SSLContext trusting(Issued issued) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("server", issued.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static ManagedChannel channel(URI endpoint) {
    return Grpc.newChannelBuilder(endpoint.getAuthority(), InsecureChannelCredentials.create())
        .build();
  }

  private static void put(ManagedChannel channel, String key, String value) {
    call(channel, "etcdserverpb.KV/Put", Map.of(1, key, 2, value));
  }

  private static String value(ManagedChannel channel, String key)
      throws InvalidProtocolBufferException {
    UnknownFieldSet range = call(channel, "etcdserverpb.KV/Range", Map.of(1, key));
    UnknownFieldSet kv = UnknownFieldSet.parseFrom(bytes(range, 2));
    return bytes(kv, 5).toStringUtf8();
  }

  private static ByteString bytes(UnknownFieldSet message, int field) {
    return message.getField(field).getLengthDelimitedList().getFirst();
  }

  private static UnknownFieldSet call(
      ManagedChannel channel, String method, Map<Integer, String> fields) {
    UnknownFieldSet.Builder request = UnknownFieldSet.newBuilder();
    fields.forEach(
        (number, text) ->
            request.addField(
                number,
                Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8(text)).build()));
    MethodDescriptor<UnknownFieldSet, UnknownFieldSet> descriptor =
        MethodDescriptor.newBuilder(FIELDS, FIELDS)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(method)
            .build();
    return ClientCalls.blockingUnaryCall(channel, descriptor, CallOptions.DEFAULT, request.build());
  }

  private static String json(HttpClient http, URI endpoint, String key) throws Exception {
    String answer = post(http, endpoint, "/v3/kv/range", "{\"key\":\"" + coded(key) + "\"}");
    String value = answer.replaceFirst(".*\"value\":\"([^\"]*)\".*", "$1");
    return new String(BaseEncoding.base64().decode(value), StandardCharsets.UTF_8);
  }

  private static String coded(String text) {
    return BaseEncoding.base64().encode(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String post(HttpClient http, URI endpoint, String path, String body)
      throws Exception {
    return answer(
        http, HttpRequest.newBuilder(endpoint.resolve(path)).POST(BodyPublishers.ofString(body)));
  }

  private static String get(HttpClient http, URI endpoint, String path) throws Exception {
    return answer(http, HttpRequest.newBuilder(endpoint.resolve(path)));
  }

  private static String answer(HttpClient http, HttpRequest.Builder request) throws Exception {
    HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(answer.statusCode() + ": " + answer.body());
    }
    return answer.body();
  }

  private static void say(String what, String found) {
    System.out.println(what + ": " + found);
  }
}
