package dev.balsa.node.tls;

import dev.balsa.node.disk.OwnerOnly;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * Issues certificates (RFC 5280) with keys on the curve P-256: a member's own where it is to make
 * one itself, and those of tests. Thread-safe.
 */
public final class CertificateAuthority {
  private static final String EC_SHA256 = "1.2.840.10045.4.3.2";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final byte[] TRUE = {0x01, 0x01, (byte) 0xff};
  private static final int DNS_NAME = 0x82;
  private static final int IP_ADDRESS = 0x87;
  private static final int EXTENSIONS = 0xa3;
  private static final int VERSION = 0xa0;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int OID = 0x06;

  private final Issued own;

  private CertificateAuthority(Issued own) {
    this.own = own;
  }

  /**
   * What a certificate is to say.
   *
   * @param commonName of the subject
   * @param hosts DNS names, stars allowed, and addresses that it is made out to
   */
  public record Subject(String commonName, List<String> hosts, Instant from, Instant until) {
    public Subject {
      hosts = List.copyOf(hosts);
    }
  }

  /** A certificate and its key. */
  public record Issued(X509Certificate certificate, KeyPair keys) {
    /** Writes both as PEM files, the key readable by its owner alone. */
    public void write(Path certificateFile, Path keyFile) throws IOException {
      Files.deleteIfExists(keyFile);
      Files.createFile(keyFile, OwnerOnly.file(keyFile));
      Files.writeString(keyFile, pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
      Files.writeString(certificateFile, pem(certificate));
    }

    /** The private key is not printed. */
    @Override
    public String toString() {
      return "certificate of " + CertificateNames.describe(certificate);
    }
  }

  /** A new authority, which signs its own certificate. */
  public static CertificateAuthority create(String commonName, Instant from, Instant until) {
    KeyPair keys = newKeys();
    byte[] constraints =
        extension("2.5.29.19", true, Der.element(Der.SEQUENCE, TRUE)); // is an authority
    byte[] usage = extension("2.5.29.15", true, bits(0x06, 1)); // signs certificates and CRLs
    Subject subject = new Subject(commonName, List.of(), from, until);
    X509Certificate certificate =
        certificate(subject, keys, commonName, keys, List.of(constraints, usage));
    return new CertificateAuthority(new Issued(certificate, keys));
  }

  /** A certificate that trusts nobody but itself, for whoever accepts. */
  public static Issued selfSigned(Subject subject) {
    KeyPair keys = newKeys();
    return new Issued(
        certificate(subject, keys, subject.commonName(), keys, endExtensions(subject)), keys);
  }

  /** The authority's own certificate. */
  public X509Certificate certificate() {
    return own.certificate();
  }

  /** A certificate for both sides of a connection, with a new key. */
  public Issued issue(Subject subject) {
    KeyPair keys = newKeys();
    String issuer = String.valueOf(CertificateNames.commonName(certificate()));
    return new Issued(certificate(subject, keys, issuer, own.keys(), endExtensions(subject)), keys);
  }

  /** A list that revokes {@code certificates} of this authority. */
  public X509CRL revoke(List<X509Certificate> certificates, Instant now, Instant until) {
    byte[] algorithm = Der.element(Der.SEQUENCE, oid(EC_SHA256));
    List<byte[]> revoked = new ArrayList<>();
    for (X509Certificate one : certificates) {
      revoked.add(Der.element(Der.SEQUENCE, integer(one.getSerialNumber()), time(now)));
    }
    byte[] body =
        Der.element(
            Der.SEQUENCE,
            integer(BigInteger.ONE), // version 2
            algorithm,
            certificate().getSubjectX500Principal().getEncoded(),
            time(now),
            time(until),
            Der.element(Der.SEQUENCE, revoked.toArray(byte[][]::new)));
    try {
      return (X509CRL)
          CertificateFactory.getInstance("X.509")
              .generateCRL(new ByteArrayInputStream(signed(body, algorithm, own.keys())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a list that we made cannot be read", e);
    }
  }

  /** {@code certificate} as a PEM file has it. */
  public static String pem(X509Certificate certificate) {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate without an encoding", e);
    }
  }

  private static String pem(String type, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, body, type);
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has the curve P-256", e);
    }
  }

