package dev.balsa.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.balsa.node.tls.Tls;
import dev.balsa.node.tls.TlsFiles;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.PutRequest;
import dev.balsa.server.auth.Users;
import dev.balsa.server.rpc.SecureChannels;
import dev.balsa.server.whole.Await;
import dev.balsa.server.whole.ServerProcess;
import io.grpc.ManagedChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member that can look at tokens but sign none, since it has the public key alone. */
class PublicKeyOnlyTest {
  private static final Pattern SERVES = Pattern.compile("serves clients on .*:(\\d+)\n");

  @TempDir Path folder;

  @Test
  void warnsAtItsStartAndRefusesALogInByName() throws Exception {
    TestCertificates certificates =
        TestCertificates.in(folder.resolve("certs")).issue("server", "127.0.0.1").issue("alice");
    List<String> flags = new ArrayList<>();
    flags.add("--data-dir=" + folder.resolve("data"));
    flags.add("--listen-client-urls=https://127.0.0.1:0");
    flags.add("--listen-peer-urls=http://127.0.0.1:0");
    flags.add("--bcrypt-cost=4");
    flags.add("--auth-token=jwt,sign-method=RS256,pub-key=" + publicKey());
    flags.addAll(certificates.serverFlags("server"));
    flags.addAll(certificates.mutualFlags());
    try (ServerProcess member = ServerProcess.start(folder.resolve("log"), flags)) {
      Await.until(
          () -> "the member serves: " + member.said(), () -> SERVES.matcher(member.said()).find());
      assertThat(member.said())
          .contains("--auth-token has a pub-key only: users known by certificates alone cannot")
          .contains("name priv-key, too, or let them log in");

      TlsFiles alice =
          TlsFiles.of(certificates.cert("alice"), certificates.key("alice"))
              .trusting(certificates.ca());
      ManagedChannel channel =
          SecureChannels.builder("127.0.0.1", port(member), Tls.open(alice)).build();
      try {
        Users users = new Users(channel);
        users.enable();

        assertThatThrownBy(() -> users.token("root"))
            .hasMessage(
                "FAILED_PRECONDITION: etcdserver: this member has no key to sign tokens with; log in at another, or give it priv-key");
        assertThat(put(channel, "w/1")).isPositive(); // in the certificate's name
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private Path publicKey() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    String base64 = Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded());
    return Files.writeString(
        folder.resolve("jwt.pub"),
        "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n");
  }

  private static int port(ServerProcess member) {
    Matcher serves = SERVES.matcher(member.said());
    assertThat(serves.find()).isTrue();
    return Integer.parseInt(serves.group(1));
  }

  private static long put(ManagedChannel channel, String key) {
    PutRequest request = PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
    return KVGrpc.newBlockingStub(channel).put(request).getHeader().getRevision();
  }
}
