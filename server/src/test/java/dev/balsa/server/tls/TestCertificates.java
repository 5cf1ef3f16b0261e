package dev.balsa.server.tls;

import dev.balsa.node.tls.CertificateAuthority;
import dev.balsa.node.tls.CertificateAuthority.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * An authority that lives as long as a test, and the files of what it issues.
 *
 * @param folder where the files are
 */
public record TestCertificates(CertificateAuthority authority, Path folder) {
  private static final Duration BEFORE = Duration.ofDays(1);
  private static final Duration AFTER = Duration.ofDays(30);

  /** A new authority whose files go below {@code folder}. */
  public static TestCertificates in(Path folder) throws IOException {
    Instant now = Instant.now();
    CertificateAuthority authority =
        CertificateAuthority.create("test authority", now.minus(BEFORE), now.plus(AFTER));
    TestCertificates made = new TestCertificates(authority, Files.createDirectories(folder));
    Files.writeString(made.ca(), CertificateAuthority.pem(authority.certificate()));
    return made;
  }

  /** The authority's certificate. */
  public Path ca() {
    return folder.resolve("ca.crt");
  }

  /** The certificate called {@code name}. */
  public Path cert(String name) {
    return folder.resolve(name + ".crt");
  }

  /** Its private key. */
  public Path key(String name) {
    return folder.resolve(name + ".key");
  }

  /** Issues, or issues anew, a certificate with this common name for {@code hosts}. */
  public TestCertificates issue(String name, String... hosts) throws IOException {
    Instant now = Instant.now();
    authority
        .issue(new Subject(name, Arrays.asList(hosts), now.minus(BEFORE), now.plus(AFTER)))
        .write(cert(name), key(name));
    return this;
  }

  /** The flags of {@code balsa server} for its clients. */
  public List<String> serverFlags(String name) {
    return List.of("--cert-file=" + cert(name), "--key-file=" + key(name));
  }

  /** The flags of {@code balsa server} that demand clients' certificates. */
  public List<String> mutualFlags() {
    return List.of("--client-cert-auth", "--trusted-ca-file=" + ca());
  }

  /** The flags of etcdctl and {@code balsa ctl}. */
  public List<String> clientFlags(String name) {
    return List.of("--cacert=" + ca(), "--cert=" + cert(name), "--key=" + key(name));
  }
}
