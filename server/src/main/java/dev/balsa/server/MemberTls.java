package dev.balsa.server;

import dev.balsa.node.tls.Tls;
import dev.balsa.node.tls.TlsException;
import dev.balsa.node.tls.TlsFiles;
import dev.balsa.server.config.ServerConfig;
import dev.balsa.server.config.Url;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of a member.
 *
 * @param client for its client port and for calls of others' client ports
 * @param peer for its peer port and for peers whose URLs ask for it; null if there is none
 */
record MemberTls(ClientTls client, @Nullable Tls peer) {
  private static final Logger LOG = System.getLogger(EtcdServer.class.getName());

  /**
   * Reads the files that {@code config} names.
   *
   * @throws StartException if a file is of no use
   */
  static MemberTls open(ServerConfig config) {
    try {
      return new MemberTls(ClientTls.open(config), peer(config));
    } catch (TlsException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * As in etcd, peers that sign for themselves are believed: nobody listens, but anybody may talk.
   */
  private static @Nullable Tls peer(ServerConfig config) {
    if (config.tls().peersSelfSigned()) {
      return Tls.openToAnybody(SelfSigned.forPeers(config));
    }
    TlsFiles peer = config.tls().peer();
    return peer == null ? null : Tls.open(peer);
  }

  /** All that there is. */
  List<Tls> all() {
    return Stream.of(client.listening().tls(), client.others(), peer)
        .flatMap(Stream::ofNullable)
        .toList();
  }

  /** Warns if {@code config} has something spoken without TLS. */
  static void warnOfPlaintext(ServerConfig config) {
    List<String> plain =
        Stream.concat(config.listenClient().stream(), Stream.of(config.listenPeer()))
            .filter(url -> !url.secure())
            .map(Url::toString)
            .toList();
    if (!plain.isEmpty()) {
      LOG.log(
          Level.WARNING,
          "no TLS on {0}: whoever is on that network can read and change everything; say https://"
              + " and name certificates by --cert-file and --peer-cert-file",
          String.join(", ", plain));
    }
  }
}
