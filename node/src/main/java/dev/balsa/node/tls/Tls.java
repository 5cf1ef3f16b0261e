package dev.balsa.node.tls;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Makes the engines of TLS connections from {@link TlsFiles}. The files are looked at for each
 * connection, as etcd does: what has changed counts at once, and if it is of no use the former goes
 * on to be used and the log says so, once. Thread-safe.
 */
public final class Tls {
  private static final Logger LOG = System.getLogger(Tls.class.getName());

  private final TlsFiles files;
  private final boolean believing;
  private @Nullable Generation latest; // under this object's lock, like the next
  private String complaint = "";

  private Tls(TlsFiles files, boolean believing) {
    this.files = files;
    this.believing = believing;
    if (!files.equals(TlsFiles.NONE)) { // else the platform's authorities are read when needed
      this.latest = Generation.read(files, believing, null);
    }
  }

  /**
   * Reads the files for the first time.
   *
   * @throws TlsException if they are of no use
   */
  public static Tls open(TlsFiles files) {
    return new Tls(files, false);
  }

  /**
   * The same for somebody who has asked not to look who answers: any certificate is taken, so
   * whoever sits on the way can read and change everything.
   */
  public static Tls openToAnybody(TlsFiles files) {
    return new Tls(files, true);
  }

  /** Where the certificates come from. */
  public TlsFiles files() {
    return files;
  }

  /**
   * When the own certificate ends, in milliseconds since 1970; 0 if none is shown, as a client need
   * not.
   */
  public long ownUntil() {
    if (files.certificate() == null) {
      return 0;
    }
    X509Certificate own = look().own();
    return own == null ? 0 : own.getNotAfter().toInstant().toEpochMilli();
  }

  /**
   * What connections that begin now are made of; another object after a change of the files. It
   * does not know which versions are spoken and whether certificates are demanded.
   */
  public SSLContext context() {
    return look().context();
  }

  private synchronized Generation look() {
    Generation former = latest;
    if (former == null) {
      former = Generation.read(files, believing, null);
    }
    Generation now = former;
    try {
      now = Generation.read(files, believing, former);
      complaint = "";
    } catch (TlsException e) {
      String said = String.valueOf(e.getMessage());
      if (!said.equals(complaint)) {
        complaint = said;
        LOG.log(Level.WARNING, "{0}; the former certificate and key stay in use", said);
      }
    }
    X509Certificate own = now.own();
    if (now != former && own != null) {
      LOG.log(
          Level.INFO,
          "{0} and what belongs to it have changed: from now on {1}, until {2}",
          files.certificate(),
          CertificateNames.describe(own),
          own.getNotAfter().toInstant());
    }
    latest = now;
    return now;
  }

  /** The versions that are spoken, in Java's names. */
  public String[] protocols() {
    return files.spoken().protocols();
  }

  /** The side that was connected to. */
  public SSLEngine accepting() {
    SSLEngine engine = context().createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    files.spoken().setIn(parameters);
    parameters.setNeedClientAuth(files.demandsCertificates());
    engine.setSSLParameters(parameters);
    return engine;
  }

  /** The side that connects; the other's certificate must name {@code host}. */
  public SSLEngine dialing(String host, int port) {
    SSLEngine engine = context().createSSLEngine(host, port);
    engine.setUseClientMode(true);
    engine.setSSLParameters(dialing(engine.getSSLParameters()));
    return engine;
  }

  private SSLParameters dialing(SSLParameters parameters) {
    files.spoken().setIn(parameters);
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    return parameters;
  }

  /**
   * Puts TLS on {@code connected}, which closes with it, and shakes hands; blocks as long as that
   * socket's time-out lets it.
   *
   * @throws IOException if the other side is not who it should be, or refuses this one
   */
  public Socket dial(Socket connected, String host, int port) throws IOException {
    SSLSocket socket =
        (SSLSocket) context().getSocketFactory().createSocket(connected, host, port, true);
    socket.setSSLParameters(dialing(socket.getSSLParameters()));
    socket.startHandshake();
    return socket;
  }

  /** The certificate that the other side of {@code session} has shown, null if none. */
  public static @Nullable X509Certificate shown(SSLSession session) {
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate certificate
          ? certificate
          : null;
    } catch (SSLPeerUnverifiedException none) {
      return null;
    }
  }

  /** Why a handshake failed, for a person: the innermost cause says what was wrong. */
  public static String reason(Throwable failure) {
    Throwable innermost = failure;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    String message = innermost.getMessage();
    String text = message != null ? message : innermost.getClass().getSimpleName();
    return innermost instanceof SSLException ? text.replaceFirst("^\\([a-z_]+\\) ", "") : text;
  }
}
