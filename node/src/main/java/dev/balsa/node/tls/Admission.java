package dev.balsa.node.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The platform's judgment of a certificate, and after it ours: that it is not revoked, and names
 * whom it must name. As in etcd only the first certificate of a chain is looked up among the
 * revoked. Immutable.
 */
final class Admission extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager platform;
  private final @Nullable X509CRL revoked;
  private final AllowedNames names;

  Admission(X509ExtendedTrustManager platform, @Nullable X509CRL revoked, AllowedNames names) {
    this.platform = platform;
    this.revoked = revoked;
    this.names = names;
  }

  private void look(X509Certificate[] chain) throws CertificateException {
    X509Certificate shown = chain[0];
    if (revoked != null && revoked.isRevoked(shown)) {
      throw new CertificateException(
          "certificate of %s is revoked".formatted(CertificateNames.describe(shown)));
    }
    names.require(shown);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    platform.checkClientTrusted(chain, type, engine);
    look(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    platform.checkServerTrusted(chain, type, engine);
    look(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    platform.checkClientTrusted(chain, type, socket);
    look(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    platform.checkServerTrusted(chain, type, socket);
    look(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    platform.checkClientTrusted(chain, type);
    look(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    platform.checkServerTrusted(chain, type);
    look(chain);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return platform.getAcceptedIssuers();
  }
}
