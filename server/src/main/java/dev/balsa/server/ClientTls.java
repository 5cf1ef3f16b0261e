package dev.balsa.server;

import dev.balsa.node.tls.Tls;
import dev.balsa.node.tls.TlsFiles;
import dev.balsa.server.config.ServerConfig;
import dev.balsa.server.config.Url;
import dev.balsa.server.http.SecureListening;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * The TLS of a client port.
 *
 * @param listening where it is spoken
 * @param metrics the same where metrics and health are besides
 * @param others how other members' client ports are called
 * @param commonNames whether the common name of a client's certificate says which user it is
 */
public record ClientTls(
    SecureListening listening, SecureListening metrics, Tls others, boolean commonNames) {
  /** None, but for calls of others that want it. */
  public static ClientTls none() {
    return new ClientTls(
        SecureListening.NOWHERE, SecureListening.NOWHERE, Tls.open(TlsFiles.NONE), false);
  }

  /**
   * Reads the files that {@code config} names.
   *
   * @throws dev.balsa.node.tls.TlsException if they are of no use
   */
  static ClientTls open(ServerConfig config) {
    TlsFiles files =
        config.tls().selfSigned() ? SelfSigned.forClients(config) : config.tls().client();
    Tls tls = files == null ? null : Tls.open(files);
    return new ClientTls(
        new SecureListening(tls, secure(config.listenClient())),
        new SecureListening(tls, secure(config.listenMetrics())),
        Tls.open(config.tls().others()),
        config.tls().commonNames());
  }

  private static List<InetSocketAddress> secure(List<Url> urls) {
    return urls.stream().filter(Url::secure).map(Url::address).toList();
  }
}
