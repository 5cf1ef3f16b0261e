package dev.balsa.node.tls;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where one side of TLS has its keys, and what it asks of the other side. Made by {@link #of} or
 * {@link #NONE} and the methods that add to it.
 *
 * @param certificate PEM: the own certificate first, then those that link it to its authority; null
 *     for a client that shows none
 * @param key PEM: the private key of the first certificate, not encrypted; null with {@code
 *     certificate}
 * @param trusted PEM: the authorities of others; null for those of the platform
 * @param revoked PEM or DER: certificates that are good no more; null for none
 * @param demandsCertificates whether who connects must show a certificate of {@code trusted}
 * @param names what others' certificates must say besides
 * @param spoken which versions of TLS, and by which cipher suites
 */
public record TlsFiles(
    @Nullable Path certificate,
    @Nullable Path key,
    @Nullable Path trusted,
    @Nullable Path revoked,
    boolean demandsCertificates,
    AllowedNames names,
    Spoken spoken) {
  /** A client that shows no certificate and trusts the platform's authorities. */
  public static final TlsFiles NONE =
      new TlsFiles(null, null, null, null, false, AllowedNames.ANY, Spoken.TLS13);

  /** Refuses half a pair, and a demand that nothing could meet. */
  public TlsFiles {
    if ((certificate == null) != (key == null)) {
      throw new TlsException("a certificate and its key belong together; name both files or none");
    }
    if (demandsCertificates && trusted == null) {
      throw new TlsException(
          "certificates are demanded, but no authority is trusted to sign them; name its file");
    }
  }

  /** A side with a certificate and its key. */
  public static TlsFiles of(Path certificate, Path key) {
    return NONE.with(certificate, key);
  }

  /** The same with another certificate and its key. */
  public TlsFiles with(Path ownCertificate, Path ownKey) {
    return new TlsFiles(
        ownCertificate, ownKey, trusted, revoked, demandsCertificates, names, spoken);
  }

  /** The same, trusting what the authorities in {@code file} have signed, and nothing else. */
  public TlsFiles trusting(Path file) {
    return new TlsFiles(certificate, key, file, revoked, demandsCertificates, names, spoken);
  }

  /** The same, refusing what the list in {@code file} revokes. */
  public TlsFiles refusing(Path file) {
    return new TlsFiles(certificate, key, trusted, file, demandsCertificates, names, spoken);
  }

  /** The same, where who connects must show a certificate. */
  public TlsFiles demandingCertificates() {
    return new TlsFiles(certificate, key, trusted, revoked, true, names, spoken);
  }

  /** The same, where certificates must say more. */
  public TlsFiles allowing(AllowedNames allowed) {
    return new TlsFiles(certificate, key, trusted, revoked, demandsCertificates, allowed, spoken);
  }

  /** The same, speaking TLS 1.2 besides 1.3. */
  public TlsFiles takingTls12() {
    return speaking(new Spoken(Spoken.Versions.BOTH, spoken.suites()));
  }

  /** The same, speaking so. */
  public TlsFiles speaking(Spoken other) {
    return new TlsFiles(certificate, key, trusted, revoked, demandsCertificates, names, other);
  }

  /** Whether TLS 1.2 is spoken. */
  public boolean takesTls12() {
    return spoken.tls12();
  }
}
