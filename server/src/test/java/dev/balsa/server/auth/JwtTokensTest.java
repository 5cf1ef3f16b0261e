package dev.balsa.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.kv.Caller;
import dev.balsa.kv.KvMachine;
import dev.balsa.raft.Bytes;
import dev.balsa.server.config.ConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signed tokens with each kind of key, and what is said where a key does not do. */
class JwtTokensTest {
  private static final Clock NOW =
      Clock.fixed(Instant.parse("2026-11-22T00:00:00Z"), ZoneOffset.UTC);

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"RS256, RSA", "PS256, RSA", "ES256, EC", "EdDSA, Ed25519"})
  void aTokenTellsUserAndRevisionToWhoeverHasThePublicKey(String method, String kind)
      throws Exception {
    write(pair(kind));
    JwtTokens signer = tokens("jwt,sign-method=%s,pub-key=%s,priv-key=%s", method);
    JwtTokens verifier = tokens("jwt,sign-method=%s,pub-key=%s", method);

    String token = signer.token("alice", 7);

    assertThat(caller(signer, token)).isEqualTo(new Caller(Bytes.utf8("alice"), 7));
    assertThat(caller(verifier, token)).isEqualTo(new Caller(Bytes.utf8("alice"), 7));
    assertThat(signer.canSign()).isTrue();
    assertThat(verifier.canSign()).isFalse();
  }

  @Test
  void aSecretSignsAndVerifies() throws Exception {
    Files.writeString(folder.resolve("secret"), "0123456789abcdef0123456789abcdef");
    JwtTokens tokens =
        JwtTokens.of("jwt,sign-method=HS256,priv-key=" + folder.resolve("secret"), NOW);

    assertThat(caller(tokens, tokens.token("alice", 7)))
        .isEqualTo(new Caller(Bytes.utf8("alice"), 7));
  }

  @Test
  void aTokenEndsWithItsTime() throws Exception {
    write(pair("RSA"));
    String flag = flag("jwt,sign-method=%s,pub-key=%s,priv-key=%s,ttl=10m", "RS256");
    String token = JwtTokens.of(flag, NOW).token("alice", 7);

    Clock before = Clock.offset(NOW, Duration.ofSeconds(599));
    Clock after = Clock.offset(NOW, Duration.ofSeconds(601));

    assertThat(caller(JwtTokens.of(flag, before), token)).isNotNull();
    assertThat(caller(JwtTokens.of(flag, after), token)).isNull();
  }

  @Test
  void whatAnotherKeyOrMethodHasSignedIsNoToken() throws Exception {
    write(pair("RSA"));
    String others = tokens("jwt,sign-method=%s,pub-key=%s,priv-key=%s", "RS256").token("alice", 7);
    write(pair("RSA"));
    JwtTokens ours = tokens("jwt,sign-method=%s,pub-key=%s,priv-key=%s", "RS256");
    JwtTokens stronger = tokens("jwt,sign-method=%s,pub-key=%s,priv-key=%s", "RS512");

    assertThat(caller(ours, others)).isNull();
    assertThat(caller(ours, stronger.token("alice", 7))).isNull();
    assertThat(caller(ours, "nonsense")).isNull();
    assertThat(caller(ours, "")).isNull();
    String unsigned =
        Base64.getUrlEncoder().encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8))
            + "."
            + Base64.getUrlEncoder()
                .encodeToString("{\"username\":\"root\"}".getBytes(StandardCharsets.UTF_8))
            + ".";
    assertThat(caller(ours, unsigned)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "'jwt', sign-method",
    "'jwt,sign-method=RS1,pub-key=x', sign-method 'RS1' is unknown",
    "'jwt,sign-method=RS256', there is no key",
    "'jwt,sign-method=RS256,key=x', option 'key' is unknown",
    "'jwt,sign-method', has no value",
    "'jwt,sign-method=RS256,sign-method=RS256', given twice",
    "'jwt,sign-method=RS256,pub-key=x,ttl=5', ttl '5' is no duration",
    "'jwt,sign-method=RS256,pub-key=/no/such/file', /no/such/file cannot be read"
  })
  void badFlagsAreRefusedByName(String flag, String message) {
    assertThatThrownBy(() -> JwtTokens.of(flag, NOW))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("--auth-token jwt: ")
        .hasMessageContaining(message);
  }

  @Test
  void keysThatDoNotFitAreRefusedByName() throws Exception {
    write(pair("RSA"));
    assertThatThrownBy(() -> tokens("jwt,sign-method=%s,pub-key=%s,priv-key=%s", "ES256"))
        .hasMessageContaining("is no key for sign-method ES256");

    Files.writeString(folder.resolve("public"), "no PEM");
    assertThatThrownBy(() -> tokens("jwt,sign-method=%s,pub-key=%s", "RS256"))
        .hasMessageContaining("holds no PEM");

    Files.writeString(folder.resolve("public"), "short");
    assertThatThrownBy(() -> tokens("jwt,sign-method=%s,pub-key=%s", "HS256"))
        .hasMessageContaining("has 5 bytes, HS256 needs 32");

    Files.writeString(
        folder.resolve("private"),
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
    assertThatThrownBy(
            () -> JwtTokens.of("jwt,sign-method=RS256,priv-key=" + folder.resolve("private"), NOW))
        .hasMessageContaining("openssl pkcs8");
  }

  private static @Nullable Caller caller(JwtTokens tokens, String token) {
    return tokens.caller(token, new KvMachine().auth());
  }

  private JwtTokens tokens(String pattern, String method) {
    return JwtTokens.of(flag(pattern, method), NOW);
  }

  private String flag(String pattern, String method) {
    return pattern.formatted(method, folder.resolve("public"), folder.resolve("private"));
  }

  private static KeyPair pair(String kind) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
    switch (kind) {
      case "RSA" -> generator.initialize(2048);
      case "EC" -> generator.initialize(new ECGenParameterSpec("secp256r1"));
      default -> {}
    }
    return generator.generateKeyPair();
  }

  private void write(KeyPair pair) throws IOException {
    pem("public", "PUBLIC KEY", pair.getPublic().getEncoded());
    pem("private", "PRIVATE KEY", pair.getPrivate().getEncoded());
  }

  private void pem(String file, String type, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder().encodeToString(der);
    Files.writeString(
        folder.resolve(file),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, body, type));
  }
}
