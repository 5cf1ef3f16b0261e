package dev.balsa.server.auth;

import dev.balsa.raft.Bytes;
import dev.balsa.server.config.ConfigException;
import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.InvalidKeyException;
import io.jsonwebtoken.security.MacAlgorithm;
import io.jsonwebtoken.security.SignatureAlgorithm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** The keys of signed tokens, from PEM files, or from a file that is the secret itself. */
final class JwtKeys {
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

  private final String method;
  private final Verifying verifying;
  private final @Nullable PrivateKey signing; // null with a secret, or where none was given

  /** What a signature is looked at with. */
  sealed interface Verifying {
    record Secret(SecretKey key) implements Verifying {}

    record Public(PublicKey key) implements Verifying {}
  }

  private JwtKeys(String method, Verifying verifying, @Nullable PrivateKey signing) {
    this.method = method;
    this.verifying = verifying;
    this.signing = signing;
  }

  /**
   * The keys in the files that {@code options} name.
   *
   * @throws ConfigException if there are none, or not for the signing method
   */
  static JwtKeys read(JwtOptions options) {
    JwtKeys keys = options.isSecret() ? secret(options) : pair(options);
    if (keys.canSign()) {
      try {
        String proof = keys.sign(Jwts.builder().claim("username", "nobody")).compact();
        if (proof.isEmpty()) {
          throw new IllegalStateException("a token without a text");
        }
      } catch (InvalidKeyException unfit) {
        throw JwtTokens.bad(
            "the key does not fit sign-method %s (%s); make one for it"
                .formatted(options.method(), unfit.getMessage()));
      }
    }
    return keys;
  }

  private static JwtKeys secret(JwtOptions options) {
    Path file = options.privateKey() != null ? options.privateKey() : options.publicKey();
    byte[] secret = bytes(file);
    if (secret.length * 8 < mac(options.method()).getKeyBitLength()) {
      throw JwtTokens.bad(
          "the secret in %s has %d bytes, %s needs %d; write a longer one"
              .formatted(
                  file,
                  secret.length,
                  options.method(),
                  mac(options.method()).getKeyBitLength() / 8));
    }
    SecretKey key = new SecretKeySpec(secret, "Hmac" + options.method().replace("HS", "SHA"));
    return new JwtKeys(options.method(), new Verifying.Secret(key), null);
  }

  private static JwtKeys pair(JwtOptions options) {
    Path privateFile = options.privateKey();
    Path publicFile = options.publicKey();
    PrivateKey signing = privateFile == null ? null : privateKey(privateFile, options.method());
    PublicKey verifying;
    if (publicFile != null) {
      verifying = publicKey(publicFile, options.method());
    } else if (signing instanceof RSAPrivateCrtKey rsa) {
      verifying = publicKey(rsa);
    } else {
      throw JwtTokens.bad(
          "pub-key is missing; sign-method %s needs the public key's file, too"
              .formatted(options.method()));
    }
    return new JwtKeys(options.method(), new Verifying.Public(verifying), signing);
  }

  String method() {
    return method;
  }

  Verifying verifying() {
    return verifying;
  }

  boolean canSign() {
    return signing != null || verifying instanceof Verifying.Secret;
  }

  /** {@code builder} with a signature to come; only if {@link #canSign()}. */
  JwtBuilder sign(JwtBuilder builder) {
    if (verifying instanceof Verifying.Secret(SecretKey key)) {
      return builder.signWith(key, mac(method));
    }
    PrivateKey key = signing;
    if (key == null) {
      throw new IllegalStateException("there is no key to sign with");
    }
    return builder.signWith(key, (SignatureAlgorithm) Jwts.SIG.get().forKey(method));
  }

  private static MacAlgorithm mac(String method) {
    return (MacAlgorithm) Jwts.SIG.get().forKey(method);
  }

  private static PrivateKey privateKey(Path file, String method) {
    Pem pem = pem(file);
    if (!pem.type().equals("PRIVATE KEY")) {
      throw JwtTokens.bad(
          "priv-key %s is a %s; convert it by openssl pkcs8 -topk8 -nocrypt"
              .formatted(file, pem.type()));
    }
    try {
      return factory(method).generatePrivate(new PKCS8EncodedKeySpec(pem.der()));
    } catch (GeneralSecurityException e) {
      throw unfit("priv-key", file, method);
    }
  }

  private static PublicKey publicKey(Path file, String method) {
    Pem pem = pem(file);
    try {
      return pem.type().equals("CERTIFICATE")
          ? CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(pem.der()))
              .getPublicKey()
          : factory(method).generatePublic(new X509EncodedKeySpec(pem.der()));
    } catch (GeneralSecurityException e) {
      throw unfit("pub-key", file, method);
    }
  }

  private static PublicKey publicKey(RSAPrivateCrtKey key) {
    try {
      return KeyFactory.getInstance("RSA")
          .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an RSA key has a public part", e);
    }
  }

  private static KeyFactory factory(String method) throws GeneralSecurityException {
    return KeyFactory.getInstance(
        switch (method.substring(0, 2)) {
          case "RS", "PS" -> "RSA";
          case "ES" -> "EC";
          default -> "EdDSA";
        });
  }

  private static ConfigException unfit(String option, Path file, String method) {
    return JwtTokens.bad(
        "%s %s is no key for sign-method %s; make one for it".formatted(option, file, method));
  }

  private record Pem(String type, Bytes content) {
    byte[] der() {
      return content.toByteArray();
    }
  }

  private static Pem pem(Path file) {
    Matcher matcher = PEM.matcher(new String(bytes(file), StandardCharsets.US_ASCII));
    if (!matcher.find()) {
      throw JwtTokens.bad("%s holds no PEM; it begins with -----BEGIN".formatted(file));
    }
    byte[] der = Base64.getMimeDecoder().decode(matcher.group(2));
    return new Pem(matcher.group(1), Bytes.wrap(der));
  }

  private static byte[] bytes(@Nullable Path file) {
    try {
      return Files.readAllBytes(Objects.requireNonNull(file));
    } catch (IOException e) {
      throw JwtTokens.bad("%s cannot be read (%s); check path and rights".formatted(file, e));
    }
  }
}
