package dev.balsa.node.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.tls.CertificateAuthority.Issued;
import dev.balsa.node.tls.CertificateAuthority.Subject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsTest {
  private final Instant now = Instant.now();
  private final Instant yesterday = now.minus(Duration.ofDays(1));
  private final Instant tomorrow = now.plus(Duration.ofDays(1));

  private final CertificateAuthority authority =
      CertificateAuthority.create("authority", yesterday, tomorrow);

  @TempDir Path folder;

  @Test
  void bothSidesAgreeOnTls13() throws Exception {
    Tls tls = Tls.open(mutual("one", "node1.example"));

    Pair pair = shake(tls.dialing("node1.example", 1), tls.accepting());

    assertThat(pair.dialing.getSession().getProtocol()).isEqualTo("TLSv1.3");
    assertThat(common(pair.accepting)).isEqualTo("one");
  }

  @Test
  void whoSpeaksTls12AtMostIsRefusedUnlessItIsTaken() throws Exception {
    TlsFiles files = mutual("one", "node1.example");
    SSLEngine old = Tls.open(files.takingTls12()).dialing("node1.example", 1);
    old.setEnabledProtocols(new String[] {"TLSv1.2"});
    SSLEngine again = Tls.open(files.takingTls12()).dialing("node1.example", 1);
    again.setEnabledProtocols(new String[] {"TLSv1.2"});

    assertThatThrownBy(() -> shake(old, Tls.open(files).accepting()))
        .isInstanceOf(SSLException.class);
    Pair taken = shake(again, Tls.open(files.takingTls12()).accepting());

    assertThat(taken.accepting.getSession().getProtocol()).isEqualTo("TLSv1.2");
  }

  @Test
  void certificateOfAnotherAuthorityIsRefused() throws Exception {
    Tls ours = Tls.open(mutual("one", "node1.example"));
    CertificateAuthority others = CertificateAuthority.create("authority", yesterday, tomorrow);
    Issued foreign = others.issue(new Subject("x", List.of("node1.example"), yesterday, tomorrow));
    Tls stranger =
        Tls.open(files("stranger", foreign).trusting(folder.resolve("ca")).demandingCertificates());

    assertThatThrownBy(() -> shake(stranger.dialing("node1.example", 1), ours.accepting()))
        .isInstanceOf(SSLException.class);
    assertThatThrownBy(() -> shake(ours.dialing("node1.example", 1), stranger.accepting()))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void whoShowsNoCertificateIsRefusedWhereOneIsDemanded() throws Exception {
    Tls ours = Tls.open(mutual("one", "node1.example"));
    Tls bare = Tls.open(TlsFiles.NONE.trusting(folder.resolve("ca")));

    assertThatThrownBy(() -> shake(bare.dialing("node1.example", 1), ours.accepting()))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void certificateThatDoesNotNameTheHostIsRefusedByWhoDials() throws Exception {
    Tls ours = Tls.open(mutual("one", "node1.example"));

    assertThatThrownBy(() -> shake(ours.dialing("node2.example", 1), ours.accepting()))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void revokedCertificateIsRefused() throws Exception {
    Issued one = authority.issue(subject("one", "node1.example"));
    TlsFiles files = trusted(files("one", one)).demandingCertificates();
    byte[] list = authority.revoke(List.of(one.certificate()), now, tomorrow).getEncoded();
    Path revoked = Files.write(folder.resolve("crl"), list);
    Tls watchful = Tls.open(files.refusing(revoked));
    Tls careless = Tls.open(files);

    assertThatThrownBy(() -> shake(careless.dialing("node1.example", 1), watchful.accepting()))
        .hasRootCauseMessage("certificate of CN=one for node1.example is revoked");
  }

  @Test
  void certificateMustHaveTheNamesThatAreAllowed() throws Exception {
    TlsFiles files = mutual("one", "node1.example");
    Tls careless = Tls.open(files);
    Tls byName = Tls.open(files.allowing(new AllowedNames("two", null)));
    Tls byHost = Tls.open(files.allowing(new AllowedNames(null, "other.example")));
    Tls right = Tls.open(files.allowing(new AllowedNames("one", "node1.example")));

    assertThatThrownBy(() -> shake(careless.dialing("node1.example", 1), byName.accepting()))
        .rootCause()
        .hasMessageContaining("has not the common name two");
    assertThatThrownBy(() -> shake(careless.dialing("node1.example", 1), byHost.accepting()))
        .rootCause()
        .hasMessageContaining("does not name other.example");
    assertThat(common(shake(careless.dialing("node1.example", 1), right.accepting()).accepting))
        .isEqualTo("one");
  }

  @Test
  void changedFilesCountFromTheNextConnectionOn() throws Exception {
    TlsFiles files = mutual("before", "node1.example");
    Tls tls = Tls.open(files);
    String before = common(shake(tls.dialing("node1.example", 1), tls.accepting()).dialing);
    files("before", authority.issue(subject("after", "node1.example")));

    String after = common(shake(tls.dialing("node1.example", 1), tls.accepting()).dialing);

    assertThat(before).isEqualTo("before");
    assertThat(after).isEqualTo("after");
  }

  @Test
  void brokenNewFilesLeaveTheFormerInUse() throws Exception {
    TlsFiles files = mutual("before", "node1.example");
    Tls tls = Tls.open(files);
    Issued after = authority.issue(subject("after", "node1.example"));
    Path certificate = Objects.requireNonNull(files.certificate());
    Path key = Objects.requireNonNull(files.key());

    Files.writeString(certificate, CertificateAuthority.pem(after.certificate())); // not the key
    String half = common(shake(tls.dialing("node1.example", 1), tls.accepting()).dialing);
    Files.delete(key);
    String gone = common(shake(tls.dialing("node1.example", 1), tls.accepting()).dialing);
    after.write(certificate, key);
    String whole = common(shake(tls.dialing("node1.example", 1), tls.accepting()).dialing);

    assertThat(List.of(half, gone, whole)).containsExactly("before", "before", "after");
  }

  @Test
  void expiredAndEarlyCertificatesAreNamed() throws Exception {
    TlsFiles late =
        files("late", authority.issue(new Subject("x", List.of(), yesterday, yesterday)));
    TlsFiles early =
        files("early", authority.issue(new Subject("x", List.of(), tomorrow, tomorrow)));

    assertThatThrownBy(() -> Tls.open(late))
        .isInstanceOf(TlsException.class)
        .hasMessageMatching(".*late\\.crt has expired on \\d{4}-.*; have it renewed");
    assertThatThrownBy(() -> Tls.open(early)).hasMessageContaining("is not valid before");
  }

  @Test
  void keyOfAnotherCertificateIsNamed() throws Exception {
    TlsFiles one = files("one", authority.issue(subject("one", "a.example")));
    TlsFiles two = files("two", authority.issue(subject("two", "b.example")));
    TlsFiles mixed =
        TlsFiles.of(Objects.requireNonNull(one.certificate()), Objects.requireNonNull(two.key()));

    assertThatThrownBy(() -> Tls.open(mixed))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("two.key does not belong to the certificate in ")
        .hasMessageContaining("one.crt");
  }

  @ParameterizedTest
  @CsvSource({
    "nothing at all, holds no private key",
    "-----BEGIN ENCRYPTED PRIVATE KEY-----AAAA-----END ENCRYPTED PRIVATE KEY-----, is encrypted",
    "-----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY-----, is no EC key",
  })
  void keyThatIsNoneIsNamedWithoutShowingIt(String content, String complaint) throws Exception {
    TlsFiles files = files("one", authority.issue(subject("one", "a.example")));
    Files.writeString(Objects.requireNonNull(files.key()), content);

    assertThatThrownBy(() -> Tls.open(files))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("one.key")
        .hasMessageContaining(complaint)
        .hasMessageNotContaining("AAAA")
        .hasNoCause();
  }

  @Test
  void olderKeyFormatsAreRead() throws Exception {
    Issued issued = authority.issue(subject("one", "a.example"));
    TlsFiles files = files("one", issued);
    byte[] whole = issued.keys().getPrivate().getEncoded();
    int start = indexOf(whole, new byte[] {0x02, 0x01, 0x01, 0x04, 0x20}); // SEC 1 inside PKCS #8
    byte[] inner = Arrays.copyOfRange(whole, start - 2, whole.length);
    String sec1 =
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
            + "-----BEGIN EC PRIVATE KEY-----\n%s\n-----END EC PRIVATE KEY-----\n"
                .formatted(Base64.getEncoder().encodeToString(inner));
    Files.writeString(Objects.requireNonNull(files.key()), sec1);

    assertThat(Tls.open(files).accepting().getNeedClientAuth()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "a.example, a.example, true",
    "a.example, A.Example, true",
    "*.example.org, a.example.org, true",
    "*.example.org, a.b.example.org, false",
    "*.example.org, example.org, false",
    "*.org, example.org, false",
    "10.0.0.1, 10.0.0.1, true",
    "10.0.0.1, 10.0.0.2, false",
    "::1, 0:0:0:0:0:0:0:1, true",
  })
  void certificateNamesItsHosts(String made, String asked, boolean named) {
    X509Certificate certificate = authority.issue(subject("node9.example", made)).certificate();

    assertThat(CertificateNames.names(certificate, asked)).isEqualTo(named);
    assertThat(CertificateNames.names(certificate, "node9.example")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      value = {"alice", "'Smith, John'", "'a\\b'", "'x,CN=root'", "'ü'"},
      ignoreLeadingAndTrailingWhitespace = false)
  void commonNameIsReadAsItWasWritten(String name) {
    X509Certificate certificate = authority.issue(subject(name, "a.example")).certificate();

    assertThat(CertificateNames.commonName(certificate)).isEqualTo(name);
  }

  private static int indexOf(byte[] whole, byte[] part) {
    for (int i = 0; i + part.length <= whole.length; i++) {
      if (Arrays.equals(whole, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("not found");
  }

  private Subject subject(String name, String host) {
    return new Subject(name, List.of(host), yesterday, tomorrow);
  }

  private TlsFiles mutual(String name, String host) throws IOException {
    return trusted(files(name, authority.issue(subject(name, host)))).demandingCertificates();
  }

  private TlsFiles trusted(TlsFiles files) throws IOException {
    String pem = CertificateAuthority.pem(authority.certificate());
    return files.trusting(Files.writeString(folder.resolve("ca"), pem));
  }

  private TlsFiles files(String name, Issued issued) throws IOException {
    Path certificate = folder.resolve(name + ".crt");
    Path key = folder.resolve(name + ".key");
    issued.write(certificate, key);
    return TlsFiles.of(certificate, key);
  }

  private static String common(SSLEngine engine) {
    X509Certificate shown = Objects.requireNonNull(Tls.shown(engine.getSession()));
    return String.valueOf(CertificateNames.commonName(shown));
  }

  private record Pair(SSLEngine dialing, SSLEngine accepting) {}

  /** Lets both sides talk until neither has anything to say. */
  private static Pair shake(SSLEngine dialing, SSLEngine accepting) throws SSLException {
    ByteBuffer there = ByteBuffer.allocate(1 << 16);
    ByteBuffer back = ByteBuffer.allocate(1 << 16);
    dialing.beginHandshake();
    for (int i = 0; i < 100; i++) {
      turn(dialing, back, there);
      turn(accepting, there, back);
      if (isDone(dialing) && isDone(accepting) && there.position() + back.position() == 0) {
        return new Pair(dialing, accepting);
      }
    }
    throw new AssertionError("still shaking hands");
  }

  private static boolean isDone(SSLEngine engine) {
    return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
  }

  private static void turn(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
    ByteBuffer nothing = ByteBuffer.allocate(0);
    ByteBuffer plain = ByteBuffer.allocate(1 << 15);
    in.flip();
    try {
      SSLEngineResult.Status status = SSLEngineResult.Status.OK;
      while (status == SSLEngineResult.Status.OK) {
        Runnable task = engine.getDelegatedTask();
        if (task != null) {
          task.run();
        } else if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
          status = engine.wrap(nothing, out).getStatus();
        } else if (in.hasRemaining()) {
          status = engine.unwrap(in, plain).getStatus();
        } else {
          return;
        }
      }
    } finally {
      in.compact();
    }
  }
}
