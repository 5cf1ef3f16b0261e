package dev.balsa.node.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what openssl and its like write (RFC 7468). No message of this class holds a byte of a key.
 */
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

  private Pem() {}

  private record Block(String type, String body) {
    byte[] der(Path file) {
      try {
        return Base64.getMimeDecoder().decode(body);
      } catch (IllegalArgumentException e) {
        throw new TlsException("%s holds a damaged %s; copy the file anew".formatted(file, type));
      }
    }
  }

  private static List<Block> blocks(byte[] content) {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(new String(content, StandardCharsets.ISO_8859_1));
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
    return blocks;
  }

  /** All certificates in {@code content}, which is {@code file}'s; at least one. */
  static List<X509Certificate> certificates(Path file, byte[] content) {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks(content)) {
      if (block.type().equals("CERTIFICATE")) {
        try {
          certificates.add(
              (X509Certificate)
                  CertificateFactory.getInstance("X.509")
                      .generateCertificate(new ByteArrayInputStream(block.der(file))));
        } catch (GeneralSecurityException e) {
          throw new TlsException(
              "%s holds a certificate that cannot be read (%s); copy the file anew"
                  .formatted(file, e.getMessage()),
              e);
        }
      }
    }
    if (certificates.isEmpty()) {
      throw new TlsException(
          "%s holds no certificate; it must be PEM, with -----BEGIN CERTIFICATE-----"
              .formatted(file));
    }
    return certificates;
  }

  /** The revocation list in {@code content}, PEM or DER. */
  static X509CRL revocations(Path file, byte[] content) {
    byte[] der =
        blocks(content).stream()
            .filter(block -> block.type().equals("X509 CRL"))
            .findFirst()
            .map(block -> block.der(file))
            .orElse(content);
    try {
      return (X509CRL)
          CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
    } catch (GeneralSecurityException e) {
      throw new TlsException(
          "%s holds no revocation list; it must be PEM or DER, as of openssl ca -gencrl"
              .formatted(file),
          e);
    }
  }

  /**
   * The private key in {@code content}, for a certificate with {@code publicKey}. What older tools
   * write (PKCS #1, SEC 1) lacks the algorithm, which the certificate knows.
   */
  static PrivateKey key(Path file, byte[] content, PublicKey publicKey) {
    Block block =
        blocks(content).stream()
            .filter(it -> it.type().endsWith("PRIVATE KEY"))
            .findFirst()
            .orElseThrow(
                () ->
                    new TlsException(
                        "%s holds no private key; it must be PEM, with -----BEGIN PRIVATE KEY-----"
                            .formatted(file)));
    if (block.type().startsWith("ENCRYPTED") || block.body().contains("ENCRYPTED")) {
      throw new TlsException(
          "the key in %s is encrypted, and nobody is there to say the password; decrypt it by openssl pkcs8"
              .formatted(file));
    }
    byte[] der = block.der(file);
    if (!block.type().equals("PRIVATE KEY")) {
      byte[] version = Der.element(Der.INTEGER, new byte[1]);
      byte[] algorithm = Der.firstOf(publicKey.getEncoded());
      der =
          Der.element(
              Der.SEQUENCE, version, algorithm, Der.element(Der.OCTET_STRING, der)); // PKCS #8
    }
    try {
      return KeyFactory.getInstance(publicKey.getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      // Without the cause: what a parser says of a key may quote it.
      throw new TlsException(
          "the key in %s is no %s key, as its certificate wants it; name the key that belongs to the certificate"
              .formatted(file, publicKey.getAlgorithm()));
    }
  }
}