  private static List<byte[]> endExtensions(Subject subject) {
    byte[] usage =
        Der.element(Der.SEQUENCE, oid("1.3.6.1.5.5.7.3.1"), oid("1.3.6.1.5.5.7.3.2")); // both sides
    List<byte[]> names = subject.hosts().stream().map(CertificateAuthority::name).toList();
    List<byte[]> extensions = new ArrayList<>();
    extensions.add(extension("2.5.29.15", true, bits(0x80, 7))); // signs handshakes
    extensions.add(extension("2.5.29.37", false, usage));
    if (!names.isEmpty()) {
      byte[] all = Der.element(Der.SEQUENCE, names.toArray(byte[][]::new));
      extensions.add(extension("2.5.29.17", false, all));
    }
    return extensions;
  }

  private static byte[] name(String host) {
    if (!CertificateNames.isAddress(host)) {
      return Der.element(DNS_NAME, host.getBytes(StandardCharsets.US_ASCII));
    }
    try {
      return Der.element(IP_ADDRESS, InetAddress.getByName(host).getAddress());
    } catch (IOException e) {
      throw new IllegalArgumentException("'%s' is no address".formatted(host), e);
    }
  }

  private static X509Certificate certificate(
      Subject subject, KeyPair keys, String issuer, KeyPair issuerKeys, List<byte[]> extensions) {
    byte[] algorithm = Der.element(Der.SEQUENCE, oid(EC_SHA256));
    byte[] body =
        Der.element(
            Der.SEQUENCE,
            Der.element(VERSION, integer(BigInteger.TWO)), // version 3
            integer(new BigInteger(127, new SecureRandom()).add(BigInteger.ONE)),
            algorithm,
            distinguished(issuer),
            Der.element(Der.SEQUENCE, time(subject.from()), time(subject.until())),
            distinguished(subject.commonName()),
            keys.getPublic().getEncoded(),
            Der.element(EXTENSIONS, Der.element(Der.SEQUENCE, extensions.toArray(byte[][]::new))));
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(signed(body, algorithm, issuerKeys)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate that we made cannot be read", e);
    }
  }

  private static byte[] signed(byte[] body, byte[] algorithm, KeyPair keys)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(keys.getPrivate());
    signature.update(body);
    return Der.element(
        Der.SEQUENCE, body, algorithm, Der.element(Der.BIT_STRING, new byte[1], signature.sign()));
  }

  private static byte[] distinguished(String commonName) {
    byte[] text = Der.element(Der.UTF8, commonName.getBytes(StandardCharsets.UTF_8));
    byte[] pair = Der.element(Der.SEQUENCE, oid("2.5.4.3"), text);
    return Der.element(Der.SEQUENCE, Der.element(Der.SET, pair));
  }

  private static byte[] extension(String oid, boolean critical, byte[] value) {
    byte[] content = Der.element(Der.OCTET_STRING, value);
    return critical
        ? Der.element(Der.SEQUENCE, oid(oid), TRUE, content)
        : Der.element(Der.SEQUENCE, oid(oid), content);
  }

  private static byte[] bits(int bits, int unused) {
    return Der.element(Der.BIT_STRING, new byte[] {(byte) unused, (byte) bits});
  }

  private static byte[] integer(BigInteger value) {
    return Der.element(Der.INTEGER, value.toByteArray());
  }

  private static byte[] time(Instant instant) {
    return Der.element(GENERALIZED_TIME, TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
  }

  /** Seven bits a byte, the first two numbers in one (X.690 §8.19). */
  private static byte[] oid(String dotted) {
    String[] numbers = dotted.split("\\.", -1);
    List<byte[]> parts = new ArrayList<>();
    parts.add(
        new byte[] {(byte) (Integer.parseInt(numbers[0]) * 40 + Integer.parseInt(numbers[1]))});
    for (int i = 2; i < numbers.length; i++) {
      parts.add(base128(Integer.parseInt(numbers[i])));
    }
    return Der.element(OID, parts.toArray(byte[][]::new));
  }

  private static byte[] base128(int number) {
    int length = 1;
    while (number >>> (7 * length) != 0) {
      length++;
    }
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      int more = i < length - 1 ? 0x80 : 0;
      bytes[i] = (byte) (((number >>> (7 * (length - 1 - i))) & 0x7f) | more);
    }
    return bytes;
  }
}
