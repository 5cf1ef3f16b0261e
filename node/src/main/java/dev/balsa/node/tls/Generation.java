package dev.balsa.node.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** What the files held at one time, and the TLS that it makes. Immutable. */
final class Generation {
  private static final char[] NO_PASSWORD = new char[0]; // the store never leaves the memory
  private static final int FILE_BYTES_MAX = 1 << 20;

  private final List<byte[]> contents;
  private final SSLContext context;
  private final @Nullable X509Certificate own;

  private Generation(List<byte[]> contents, SSLContext context, @Nullable X509Certificate own) {
    this.contents = contents;
    this.context = context;
    this.own = own;
  }

  /**
   * What {@code files} hold now; {@code former} itself if that is the same.
   *
   * @param believing whether any certificate of the other side will do
   * @throws TlsException if it is of no use
   */
  static Generation read(TlsFiles files, boolean believing, @Nullable Generation former) {
    List<byte[]> contents = new ArrayList<>();
    for (Path file :
        Arrays.asList(files.certificate(), files.key(), files.trusted(), files.revoked())) {
      contents.add(file == null ? new byte[0] : bytes(file));
    }
    if (former != null && same(former.contents, contents)) {
      return former;
    }
    try {
      return make(files, believing, contents);
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  private static boolean same(List<byte[]> one, List<byte[]> other) {
    for (int i = 0; i < one.size(); i++) {
      if (!Arrays.equals(one.get(i), other.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw new TlsException(
            "%s has over %d bytes, which is no certificate or key; name another file"
                .formatted(file, FILE_BYTES_MAX));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new TlsException(
          "%s cannot be read (%s); check path and rights"
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
  }

  private static Generation make(TlsFiles files, boolean believing, List<byte[]> contents)
      throws GeneralSecurityException, IOException {
    KeyManager[] keys = new KeyManager[0];
    X509Certificate own = null;
    Path certificate = files.certificate();
    Path key = files.key();
    if (certificate != null && key != null) {
      List<X509Certificate> chain = Pem.certificates(certificate, contents.get(0));
      own = chain.getFirst();
      requireValid(certificate, own);
      PrivateKey secret = Pem.key(key, contents.get(1), own.getPublicKey());
      requirePair(files, own.getPublicKey(), secret);
      keys = keys(secret, chain);
    }
    X509ExtendedTrustManager trust =
        believing ? new Anybody() : trust(files.trusted(), contents.get(2));
    Path revoked = files.revoked();
    X509CRL list = revoked == null ? null : Pem.revocations(revoked, contents.get(3));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, new TrustManager[] {new Admission(trust, list, files.names())}, null);
    return new Generation(contents, context, own);
  }

  private static void requireValid(Path file, X509Certificate certificate) {
    try {
      certificate.checkValidity();
    } catch (CertificateExpiredException e) {
      throw new TlsException(
          "the certificate in %s has expired on %s; have it renewed"
              .formatted(file, certificate.getNotAfter().toInstant()),
          e);
    } catch (CertificateNotYetValidException e) {
      throw new TlsException(
          "the certificate in %s is not valid before %s; check this machine's clock or have it renewed"
              .formatted(file, certificate.getNotBefore().toInstant()),
          e);
    }
  }

  /** Signs something with the one and looks at it with the other. */
  private static void requirePair(TlsFiles files, PublicKey shown, PrivateKey secret)
      throws GeneralSecurityException {
    Signature signature =
        Signature.getInstance(
            switch (shown.getAlgorithm()) {
              case "RSA" -> "SHA256withRSA";
              case "EC" -> "SHA256withECDSA";
              default -> shown.getAlgorithm();
            });
    byte[] text = {1, 2, 3};
    signature.initSign(secret);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(shown);
    signature.update(text);
    boolean fits;
    try {
      fits = signature.verify(signed);
    } catch (GeneralSecurityException e) {
      fits = false; // such as a signature of another curve's length
    }
    if (!fits) {
      throw new TlsException(
          "the key in %s does not belong to the certificate in %s; name the two that were made together"
              .formatted(files.key(), files.certificate()));
    }
  }

  private static KeyManager[] keys(PrivateKey secret, List<X509Certificate> chain)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    store.setKeyEntry("own", secret, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static X509ExtendedTrustManager trust(@Nullable Path file, byte[] content)
      throws GeneralSecurityException, IOException {
    KeyStore store = null; // the platform's
    if (file != null) {
      store = KeyStore.getInstance("PKCS12");
      store.load(null, NO_PASSWORD);
      for (X509Certificate authority : Pem.certificates(file, content)) {
        store.setCertificateEntry("authority " + store.size(), authority);
      }
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
  }

  SSLContext context() {
    return context;
  }

  /** The own certificate, null for a client that shows none. */
  @Nullable X509Certificate own() {
    return own;
  }
}
