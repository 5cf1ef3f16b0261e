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
 * @param others how other members' client ports are called
 * @param commonNames whether the common name of a client's certificate says which user it is
 */
public record ClientTls(SecureListening listening, Tls others, boolean commonNames) {
  /** None, but for calls of others that want it. */
  public static ClientTls none() {
    return new ClientTls(SecureListening.NOWHERE, Tls.open(TlsFiles.NONE), false);
  }

  /**
   * Reads the files that {@code config} names.
   *
   * @throws dev.balsa.node.tls.TlsException if they are of no use
   */
  static ClientTls open(ServerConfig config) {
    List<InetSocketAddress> secure =
        config.listenClient().stream().filter(Url::secure).map(Url::address).toList();
    TlsFiles files =
        config.tls().selfSigned() ? SelfSigned.forClients(config) : config.tls().client();
    return new ClientTls(
        new SecureListening(files == null ? null : Tls.open(files), secure),
        Tls.open(config.tls().others()),
        config.tls().commonNames());
  }
}
