package dev.balsa.node.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a certificate must say to be let in, besides being signed by a trusted authority.
 *
 * @param commonName the common name that it must have; null for any
 * @param host a DNS name or an address that it must be made out to; null for any
 */
public record AllowedNames(@Nullable String commonName, @Nullable String host) {
  /** Nothing more. */
  public static final AllowedNames ANY = new AllowedNames(null, null);

  void require(X509Certificate certificate) throws CertificateException {
    if (commonName != null
        && !Objects.equals(commonName, CertificateNames.commonName(certificate))) {
      throw new CertificateException(
          "certificate of %s has not the common name %s that is asked for"
              .formatted(CertificateNames.describe(certificate), commonName));
    }
    if (host != null && !CertificateNames.names(certificate, host)) {
      throw new CertificateException(
          "certificate of %s does not name %s, which is asked for"
              .formatted(CertificateNames.describe(certificate), host));
    }
  }
}
